// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/libbpf.h>

#include "map_sizes.h"

/* Of 128 bytes each, and allocated whole: see choose_cells(). */
#define CELLS_PER_VECTOR 16
#define CELLS_TO_COME    16384

/* A vCPU has some ten vectors: its IPIs, its timer, a few for each device. */
#define INJECTION_TARGETS 65536

int interrupt_census_add(const struct interrupt_row *row, void *census)
{
	struct interrupt_census *so_far = census;

	if (row->irq > (int)so_far->highest_irq)
		so_far->highest_irq = (uint32_t)row->irq;
	so_far->vectors += (uint32_t)interrupt_row_vfio_count(row);
	return 0;
}

/*
 * A vector needs a cell on each CPU that ever takes it. Enough for all of them
 * on small hosts; on others, where interrupts wander to a few of the CPUs, for
 * CELLS_PER_VECTOR of those that exist, and for many that are yet to come.
 */
static uint32_t choose_cells(const struct map_sizes *sizes, uint32_t vectors)
{
	uint64_t all = (uint64_t)sizes->slots * sizes->possible_cpus;
	uint64_t some = (uint64_t)CELLS_PER_VECTOR * vectors + CELLS_TO_COME;

	return (uint32_t)(all < some ? all : some);
}

/* By what exists now, with room for as much again and for a few VMs. */
struct map_sizes map_sizes_for(const struct interrupt_census *census,
			       uint32_t possible_cpus,
			       const struct options *options)
{
	struct map_sizes sizes = {
		.possible_cpus = possible_cpus,
		.irqs = census->highest_irq + 4096,
		.slots = 2 * census->vectors + 1024,
		.injections = options->injections ? INJECTION_TARGETS : 1,
		.stacks = options->stacks ? 8192 : 1,
		.framed_stacks = options->stacks ? 4096 : 1,
		.stack_counts = options->stacks ? 32768 : 1,
		.stack_caches = options->stacks ? possible_cpus : 1,
	};

	sizes.cells = choose_cells(&sizes, census->vectors);
	sizes.targets = 4 * sizes.slots;
	return sizes;
}

int map_sizes_choose(struct map_sizes *sizes, const struct options *options)
{
	struct interrupt_census census = {0};
	int cpus = libbpf_num_possible_cpus();
	int err = proc_interrupts_read(interrupt_census_add, &census);

	if (err)
		return err;
	if (cpus < 0)
		return cpus;
	*sizes = map_sizes_for(&census, (uint32_t)cpus, options);
	return 0;
}
