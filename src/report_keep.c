// SPDX-License-Identifier: GPL-2.0-only
#include "report_keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "render.h"

static void line_free(struct report_line *line)
{
	free(line->text);
	*line = (struct report_line){.text = NULL};
}

static int line_make(struct report_line *line, const struct record *record,
		     uint64_t order)
{
	FILE *file;
	int err;

	*line = (struct report_line){.order = order};
	file = open_memstream(&line->text, &line->length);
	if (!file)
		return -ENOMEM;
	err = record_write(file, record);
	if (fclose(file) && !err)
		err = -ENOMEM;
	if (err)
		line_free(line);
	return err;
}

/* --- the first and the last of a type --- */

/* How many of the first, how many of the last. */
static void limits_of(enum record_type type, size_t *first, size_t *last)
{
	*first = 0;
	*last = 1;
	if (type == RECORD_EVENT)
		*first = *last = REPORT_CHANGES_MAX;
	else if (type == RECORD_PROBES || type == RECORD_ERROR)
		*first = *last = REPORT_OTHERS_MAX;
}

static void lines_free(struct report_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		line_free(&lines->lines[i]);
	free(lines->lines);
	*lines = (struct report_lines){.lines = NULL};
}

/* Room is made step by step: most types have few records. */
static int lines_grow(struct report_lines *lines)
{
	size_t room = lines->count ? 2 * lines->count : 1;
	struct report_line *larger;

	if (lines->count & (lines->count - 1))
		return 0;
	larger = reallocarray(lines->lines, room, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	lines->lines = larger;
	return 0;
}

/* Takes @line over, also on failure. */
static int lines_add(struct report_lines *lines, enum record_type type,
		     struct report_line *line)
{
	size_t first, last, place = lines->count;

	limits_of(type, &first, &last);
	if (lines->count == first + last) {
		place = first + (lines->seen - first) % last;
		line_free(&lines->lines[place]);
	} else if (lines_grow(lines)) {
		line_free(line);
		return -ENOMEM;
	} else {
		lines->count++;
	}
	lines->lines[place] = *line;
	lines->seen++;
	return 0;
}

/* --- snapshots --- */

static void snapshots_free(struct report_snapshots *snapshots)
{
	for (size_t i = 0; i < snapshots->count; i++)
		line_free(&snapshots->lines[i]);
	line_free(&snapshots->newest);
	*snapshots = (struct report_snapshots){.stride = 1};
}

static bool too_many(const struct report_snapshots *snapshots)
{
	return snapshots->count > REPORT_SNAPSHOTS_MAX ||
	       (snapshots->count > 1 &&
		snapshots->bytes > REPORT_SNAPSHOT_BYTES_MAX);
}

/* Drops every second one. The first has the number 0 and always stays. */
static void thin(struct report_snapshots *snapshots)
{
	size_t kept = 0;

	snapshots->stride *= 2;
	for (size_t i = 0; i < snapshots->count; i++) {
		if (snapshots->numbers[i] % snapshots->stride) {
			snapshots->bytes -= snapshots->lines[i].length;
			line_free(&snapshots->lines[i]);
			continue;
		}
		snapshots->lines[kept] = snapshots->lines[i];
		snapshots->numbers[kept++] = snapshots->numbers[i];
	}
	snapshots->count = kept;
}

/* The newest no longer is: it stays if it is one of every @stride. */
static void settle_newest(struct report_snapshots *snapshots)
{
	uint64_t number = snapshots->seen - 1;

	if (!snapshots->newest.text)
		return;
	if (number % snapshots->stride) {
		line_free(&snapshots->newest);
		return;
	}
	snapshots->bytes += snapshots->newest.length;
	snapshots->numbers[snapshots->count] = number;
	snapshots->lines[snapshots->count++] = snapshots->newest;
	snapshots->newest = (struct report_line){.text = NULL};
	while (too_many(snapshots))
		thin(snapshots);
}

static void snapshots_add(struct report_snapshots *snapshots,
			  const struct report_line *line)
{
	settle_newest(snapshots);
	snapshots->newest = *line;
	snapshots->seen++;
}

/* --- all of a run --- */

static bool is_of_run(enum record_type type)
{
	return type != RECORD_INSPECT && type != RECORD_DOCTOR;
}

static void forget_run(struct report_keep *keep)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		if (is_of_run((enum record_type)type))
			lines_free(&keep->by_type[type]);
	snapshots_free(&keep->snapshots);
	free(keep->summary);
	keep->summary = NULL;
	keep->earlier_runs += keep->in_run;
	keep->in_run = false;
}

/* For who reads the report without scripts. */
static int keep_summary(struct report_keep *keep, const struct snapshot *s)
{
	static const struct table_options all = {.all = true, .exact = true};
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	int err;

	if (!file)
		return -ENOMEM;
	err = render_summary(file, s, &all);
	if (fclose(file) && !err)
		err = -ENOMEM;
	free(keep->summary);
	keep->summary = text;
	return err;
}

static int add_line(struct report_keep *keep, const struct record *record)
{
	struct report_line line;
	int err = line_make(&line, record, keep->order++);

	if (err)
		return err;
	if (record->type != RECORD_SNAPSHOT)
		return lines_add(&keep->by_type[record->type], record->type,
				 &line);
	snapshots_add(&keep->snapshots, &line);
	return 0;
}

void report_keep_init(struct report_keep *keep)
{
	*keep = (struct report_keep){.snapshots.stride = 1};
}

void report_keep_free(struct report_keep *keep)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		lines_free(&keep->by_type[type]);
	forget_run(keep);
}

int report_keep_add(struct report_keep *keep, const struct record *record)
{
	int err;

	if (record->type == RECORD_END && !record->text)
		return 0;
	if (record->type == RECORD_START)
		forget_run(keep);
	keep->in_run |= is_of_run(record->type);
	err = add_line(keep, record);
	/* The end is the last snapshot as well. */
	if (record->type == RECORD_END)
		settle_newest(&keep->snapshots);
	if (!err &&
	    (record->type == RECORD_SNAPSHOT || record->type == RECORD_END))
		err = keep_summary(keep, record->snapshot);
	return err;
}

bool report_keep_has_data(const struct report_keep *keep)
{
	return keep->order > keep->by_type[RECORD_ERROR].seen;
}

/* --- reading it --- */

void report_keep_figures(const struct report_keep *keep, enum record_type type,
			 uint64_t *kept, uint64_t *seen)
{
	const struct report_snapshots *snapshots = &keep->snapshots;

	*kept = keep->by_type[type].count;
	*seen = keep->by_type[type].seen;
	if (type != RECORD_SNAPSHOT)
		return;
	*kept = snapshots->count + (snapshots->newest.text != NULL);
	*seen = snapshots->seen;
}

static int compare_order(const void *a, const void *b)
{
	const struct report_line *const *x = a, *const *y = b;

	return (*x)->order < (*y)->order ? -1 : (*x)->order > (*y)->order;
}

const struct report_line **report_keep_lines(const struct report_keep *keep,
					     size_t *count)
{
	const struct report_snapshots *snapshots = &keep->snapshots;
	const struct report_line **lines;
	size_t room = snapshots->count + 1, n = 0;

	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		room += keep->by_type[type].count;
	lines = reallocarray(NULL, room, sizeof(const struct report_line *));
	if (!lines)
		return NULL;
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (size_t i = 0; i < keep->by_type[type].count; i++)
			lines[n++] = &keep->by_type[type].lines[i];
	for (size_t i = 0; i < snapshots->count; i++)
		lines[n++] = &snapshots->lines[i];
	if (snapshots->newest.text)
		lines[n++] = &snapshots->newest;
	qsort(lines, n, sizeof(const struct report_line *), compare_order);
	*count = n;
	return lines;
}
