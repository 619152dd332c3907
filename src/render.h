/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All outputs. Each renderer is a pure function of what it is given; each
 * writes its text at once, flushes, and returns 0 or the negative errno of
 * memory (-ENOMEM) or of the write (-ENOSPC, -EPIPE, ...).
 */
#ifndef PITRACE_RENDER_H
#define PITRACE_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "change.h"
#include "run_info.h"
#include "snapshot.h"
#include "stack_list.h"

struct table_options {
	unsigned int width; /* columns of the terminal; 0: unlimited */
	unsigned int height; /* its rows; 0: unlimited */
	bool all; /* idle vectors too */
	bool exact; /* numbers in full */
	bool color;
};

/*
 * The live view: totals, losses, and one row for each vector and path with a
 * count, busiest in the interval first. Lines are shorter than the width, and
 * there are fewer of them than the height (but one row at least).
 */
int render_table(FILE *out, const struct snapshot *s,
		 const struct table_options *o);

/* The last view: average rates since the start, most interrupts first. */
int render_summary(FILE *out, const struct snapshot *s,
		   const struct table_options *o);

/* One line: when, which vector, what happened, and what is known of it. */
int render_change(FILE *out, const struct change *change);

/*
 * Stacks as bpftrace prints a map keyed by kstack, ascending by count, the
 * vector and path behind the frames; FlameGraph's stackcollapse-bpftrace.pl
 * reads it. Call stack_list_merge() before.
 */
int render_stacks(FILE *out, const struct stack_list *list);

/* One line for each chain of functions, for flamegraph.pl; sorted. */
int render_folded(FILE *out, const struct stack_list *list);

/* NDJSON: one record a line. Times: CLOCK_REALTIME and CLOCK_MONOTONIC. */
int render_json_start(FILE *out, const struct run_info *info, int64_t time_ns,
		      uint64_t ts_ns);

/* The set of probes changed after the start: a module was loaded. */
int render_json_probes(FILE *out, const struct run_info *info, int64_t time_ns,
		       uint64_t ts_ns);
int render_json_snapshot(FILE *out, const struct snapshot *s);
int render_json_stacks(FILE *out, const struct stack_list *list,
		       int64_t time_ns, uint64_t ts_ns);

/* An "event" record. */
int render_json_change(FILE *out, const struct change *change);

/* @reason: "duration", "count" or "signal"; failures are error records. */
int render_json_end(FILE *out, const struct snapshot *s, const char *reason);
int render_json_error(FILE *out, const char *message, int64_t time_ns,
		      uint64_t ts_ns);

#endif
