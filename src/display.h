/* SPDX-License-Identifier: GPL-2.0-only */
/* Which renderer gets to speak when, by the options and the terminal. */
#ifndef PITRACE_DISPLAY_H
#define PITRACE_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "failure.h"
#include "options.h"
#include "probe_status.h"
#include "record.h"
#include "report_output.h"

struct display {
	const struct options *options;
	FILE *out; /* standard output */
	bool is_terminal;
	bool is_live; /* the table has the screen to itself, anew each time */
	bool screen_taken; /* and has been shown */
	bool stacks_shown;
	FILE *copy; /* of all records, for --record; NULL: none */
	bool copy_failed;
	struct report_output *report; /* of --report; NULL: none */
};

void display_init(struct display *display, const struct options *options);

/*
 * Opens the files of --record and --report, if they were asked for. To be
 * called before privileges are given up: whoever starts pitrace says where they
 * are. Returns 0, or a negative errno with @failure filled in; to be closed in
 * either case.
 */
int display_open_files(struct display *display, struct failure *failure);

/*
 * Closes them, writing the report; also if there are none. Returns 0, or a
 * negative errno with @failure filled in by what failed first.
 */
int display_close_files(struct display *display, struct failure *failure);

/*
 * Shows a record as the options have it: as JSON, or as what people read, if
 * it is of a type that they asked for. Returns 0; -EPIPE if the reader of the
 * output went away, which is no failure; otherwise another negative errno with
 * @failure filled in.
 */
int display_record(struct display *display, const struct record *record,
		   struct failure *failure);

/*
 * Says what failed, on standard error and in an error record. Never fails,
 * there is no one left to tell.
 */
void display_error(const struct display *display, const char *text);

/* To people, on standard error; each on a line of its own. */
void output_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Likewise: what became of each probe. */
void output_probes(const struct probe_status *probes, size_t count);

#endif
