// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "interrupt_context.h"
#include "loader.h"

#define MASK_UP_TO_7_2 UINT32_C(0x000f0000)
#define MASK_FROM_7_3 UINT32_C(0x0f000000)

/* Returns the counter, in an interrupt if @cpu is not the current one. */
static int read_on(int program, unsigned int cpu, uint32_t *counter)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .flags = BPF_F_TEST_RUN_ON_CPU,
		    .cpu = cpu);
	int err = bpf_prog_test_run_opts(program, &run);

	*counter = run.retval;
	return err;
}

static uint32_t mask_in(uint32_t counter)
{
	/* First: in 7.3 the lower place counts something else. */
	if (counter & MASK_FROM_7_3)
		return MASK_FROM_7_3;
	return counter & MASK_UP_TO_7_2 ? MASK_UP_TO_7_2 : 0;
}

static uint32_t mask_by_btf(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	uint32_t mask = MASK_UP_TO_7_2;

	if (btf && btf__find_by_name_kind(btf, "local_interrupt_disable_state",
					  BTF_KIND_VAR) > 0)
		mask = MASK_FROM_7_3;
	btf__free(btf);
	return mask;
}

int interrupt_context_mask(const struct loader *loader, uint32_t *mask)
{
	int program = bpf_program__fd(loader_program(loader, "read_context"));
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	uint32_t counter;

	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		/* Offline, or the one that we are on, and so no interrupt. */
		if ((int)cpu == sched_getcpu() ||
		    read_on(program, cpu, &counter))
			continue;
		*mask = mask_in(counter);
		if (*mask)
			return 0;
		/* We may have been moved there: the next one will tell. */
	}
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		return -ENOTSUP;
	*mask = mask_by_btf();
	return 0;
}
