/* SPDX-License-Identifier: GPL-2.0-only */
/* What --doctor says of this host: facts, as plain data for its renderers. */
#ifndef PITRACE_DOCTOR_REPORT_H
#define PITRACE_DOCTOR_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "failure.h"

enum fact_status {
	DOCTOR_OK,
	DOCTOR_LIMITS, /* tracing works, and its answer lacks something */
	DOCTOR_MISSING, /* without it there is no tracing */
	DOCTOR_UNKNOWN, /* could not be found out */
};

#define DOCTOR_STATUSES (DOCTOR_UNKNOWN + 1)

struct doctor_fact {
	const char *name; /* "kernel", "module", "probe" */
	char subject[64]; /* which of several; "" if there is but one */
	enum fact_status status;
	char found[320];
	char consequence[240]; /* "" for none */
	char remedy[160]; /* "" if there is none, or none is needed */
};

struct doctor_report {
	int64_t time_ns; /* CLOCK_REALTIME */
	uint64_t ts_ns; /* CLOCK_MONOTONIC */
	struct doctor_fact *facts; /* in the order to be shown */
	size_t fact_count;
	size_t room; /* for facts */
	/* What tracing would end with at its start; EXIT_DONE: it would not. */
	enum exit_code exit_code;
};

/* "ok", "limits", "missing", "unknown" */
const char *fact_status_name(enum fact_status status);

/* One sentence on all facts together. */
const char *doctor_report_verdict(const struct doctor_report *report);

/* Makes room for @room facts. Returns 0 or -ENOMEM. */
int doctor_report_init(struct doctor_report *report, size_t room);

/*
 * Adds a fact; there has to be room. @subject is NULL where there is but one.
 * What is returned belongs to the report.
 */
struct doctor_fact *doctor_report_add(struct doctor_report *report,
				      const char *name, const char *subject,
				      enum fact_status status,
				      const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* What follows from a fact, and what helps; both are cut to their room. */
void fact_consequence(struct doctor_fact *fact, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void fact_remedy(struct doctor_fact *fact, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* How many facts have this status. */
size_t doctor_report_count(const struct doctor_report *report,
			   enum fact_status status);

/* Frees what it holds, not the report itself. */
void doctor_report_free(struct doctor_report *report);

#endif
