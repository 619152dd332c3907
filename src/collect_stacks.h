/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns the stack maps into a list with symbols. */
#ifndef PITRACE_COLLECT_STACKS_H
#define PITRACE_COLLECT_STACKS_H

#include "stack_list.h"

struct kallsyms;
struct tracer;

struct collected_stacks {
	struct stack_list list;
	struct kallsyms *symbols; /* owns the strings of the list */
};

/*
 * Reads all stacks after tracer_stop() and before tracer_close(): the names
 * of our own trampolines, which are taken out, end with their programs.
 * Returns 0 or a negative errno; without symbols (kptr_restrict) frames are
 * addresses. Can be called once. To be freed with collected_stacks_free() in
 * either case.
 */
int collect_stacks(const struct tracer *tracer,
		   struct collected_stacks *stacks);
void collected_stacks_free(struct collected_stacks *stacks);

#endif
