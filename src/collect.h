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

/* What of that which costs most to read is read anew. */
enum collect_extent {
	/*
	 * What may have changed; of the rest a part at each call, and
	 * /proc/interrupts only where that takes little of the CPU.
	 */
	COLLECT_REFRESH,
	/* All of it: at the start and at the end. */
	COLLECT_ALL,
};

/*
 * Takes a snapshot; @previous (or NULL) is what its deltas are against. The
 * caller frees *@snapshot. Returns 0 or a negative errno. Counts are whole with
 * either @extent.
 *
 * An interrupt whose handler is running right now is left to the next
 * snapshot; after tracer_stop() there is none, and the snapshot is final.
 */
int collect(struct collector *collector, const struct snapshot *previous,
	    enum collect_extent extent, struct snapshot **snapshot);

#endif
