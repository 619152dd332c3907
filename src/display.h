/* SPDX-License-Identifier: GPL-2.0-only */
/* Which renderer gets to speak when, by the options and the terminal. */
#ifndef PITRACE_DISPLAY_H
#define PITRACE_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "change.h"
#include "doctor_findings.h"
#include "doctor_report.h"
#include "inspect_report.h"
#include "options.h"
#include "probe_status.h"
#include "snapshot.h"
#include "stack_list.h"

struct display {
	const struct options *options;
	bool is_terminal;
	bool screen_taken; /* the live view has been shown */
};

void display_init(struct display *display, const struct options *options);

/* Each returns 0 or the negative errno of the write. */
int display_start(struct display *display, const struct probe_status *probes,
		  size_t count);
int display_probes(struct display *display, const struct probe_status *probes,
		   size_t count);
int display_snapshot(struct display *display, const struct snapshot *snapshot);

/* One change: a line if they were asked for, a record with --json. */
int display_change(struct display *display, const struct change *change);

/* All of --inspect. */
int display_inspection(struct display *display,
		       const struct inspect_report *report,
		       const struct probe_status *probes, size_t count);

/* All of --doctor. */
int display_doctor(struct display *display, const struct doctor_report *report,
		   const struct doctor_findings *findings);

/* @stacks is NULL unless they were asked for. */
int display_end(struct display *display, const struct snapshot *snapshot,
		uint64_t duration_ns, const struct stack_list *stacks,
		const char *reason);

/* Also a record with --json; never fails, there is no one left to tell. */
void display_error(const struct display *display, const char *text);

/* To people, on standard error; each on a line of its own. */
void output_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
