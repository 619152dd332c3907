/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record: what one line of JSON tells, as plain data. It is made where
 * something is to be told, or read back from a line that was saved
 * (saved_record.h), and is shown the same way in either case (display.h).
 */
#ifndef PITRACE_RECORD_H
#define PITRACE_RECORD_H

#include <stdint.h>
#include <stdio.h>

#include "change.h"
#include "doctor_findings.h"
#include "doctor_report.h"
#include "inspect_report.h"
#include "run_info.h"
#include "snapshot.h"
#include "stack_list.h"

enum record_type {
	RECORD_START, /* counting begins */
	RECORD_PROBES, /* the set of probes changed */
	RECORD_SNAPSHOT,
	RECORD_EVENT, /* a change */
	RECORD_STACKS,
	RECORD_END,
	RECORD_ERROR,
	RECORD_INSPECT, /* all of --inspect */
	RECORD_DOCTOR, /* all of --doctor */
	RECORD_TYPE_COUNT
};

/* Only what its type has is set; what is pointed to stays the maker's. */
struct record {
	enum record_type type;
	/* Of start, probes, stacks, error; the others' data has its own. */
	int64_t time_ns; /* CLOCK_REALTIME */
	uint64_t ts_ns; /* CLOCK_MONOTONIC */
	struct run_info run; /* start, probes, inspect; of doctor the version */
	const struct snapshot *snapshot; /* snapshot, end */
	const struct change *change; /* event */
	const struct stack_list *stacks; /* stacks */
	const char *text; /* error: what failed; end: the reason */
	const struct inspect_report *inspection; /* inspect */
	const struct doctor_report *report; /* doctor, with what is under it: */
	const struct doctor_findings *findings;
};

/* "start", "snapshot", "event" */
const char *record_type_name(enum record_type type);

/*
 * Writes it as a line of JSON. Returns 0 or the negative errno of memory or of
 * the write.
 */
int record_write(FILE *file, const struct record *record);

#endif
