/* SPDX-License-Identifier: GPL-2.0-only */
/* Which bits of the preemption counter say "in a hard interrupt"? */
#ifndef PITRACE_INTERRUPT_CONTEXT_H
#define PITRACE_INTERRUPT_CONTEXT_H

#include <stdint.h>

struct loader;

/*
 * They moved in 7.3 (include/linux/preempt.h), and no type tells where they
 * are. So this looks: it has the program read_context of @loader run in an
 * interrupt on another CPU, if need be one that it keeps busy for that moment,
 * and sees which of the places is in use there. On
 * a host with a single CPU online it goes by what else came with the move.
 *
 * Returns 0, -ENOTSUP if neither place is in use, or another negative errno.
 */
int interrupt_context_mask(const struct loader *loader, uint32_t *mask);

#endif
