// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "collect_runs.h"

#define SETTLE_NS (1000 * 1000)

/* Runs of all CPUs, then of all vectors' threads. */
static const volatile struct run *run_at(const struct map_views *views,
					 uint32_t index)
{
	if (index < views->cpus)
		return &views->cpu_states[index].run;
	return &views->slots[index - views->cpus].thread_run;
}

static bool is_open(const volatile struct run *run)
{
	return run->pending && run->cell;
}

static int call_for(const struct map_views *views,
		    const volatile struct run *run, uint64_t seq,
		    open_run_fn *call, void *arg)
{
	struct open_run open = {
		.slot = run->slot,
		.path = run->default_path,
		.stack = run->stack,
	};
	uint32_t cell = run->cell;
	bool still_open = is_open(run);

	/* Read before its number is checked again: all of one run. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (run->seq != seq || !still_open || cell >= views->cell_room)
		return 0;
	open.cpu = views->cells[cell].cpu;
	return call(&open, arg);
}

int for_each_open_run(const struct map_views *views, open_run_fn *call,
		      void *arg)
{
	static const struct timespec settle = { .tv_nsec = SETTLE_NS };
	uint32_t count = views->cpus + map_views_slot_end(views);
	uint64_t *seqs = calloc(count, sizeof(*seqs));
	bool any = false;
	int err = 0;

	if (!seqs)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		if (!is_open(run_at(views, i)))
			continue;
		seqs[i] = run_at(views, i)->seq;
		any = true;
	}
	if (any)
		(void)nanosleep(&settle, NULL);
	for (uint32_t i = 0; i < count && !err; i++)
		if (seqs[i])
			err = call_for(views, run_at(views, i), seqs[i], call,
				       arg);
	free(seqs);
	return err;
}
