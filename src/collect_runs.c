// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect_runs.h"
#include "handlers.h"

/* A hypervisor can take the CPU away from a host in the middle of a program. */
#define COUNTING_ATTEMPTS 1000
#define COUNTING_PAUSE_US 1000

/* Runs of all CPUs, then of all vectors' threads. */
static const volatile struct run *run_at(const struct map_views *views,
					 uint32_t index)
{
	if (index < views->cpus)
		return &views->cpu_states[index].run;
	return &views->slots[index - views->cpus].thread_run;
}

static bool note(const struct map_views *views, uint32_t index,
		 struct open_run *open)
{
	const volatile struct run *run = run_at(views, index);

	*open = (struct open_run){
		.number = run->begun,
		.index = index,
		.cell = run->cell,
	};
	return run->pending && open->cell < views->cell_room;
}

int open_runs_note(const struct map_views *views, struct open_runs *open)
{
	uint32_t room = views->cpus + map_views_slot_end(views);

	open->count = 0;
	open->runs = calloc(room, sizeof(*open->runs));
	if (!open->runs)
		return -ENOMEM;
	for (uint32_t i = 0; i < room; i++)
		if (note(views, i, &open->runs[open->count]))
			open->count++;
	if (open->count)
		handlers_let_end();
	return 0;
}

/* The program that ends a run has counted it when the next one has begun. */
static void wait_until_counted(const volatile struct run *run, uint32_t number)
{
	for (int i = 0; run->begun == number && i < COUNTING_ATTEMPTS; i++)
		(void)usleep(COUNTING_PAUSE_US);
}

bool open_run_is_over(const struct map_views *views, const struct open_run *run,
		      struct unclaimed_run *unclaimed)
{
	const volatile struct run *now = run_at(views, run->index);
	uint32_t pending = now->pending;

	*unclaimed = (struct unclaimed_run){
		.slot = now->slot,
		.cell = now->cell,
		.path = (enum delivery_path)(pending - 1),
		.stack = now->stack,
	};
	/* Read last: until then all the rest was of one run. */
	if ((uint32_t)now->seq == run->number)
		return pending && pending <= PATH_COUNT &&
		       unclaimed->cell < views->cell_room;
	wait_until_counted(now, run->number);
	return false;
}

uint64_t open_runs_delivered(const struct map_views *views,
			     struct open_runs *open)
{
	struct unclaimed_run unclaimed;
	uint64_t sum = 0;

	for (size_t i = 0; i < open->count; i++) {
		struct open_run *run = &open->runs[i];

		run->delivered = run_at(views, run->index)->delivered;
		if (!open_run_is_over(views, run, &unclaimed))
			run->delivered = 0;
		sum += run->delivered;
	}
	return sum;
}

static int pass_deliveries(const volatile struct run *run, uint32_t delivered,
			   delivery_fn *on_delivery, void *arg)
{
	int err = 0;

	if (delivered > RUN_DELIVERIES)
		delivered = RUN_DELIVERIES;
	for (uint32_t i = 0; i < delivered && !err; i++) {
		struct injection_target to = run->deliveries[i].to;

		err = on_delivery(arg, &to);
	}
	return err;
}

int open_runs_deliveries(const struct map_views *views,
			 const struct open_runs *open, delivery_fn *on_delivery,
			 void *arg)
{
	int err = 0;

	for (size_t i = 0; i < open->count && !err; i++)
		err = pass_deliveries(run_at(views, open->runs[i].index),
				      open->runs[i].delivered, on_delivery,
				      arg);
	return err;
}

bool open_runs_counted(const struct map_views *views,
		       const struct open_runs *open)
{
	struct unclaimed_run unclaimed;

	for (size_t i = 0; i < open->count; i++) {
		const struct open_run *run = &open->runs[i];

		/* What a wake-up ends goes on as the same run. */
		if (run->delivered &&
		    (!open_run_is_over(views, run, &unclaimed) ||
		     run_at(views, run->index)->delivered < run->delivered))
			return true;
	}
	return false;
}

void open_runs_free(struct open_runs *open)
{
	free(open->runs);
}
