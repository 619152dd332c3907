// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "host_counts.h"
#include "proc_interrupts.h"
#include "row_check.h"
#include "tracer.h"

struct host_counts {
	const struct tracer *tracer;
	struct row_check *checks; /* by slot, from the first at 0 */
	bool is_late; /* the next first reading of a row is all unseen */
	uint64_t unseen;
};

struct reading {
	struct host_counts *counts;
	struct snapshot *snapshot;
	uint32_t *registrations; /* by vector, from before the reading */
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
 * vector that is being requested anew just now is left to the next reading.
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
	    now.registrations != reading->registrations[index])
		return;
	counts->unseen +=
		row_check_update(&counts->checks[index], &now,
				 (uint32_t)counted(vector), counts->is_late);
}

static int read_row(const struct interrupt_row *row, void *arg)
{
	struct reading *reading = arg;
	struct snapshot *snapshot = reading->snapshot;

	if (row->irq < 0)
		return 0;
	for (size_t i = 0; i < snapshot->vector_count; i++)
		if (snapshot->vectors[i].irq == row->irq)
			read_vector_row(reading, i, row);
	return 0;
}

static int read_rows(struct reading *reading)
{
	char *text;
	int err = host_read_file("/proc/interrupts", &text);

	if (err)
		return err;
	err = proc_interrupts_for_each(text, read_row, reading);
	free(text);
	return err < 0 ? err : 0;
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

int host_counts_read(struct host_counts *counts, struct snapshot *snapshot)
{
	struct reading reading = {.counts = counts, .snapshot = snapshot};
	int err = note_registrations(&reading);

	if (!err)
		err = read_rows(&reading);
	free(reading.registrations);
	if (err == -ENOMEM)
		return err;
	counts->is_late = false;
	snapshot->lost[LOST_UNSEEN_INTERRUPT] = counts->unseen;
	return 0;
}
