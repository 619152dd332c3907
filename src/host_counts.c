// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "host_counts.h"
#include "proc_interrupts.h"
#include "tracer.h"

/* One slot's row; both counts are of the same moment, within microseconds. */
struct row_check {
	uint32_t registrations; /* of the slot; a new one may be a new row */
	uint64_t base_row;
	uint64_t base_count;
	uint64_t last_row; /* at the reading before */
};

struct host_counts {
	const struct tracer *tracer;
	struct row_check *checks; /* by slot */
	bool is_late; /* the next first reading of a row is all unseen */
	bool vector_known[HOST_VECTOR_COUNT];
	uint64_t vector_base[HOST_VECTOR_COUNT];
	uint64_t unseen;
};

struct reading {
	struct host_counts *counts;
	struct snapshot *snapshot;
	bool known[HOST_VECTOR_COUNT];
	uint64_t host_vectors[HOST_VECTOR_COUNT];
};

static uint64_t counted(const struct vector_snapshot *vector)
{
	uint64_t sum = 0;

	for (int path = 0; path < PATH_COUNT; path++)
		sum += vector->paths[path];
	return sum;
}

static void restart_check(struct host_counts *counts, struct row_check *check,
			  uint32_t registrations, uint64_t row, uint64_t count)
{
	check->registrations = registrations;
	/*
	 * The module came after pitrace, so the row began at 0 in our time:
	 * what it holds by now came before the probes.
	 */
	check->base_row = counts->is_late ? 0 : row;
	check->base_count = counts->is_late ? 0 : count;
	check->last_row = row;
}

static void check_row(struct host_counts *counts, uint32_t slot, uint64_t row,
		      const struct vector_snapshot *vector)
{
	const volatile struct vector_slot *source =
		&tracer_views(counts->tracer)->slots[slot];
	struct row_check *check = &counts->checks[slot];
	uint64_t count = counted(vector);
	uint64_t due, got;

	/* Shared lines count every device's interrupts. */
	if (source->thread_id || vector->kind == VECTOR_INTX)
		return;
	if (check->registrations != source->registrations) {
		restart_check(counts, check, source->registrations, row, count);
		return;
	}
	due = check->last_row - check->base_row;
	got = count - check->base_count;
	if (due > got) {
		counts->unseen += due - got;
		check->base_count -= due - got;
	}
	check->last_row = row;
}

static void read_named_row(struct reading *reading,
			   const struct interrupt_row *row)
{
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		if (strcmp(row->label, host_vector_name(i)))
			continue;
		reading->known[i] = true;
		reading->host_vectors[i] = row->total;
	}
}

static int read_row(const struct interrupt_row *row, void *arg)
{
	struct reading *reading = arg;
	struct snapshot *snapshot = reading->snapshot;

	if (row->irq < 0) {
		read_named_row(reading, row);
		return 0;
	}
	for (size_t i = 0; snapshot && i < snapshot->vector_count; i++)
		if (snapshot->vectors[i].irq == row->irq)
			check_row(reading->counts, (uint32_t)i + 1, row->total,
				  &snapshot->vectors[i]);
	return 0;
}

static void take_base(struct host_counts *counts,
		      const struct reading *reading)
{
	memcpy(counts->vector_known, reading->known, sizeof(reading->known));
	memcpy(counts->vector_base, reading->host_vectors,
	       sizeof(reading->host_vectors));
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
	struct reading reading = { .counts = counts };

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
	if (!read_rows(&reading))
		take_base(counts, &reading);
	return counts;
}

void host_counts_free(struct host_counts *counts)
{
	if (!counts)
		return;
	free(counts->checks);
	free(counts);
}

int host_counts_read(struct host_counts *counts, struct snapshot *snapshot)
{
	struct reading reading = { .counts = counts, .snapshot = snapshot };
	int err = read_rows(&reading);

	if (err == -ENOMEM)
		return err;
	counts->is_late = false;
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		/* A row can appear later: a kernel hides it while it is 0. */
		snapshot->host_vector_known[i] = reading.known[i];
		snapshot->host_vectors[i] =
			reading.host_vectors[i] -
			(counts->vector_known[i] ? counts->vector_base[i] : 0);
	}
	snapshot->lost[LOST_UNSEEN_INTERRUPT] = counts->unseen;
	return 0;
}
