/* SPDX-License-Identifier: GPL-2.0-only */
/* --textfile: metrics in a file, for node_exporter's textfile collector. */
#ifndef PITRACE_METRICS_FILE_H
#define PITRACE_METRICS_FILE_H

#include <stdbool.h>

#include "render_metrics.h"

/* The collector reads no files of this name. */
#define METRICS_DRAFT_SUFFIX ".tmp"

struct metrics_file {
	const char *path; /* NULL: none was asked for */
	char *draft; /* what is being written, until it takes that name */
	bool is_ours; /* what is at the path */
};

/* Changes nothing yet. @path is borrowed. Returns 0 or -ENOMEM. */
int metrics_file_init(struct metrics_file *file, const char *path);

/*
 * Puts a new file (0644) in the place of the last one: whoever reads it sees
 * one or the other, whole. What is no plain file is left as it is. Returns 0 or
 * a negative errno (-EEXIST: something else is there).
 */
int metrics_file_write(struct metrics_file *file, const struct metrics *metrics,
		       bool per_device);

/*
 * Of an error of metrics_file_write(), to be put behind its words: what is most
 * often in the way, and not seen by looking at its rights; "": nothing is.
 */
const char *metrics_file_hint(int err);

/* Removes the file, for its values would be taken for those of now. */
void metrics_file_end(struct metrics_file *file);

/* Leaves the file where it is. */
void metrics_file_leave(struct metrics_file *file);

#endif
