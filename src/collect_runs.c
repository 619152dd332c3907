// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "collect_runs.h"

#define SETTLE_NS 1000000L

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

static bool note(const struct map_views *views, uint32_t index,
		 struct open_run *open)
{
	const volatile struct run *run = run_at(views, index);

	*open = (struct open_run){
		.seq = run->seq,
		.index = index,
		.slot = run->slot,
		.cell = run->cell,
		.path = (enum delivery_path)run->default_path,
		.stack = run->stack,
	};
	return is_open(run) && open->cell < views->cell_room &&
	       open->path < PATH_COUNT && run->seq == open->seq;
}

int open_runs_note(const struct map_views *views, struct open_runs *open)
{
	static const struct timespec settle = {.tv_nsec = SETTLE_NS};
	uint32_t room = views->cpus + map_views_slot_end(views);

	open->count = 0;
	open->runs = calloc(room, sizeof(*open->runs));
	if (!open->runs)
		return -ENOMEM;
	for (uint32_t i = 0; i < room; i++)
		if (note(views, i, &open->runs[open->count]))
			open->count++;
	if (open->count)
		(void)nanosleep(&settle, NULL);
	return 0;
}

bool open_run_is_over(const struct map_views *views, const struct open_run *run)
{
	const volatile struct run *now = run_at(views, run->index);

	return is_open(now) && now->seq == run->seq;
}

void open_runs_free(struct open_runs *open)
{
	free(open->runs);
}
