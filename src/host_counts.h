/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel itself counts: each row of VFIO in /proc/interrupts, as a
 * check of our own counts.
 */
#ifndef PITRACE_HOST_COUNTS_H
#define PITRACE_HOST_COUNTS_H

#include "snapshot.h"

struct host_counts;
struct tracer;

/* Counts from here on; NULL when memory is out. */
struct host_counts *host_counts_new(const struct tracer *tracer);
void host_counts_free(struct host_counts *counts);

/*
 * Sets @snapshot's LOST_UNSEEN_INTERRUPT; its vectors are
 * slots 1, 2, ... in this order, and their paths are filled in. Returns 0, or
 * a negative errno when memory is out; a file that cannot be read proves
 * nothing.
 *
 * With thousands of vectors and hundreds of CPUs it is some 10 MB of
 * text. Unless it is wanted @at_once, it is left out until the last one's cost
 * is 1 % of the time since; the loss is as of then.
 *
 * The kernel counts an interrupt before it runs the handler, so a row can be
 * ahead of us by handlers that are about to run: compared is the row as it
 * was at the reading before. Not so for handlers in threads, where several
 * interrupts can become one run; such vectors are not compared.
 */
int host_counts_read(struct host_counts *counts, struct snapshot *snapshot,
		     bool at_once);

#endif
