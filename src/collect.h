/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns maps, /proc/interrupts and /proc/PID into snapshots. */
#ifndef PITRACE_COLLECT_H
#define PITRACE_COLLECT_H

#include "snapshot.h"

struct collector;
struct tracer;

/* To be made as counting begins. NULL when memory is out. */
struct collector *collector_new(const struct tracer *tracer);
void collector_free(struct collector *collector);

/*
 * Takes a snapshot; @previous (or NULL) is what its deltas are against. The
 * caller frees *@snapshot. Returns 0 or a negative errno.
 *
 * An interrupt whose handler is running right now is left to the next
 * snapshot; after tracer_stop() there is none, and the snapshot is final.
 */
int collect(struct collector *collector, const struct snapshot *previous,
	    struct snapshot **snapshot);

#endif
