/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Posted-interrupt events of the host (PIN, NPI, PIW, PMN), CPU by CPU: from
 * the kernel's own counters in irq_stat, or, where those are not described by
 * BTF, from /proc/interrupts, which shows the same but only for CPUs online.
 */
#ifndef PITRACE_HOST_VECTORS_H
#define PITRACE_HOST_VECTORS_H

#include "snapshot.h"

struct host_vectors;
struct tracer;

/* Counts from here on; NULL when memory is out. */
struct host_vectors *host_vectors_new(const struct tracer *tracer);
void host_vectors_free(struct host_vectors *vectors);

/*
 * Sets @snapshot's host_vectors and host_vector_cpus. A counter that the
 * kernel lacks, or that cannot be read, is left unknown. Of /proc/interrupts,
 * unless it is wanted @at_once, they are as of the last reading until that
 * one's cost is 1 % of the time since. Returns 0 or -ENOMEM.
 */
int host_vectors_read(struct host_vectors *vectors, struct snapshot *snapshot,
		      bool at_once);

#endif
