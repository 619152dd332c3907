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

/* Of the calls of the deliver function since it began none was its doing. */
static __always_inline void count_others(__u64 open)
{
	__u32 delivered = open >> 32;

	if (delivered)
		count_other_injections(delivered);
}

/* Nobody claimed the run; or there is none, and only @open's calls are left. */
static __always_inline void count_unclaimed(const struct run *run, __u64 open,
					    enum delivery_path path)
{
	count_others(open);
	count_run(run, path, run->stack);
}

#endif
