/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PITRACE_END_RUN_BPF_H
#define PITRACE_END_RUN_BPF_H

/* Ends a run: its path is known. */
static __always_inline void end_run(struct run *run, enum delivery_path path)
{
	__u32 id = run->cell;
	struct cell *cell;

	run->pending = 0;
	if (!id)
		return;
	cell = bpf_map_lookup_elem(&cells, &id);
	/* The verifier cannot know what a run in a map holds. */
	if (!cell || path >= PATH_COUNT)
		return;
	cell->paths[path]++;
	if (want_stacks)
		count_stack(run, path);
}

#endif
