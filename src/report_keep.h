/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a report keeps of a run, however long it takes: records, each as the
 * line of JSON that it is. All that a report shows comes from these.
 */
#ifndef PITRACE_REPORT_KEEP_H
#define PITRACE_REPORT_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* Snapshots, and their text in bytes, before every second one is dropped. */
#define REPORT_SNAPSHOTS_MAX      240u
#define REPORT_SNAPSHOT_BYTES_MAX ((size_t)16 << 20)

/* Of changes the first and the last so many; likewise of what is rarer. */
#define REPORT_CHANGES_MAX 1000u
#define REPORT_OTHERS_MAX  8u

struct report_line {
	char *text; /* with its '\n' */
	size_t length;
	uint64_t order; /* among all records */
};

/* The first lines of a type, and a ring of the last. */
struct report_lines {
	struct report_line *lines;
	size_t count;
	uint64_t seen;
};

/* Those whose number is a multiple of @stride, and the newest. */
struct report_snapshots {
	struct report_line lines[REPORT_SNAPSHOTS_MAX + 1];
	uint64_t numbers[REPORT_SNAPSHOTS_MAX + 1]; /* from 0 on */
	size_t count;
	size_t bytes; /* of these lines */
	uint64_t stride; /* a power of two */
	uint64_t seen;
	struct report_line newest; /* not among @lines yet */
};

struct report_keep {
	struct report_lines by_type[RECORD_TYPE_COUNT]; /* but snapshots */
	struct report_snapshots snapshots;
	uint64_t order; /* of the next record */
	uint64_t earlier_runs; /* of which nothing is kept */
	bool in_run; /* a record of a run has come */
	char *summary; /* text of the newest snapshot, as tables show it */
};

void report_keep_init(struct report_keep *keep);
void report_keep_free(struct report_keep *keep);

/*
 * Takes a record in. With the start of another run, what is there of the one
 * before goes, but not inspections and reports of the doctor. An end that is
 * made up (without a reason) is not taken. Returns 0 or -ENOMEM.
 */
int report_keep_add(struct report_keep *keep, const struct record *record);

/* Is there anything but errors? */
bool report_keep_has_data(const struct report_keep *keep);

/*
 * All lines in the order of their records, in an array that the caller frees;
 * the lines stay the keeper's. NULL when memory is out.
 */
const struct report_line **report_keep_lines(const struct report_keep *keep,
					     size_t *count);

/* How many records of a type are kept, and have come in all. */
void report_keep_figures(const struct report_keep *keep, enum record_type type,
			 uint64_t *kept, uint64_t *seen);

#endif
