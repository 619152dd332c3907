/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes the frames out of a stack that are there only because we look. */
#ifndef PITRACE_STACK_CLEAN_H
#define PITRACE_STACK_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "stack_list.h"

/*
 * Removes, in place, the frames of BPF programs, trampolines and of the
 * machinery of kprobes and ftrace from the top (the innermost end, where
 * frames[0] is), and programs and trampolines from anywhere deeper. A
 * trampoline with an fexit program calls the traced function itself
 * (arch_prepare_bpf_trampoline(), BPF_TRAMP_F_CALL_ORIG), so that function
 * is on the stack on both sides of it; the outer one goes too. Frames
 * without a symbol stay: nothing says that they are ours.
 *
 * Returns the new number of frames.
 */
size_t stack_clean(struct frame *frames, size_t count);

/* Is it of a helper, a program, or of what kprobes and ftrace run? */
bool stack_frame_is_machinery(const struct frame *frame);

#endif
