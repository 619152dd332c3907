/* SPDX-License-Identifier: GPL-2.0-only */
/* The function that a stack was taken at, where it has no frame of its own. */
#ifndef PITRACE_STACK_TOP_H
#define PITRACE_STACK_TOP_H

#include <stddef.h>

#include "probes.h"
#include "stack_list.h"

/* Whose fentry or fexit program has taken a stack. */
struct stack_taker {
	const struct probe *probe; /* NULL: no one's */
	size_t rank; /* of its candidates */
};

/*
 * Newer kernels (7.2, not 6.18) do not call a trampoline with an fexit program,
 * they jump to it, and it calls the function itself. Before and after that the
 * function is not on the stack. But the program that takes the stack is, and
 * was loaded for that function.
 *
 * Returns whose fentry or fexit program is at the top of a stack that was not
 * cleaned yet; no one's if there is none, as in stacks of kprobes.
 */
struct stack_taker stack_taker(const struct frame *frames, size_t count);

/*
 * Puts @function on top of a stack that was cleaned, unless it is there. There
 * must be room for one more frame. Returns the new number of frames.
 */
size_t stack_put_top(struct frame *frames, size_t count,
		     const struct frame *function);

#endif
