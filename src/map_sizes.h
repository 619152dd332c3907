/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How large the maps are made: by what the host has now, with room for what is
 * to come, since they cannot grow.
 */
#ifndef PITRACE_MAP_SIZES_H
#define PITRACE_MAP_SIZES_H

#include <stdint.h>

#include "options.h"
#include "proc_interrupts.h"

/* All in entries. */
struct map_sizes {
	uint32_t possible_cpus;
	uint32_t irqs; /* highest host IRQ number that can be told, plus 1 */
	uint32_t slots; /* vectors */
	uint32_t cells; /* pairs of a vector and a CPU that took it */
	uint32_t targets;
	uint32_t injections; /* targets of other injections */
	uint32_t stacks; /* of each of the stack maps */
	uint32_t framed_stacks; /* that have no place in a stack map */
	uint32_t stack_counts;
	uint32_t stack_caches; /* CPUs that have one */
};

/* What /proc/interrupts shows of the host. */
struct interrupt_census {
	uint32_t highest_irq;
	uint32_t vectors; /* of VFIO */
};

/* Counts @row in; @census is a struct interrupt_census, zeroed at first. */
int interrupt_census_add(const struct interrupt_row *row, void *census);

/*
 * The sizes for a host of @possible_cpus. Maps that @options does without have
 * one entry, as none can be empty.
 */
struct map_sizes map_sizes_for(const struct interrupt_census *census,
			       uint32_t possible_cpus,
			       const struct options *options);

/* The same for this host. Returns 0 or a negative errno. */
int map_sizes_choose(struct map_sizes *sizes, const struct options *options);

#endif
