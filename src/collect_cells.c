// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "collect_cells.h"

static void read_cell(const struct map_views *views, uint32_t id,
		      struct cell *cell)
{
	const volatile struct cell *source = &views->cells[id];

	cell->slot = source->slot;
	cell->cpu = source->cpu;
	for (int path = 0; path < PATH_COUNT; path++)
		cell->paths[path] = source->paths[path];
	cell->unseen_targets = source->unseen_targets;
	for (int i = 0; i < CELL_TARGETS; i++) {
		cell->targets[i].count = source->targets[i].count;
		cell->targets[i].vcpu = source->targets[i].vcpu;
		cell->targets[i].guest_vector = source->targets[i].guest_vector;
	}
}

static int add_targets(struct vector_snapshot *vector, const struct cell *cell)
{
	int err = 0;

	for (int i = 0; i < CELL_TARGETS && !err; i++)
		if (cell->targets[i].count)
			err = snapshot_add_target(
				vector, (int)cell->targets[i].vcpu,
				(int)cell->targets[i].guest_vector,
				cell->targets[i].count);
	if (!err && cell->unseen_targets)
		err = snapshot_add_target(vector, -1, -1, cell->unseen_targets);
	return err;
}

static int add_cell(struct snapshot *snapshot, const struct cell *cell)
{
	struct vector_snapshot *vector;
	uint64_t total = 0;
	int err = 0;

	if (!cell->slot || cell->slot > snapshot->vector_count)
		return 0;
	vector = &snapshot->vectors[cell->slot - 1];
	for (int path = 0; path < PATH_COUNT; path++) {
		uint64_t count = cell->paths[path];

		vector->paths[path] += count;
		total += count;
	}
	if (total)
		err = snapshot_add_cpu(&vector->cpus, &vector->cpu_count,
				       cell->cpu, total);
	return err ? err : add_targets(vector, cell);
}

/* A run that is over is in no counter: it is a cell with nothing else. */
static int add_unclaimed(const struct map_views *views,
			 const struct unclaimed_run *run,
			 struct snapshot *snapshot)
{
	struct cell cell = {
		.slot = views->cells[run->cell].slot,
		.cpu = views->cells[run->cell].cpu,
	};

	/* What belongs to no vector has cell 0: nobody's. */
	if (!run->cell)
		return 0;
	if (run->stack < 0)
		snapshot->lost[LOST_STACK]++;
	cell.paths[run->path] = 1;
	return add_cell(snapshot, &cell);
}

/*
 * The cell is read before it is found out whether the run is over. If it has
 * been closed since, it is in the cell now, and was perhaps not then.
 */
static int settle_run(const struct map_views *views, const struct open_run *run,
		      struct snapshot *snapshot)
{
	struct unclaimed_run unclaimed;
	struct cell cell;
	int err = 0;

	read_cell(views, run->cell, &cell);
	if (open_run_is_over(views, run, &unclaimed))
		err = add_unclaimed(views, &unclaimed, snapshot);
	else
		read_cell(views, run->cell, &cell);
	return err ? err : add_cell(snapshot, &cell);
}

static int by_cell(const void *left, const void *right)
{
	const struct open_run *a = left, *b = right;

	return (a->cell > b->cell) - (a->cell < b->cell);
}

/* Cells of runs that are open are left to those. */
int collect_cells(const struct map_views *views, struct open_runs *open,
		  struct snapshot *snapshot)
{
	uint32_t end = map_views_cell_end(views);
	const struct open_run *next = open->runs;
	const struct open_run *last = next + open->count;
	struct cell cell;
	int err = 0;

	qsort(open->runs, open->count, sizeof(*open->runs), by_cell);
	for (uint32_t i = 1; i < end && !err; i++) {
		while (next < last && next->cell < i)
			next++;
		if (next < last && next->cell == i)
			continue;
		read_cell(views, i, &cell);
		err = add_cell(snapshot, &cell);
	}
	for (next = open->runs; next < last && !err; next++)
		err = settle_run(views, next, snapshot);
	return err;
}
