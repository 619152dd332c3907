/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a run that has ended is counted. */
#ifndef PITRACE_COUNT_RUN_BPF_H
#define PITRACE_COUNT_RUN_BPF_H

/* False if the run is not counted at all. */
static __always_inline bool count_in_path(const struct run *run,
					  enum delivery_path path)
{
	__u32 id = run->cell, index = path;
	struct cell *cell;

	if (!id)
		return false;
	cell = bpf_map_lookup_elem(&cells, &id);
	/* The verifier cannot know what a run in a map holds. */
	barrier_var(index);
	if (!cell || index >= PATH_COUNT)
		return false;
	cell->paths[index]++;
	return true;
}

static __always_inline void count_run(const struct run *run,
				      enum delivery_path path, __s32 stack)
{
	if (count_in_path(run, path) && want_stacks)
		count_stack_of(stack, run->slot, path);
}

/*
 * It has noted calls of the deliver function, but none was its doing. Not
 * static, so that the verifier goes through it once, and out of the way of all
 * the runs that have noted none.
 */
__noinline int count_noted(const struct run *run, __u64 open)
{
	struct cpu_state *state = this_cpu_state();
	__u32 delivered = open >> 32;

	if (!run || !state)
		return 0;
	if (!want_injections) {
		atomic_add_u64(&state->other_injections, delivered);
		return 0;
	}
	for (__u32 i = 0; i < RUN_DELIVERIES; i++) {
		if (i >= delivered)
			break;
		count_injection(state, run->deliveries[i].target);
	}
	return 0;
}

/* Of the calls of the deliver function since it began none was its doing. */
static __always_inline void count_others(const struct run *run, __u64 open)
{
	if (open >> 32)
		count_noted(run, open);
}

/* Nobody claimed the run; or there is none, and only @open's calls are left. */
static __always_inline void count_unclaimed(const struct run *run, __u64 open,
					    enum delivery_path path)
{
	count_others(run, open);
	count_run(run, path, run->stack);
}

#endif
