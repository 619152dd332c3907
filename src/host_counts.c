// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "host_counts.h"
#include "irq_index.h"
#include "pace.h"
#include "proc_interrupts.h"
#include "row_check.h"
#include "tracer.h"

struct host_counts {
	const struct tracer *tracer;
	struct row_check *checks; /* by slot, from the first at 0 */
	bool is_late; /* the next first reading of a row is all unseen */
	uint64_t unseen;
	struct pace pace;
};

struct reading {
	struct host_counts *counts;
	struct snapshot *snapshot;
	uint32_t *registrations; /* by vector, from before the reading */
	struct irq_index index;
};

static uint64_t counted(const struct vector_snapshot *vector)
{
	uint64_t sum = 0;

	for (int path = 0; path < PATH_COUNT; path++)
		sum += vector->paths[path];
	return sum;
}

/*
 * Rows of handlers in threads and of shared lines count more than we do. A
 * vector that is being requested anew just now is left to the next reading; and
 * so is a row that is another's by now, or still.
 */
static void read_vector_row(const struct reading *reading, size_t index,
			    const struct interrupt_row *row)
{
	const struct vector_snapshot *vector =
		&reading->snapshot->vectors[index];
	struct host_counts *counts = reading->counts;
	const volatile struct vector_slot *slot =
		&tracer_views(counts->tracer)->slots[index + 1];
	struct row_check now = {
		.registrations = slot->registrations,
		.columns = row->columns,
		.last_row = (uint32_t)row->total,
	};

	if (slot->ignored || slot->thread_id ||
	    vector->name.kind == VECTOR_INTX ||
	    !interrupt_row_has(row, &vector->name) ||
	    now.registrations != reading->registrations[index])
		return;
	counts->unseen +=
		row_check_update(&counts->checks[index], &now,
				 (uint32_t)counted(vector), counts->is_late);
}

static int read_row(const struct interrupt_row *row, void *arg)
{
	const struct irq_index_entry *found;
	struct reading *reading = arg;
	size_t count;

	if (row->irq < 0)
		return 0;
	found = irq_index_find(&reading->index, row->irq, &count);
	for (size_t i = 0; i < count; i++)
		read_vector_row(reading, found[i].vector, row);
	return 0;
}

struct host_counts *host_counts_new(const struct tracer *tracer)
{
	struct host_counts *counts = calloc(1, sizeof(*counts));

	if (!counts)
		return NULL;
	counts->tracer = tracer;
	counts->is_late = tracer_started_late(tracer);
	counts->checks = calloc(tracer_views(tracer)->slot_room,
				sizeof(*counts->checks));
	if (!counts->checks) {
		free(counts);
		return NULL;
	}
	return counts;
}

void host_counts_free(struct host_counts *counts)
{
	if (!counts)
		return;
	free(counts->checks);
	free(counts);
}

static int note_registrations(struct reading *reading)
{
	const struct map_views *views = tracer_views(reading->counts->tracer);
	size_t count = reading->snapshot->vector_count;

	reading->registrations =
		calloc(count ? count : 1, sizeof(*reading->registrations));
	if (!reading->registrations)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		reading->registrations[i] = views->slots[i + 1].registrations;
	return 0;
}

static int read_rows(struct host_counts *counts, struct snapshot *snapshot)
{
	struct reading reading = {.counts = counts, .snapshot = snapshot};
	uint64_t began_ns = clock_thread_cpu_ns();
	int err = note_registrations(&reading);

	if (!err)
		err = irq_index_make(&reading.index, snapshot);
	if (!err)
		err = proc_interrupts_read(read_row, &reading);
	irq_index_free(&reading.index);
	free(reading.registrations);
	counts->is_late = false;
	pace_note(&counts->pace, clock_monotonic_ns(),
		  clock_thread_cpu_ns() - began_ns);
	return err == -ENOMEM ? err : 0;
}

int host_counts_read(struct host_counts *counts, struct snapshot *snapshot,
		     bool at_once)
{
	int err = 0;

	if (at_once || pace_is_due(&counts->pace, clock_monotonic_ns()))
		err = read_rows(counts, snapshot);
	snapshot->lost[LOST_UNSEEN_INTERRUPT] = counts->unseen;
	return err;
}
