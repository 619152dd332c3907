/* SPDX-License-Identifier: GPL-2.0-only */
/* What tells a program that it runs in a hard interrupt? */
#ifndef PITRACE_INTERRUPT_CONTEXT_H
#define PITRACE_INTERRUPT_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct kernel_btf;
struct loader;

/*
 * The bits of the preemption counter that say so. They moved in 7.3
 * (include/linux/preempt.h), and no type tells where they are. So this looks:
 * it has the program read_context of @loader run in an interrupt on another
 * CPU, if need be one that it keeps busy for that moment, and sees which of the
 * places is in use there. On a host with a single CPU online it goes by what
 * else came with the move, as @btf (or NULL) has it.
 *
 * Returns 0, -ENOTSUP if neither place is in use, or another negative errno.
 */
int interrupt_context_mask(const struct loader *loader, struct kernel_btf *btf,
			   uint32_t *mask);

/*
 * Whether handlers may have been forced into threads; also true if that
 * cannot be found out. It does not change after boot.
 */
bool interrupt_context_threaded(const struct loader *loader);

/*
 * Address of the per-CPU variable that leads to the stacks of interrupts; 0 if
 * it is not told.
 */
uint64_t interrupt_context_stack(const struct loader *loader);

#endif
