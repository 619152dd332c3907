/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of --report: made as tracing begins, filled as it ends. */
#ifndef PITRACE_REPORT_OUTPUT_H
#define PITRACE_REPORT_OUTPUT_H

#include <stdio.h>

#include "failure.h"
#include "record.h"
#include "report_keep.h"

#define REPORT_DRAFT_SUFFIX ".tmp"

struct report_output {
	const char *path;
	char *draft; /* takes the name of @path when it is whole; NULL: it is */
	FILE *file;
	struct report_keep keep;
};

/*
 * Makes a new file beside @path, which is borrowed. What is at @path must not
 * be a file; a pipe or a device is written to in its place. Returns the
 * output, or NULL with @failure filled in.
 */
struct report_output *report_output_open(const char *path,
					 struct failure *failure);

/* Returns 0, or a negative errno with @failure filled in. */
int report_output_add(struct report_output *output, const struct record *record,
		      struct failure *failure);

/*
 * Writes the report, gives it its name and frees @output, which may be NULL.
 * If there is nothing to report but errors, no file is left. Returns 0, or a
 * negative errno with @failure filled in; a report that could not be given its
 * name stays, and the failure says where.
 */
int report_output_close(struct report_output *output, struct failure *failure);

#endif
