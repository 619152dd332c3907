/* SPDX-License-Identifier: GPL-2.0-only */
/* The last run of each CPU and irq thread, if no one has claimed it. */
#ifndef PITRACE_COLLECT_RUNS_H
#define PITRACE_COLLECT_RUNS_H

#include "map_views.h"

struct open_run {
	uint32_t slot;
	uint32_t cpu;
	enum delivery_path path;
	int stack;
};

/* Returns 0 to go on, a negative errno to stop with it. */
typedef int open_run_fn(const struct open_run *run, void *arg);

/*
 * Programs learn only from the next run that nobody claimed the last one.
 * Here it is found out by looking twice: a handler takes microseconds, so a
 * run that is still unclaimed after a thousand of them is over. Runs that
 * ended in between are in the counters by now; the next reading finds them.
 *
 * Returns 0, -ENOMEM, or what @call stopped with.
 */
int for_each_open_run(const struct map_views *views, open_run_fn *call,
		      void *arg);

#endif
