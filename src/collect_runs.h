/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last run of each CPU and irq thread, if no one has claimed it.
 *
 * Programs learn only from the next run that nobody claimed the last one.
 * Here it is found out by looking twice: a run that is still unclaimed when its
 * handler must have ended is over, and was left to the eventfd's readers.
 */
#ifndef PITRACE_COLLECT_RUNS_H
#define PITRACE_COLLECT_RUNS_H

#include <stdbool.h>
#include <stddef.h>

#include "map_views.h"

struct open_run {
	uint32_t number; /* the last run that has begun */
	uint32_t index; /* of the CPU, or behind those of the slot */
	uint32_t cell; /* 0: of no vector that is counted */
	uint32_t delivered; /* as open_runs_delivered() found it */
};

/* One of them that is over, and in no counter yet. */
struct unclaimed_run {
	uint32_t slot;
	uint32_t cell; /* as above */
	enum delivery_path path;
	int stack;
};

struct open_runs {
	struct open_run *runs;
	size_t count;
};

/*
 * Notes the runs that are open, and waits until their handlers have ended, as a
 * rule for some milliseconds. Returns 0 or -ENOMEM.
 */
int open_runs_note(const struct map_views *views, struct open_runs *open);

/*
 * Is it still open, and so over? If not, it is in the counters by now: if a
 * program is just counting it, that is waited for. Only a CPU that stands
 * still in the middle of that for over a second is not waited for to the end.
 */
bool open_run_is_over(const struct map_views *views, const struct open_run *run,
		      struct unclaimed_run *unclaimed);

/*
 * Calls of the deliver function that the runs which are over have noted and
 * that are in no counter yet. They were not the runs' own.
 */
uint64_t open_runs_delivered(const struct map_views *views,
			     struct open_runs *open);

/* Returns 0, or a negative errno to stop with it. */
typedef int delivery_fn(void *arg, const struct injection_target *to);

/*
 * Calls @on_delivery for each call of the deliver function that
 * open_runs_delivered() has found and that has its target noted. Returns 0 or
 * what that stopped with.
 */
int open_runs_deliveries(const struct map_views *views,
			 const struct open_runs *open, delivery_fn *on_delivery,
			 void *arg);

/* Is any that open_runs_delivered() has found in a counter by now? */
bool open_runs_counted(const struct map_views *views,
		       const struct open_runs *open);

void open_runs_free(struct open_runs *open);

#endif
