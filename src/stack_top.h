/* SPDX-License-Identifier: GPL-2.0-only */
/* The function that a stack was taken at, where it has no frame of its own. */
#ifndef PITRACE_STACK_TOP_H
#define PITRACE_STACK_TOP_H

#include <stddef.h>

#include "probes.h"
#include "stack_list.h"

/*
 * From 7.0 on a trampoline that calls the function it is for (one with an fexit
 * program) is jumped to, not called: then the function is on no stack that is
 * taken before or after that call. But the program that took it is, and was
 * loaded for that function.
 *
 * Returns the probe of the fentry or fexit program at the top of a stack that
 * was not cleaned yet, or NULL if there is none, as in stacks of kprobes.
 */
const struct probe *stack_taker(const struct frame *frames, size_t count);

/*
 * Puts @function on top of a stack that was cleaned, unless it is there. There
 * must be room for one more frame. Returns the new number of frames.
 */
size_t stack_put_top(struct frame *frames, size_t count,
		     const struct frame *function);

#endif
