/* SPDX-License-Identifier: GPL-2.0-only */
/* --input with --textfile: the metrics that the saved run had. */
#ifndef PITRACE_REPLAY_METRICS_H
#define PITRACE_REPLAY_METRICS_H

#include "failure.h"
#include "metrics_file.h"
#include "options.h"
#include "saved_record.h"

struct replay_metrics {
	const struct options *options;
	struct metrics_file file;
	struct saved_record run; /* the last that told of it; none: empty */
	bool has_snapshot;
};

/*
 * Changes nothing yet. @options are borrowed. Returns 0, or a negative errno
 * with @failure filled in; to be closed in either case.
 */
int replay_metrics_open(struct replay_metrics *metrics,
			const struct options *options, struct failure *failure);

/* A "start" or "probes" record has been shown: takes all of it over. */
void replay_metrics_run(struct replay_metrics *metrics,
			struct saved_record *saved);

/*
 * Writes the file, if there is one, as it was while @snapshot was the newest.
 * Returns 0, or a negative errno with @failure filled in.
 */
int replay_metrics_write(struct replay_metrics *metrics,
			 const struct snapshot *snapshot,
			 struct failure *failure);

/* Tells people if there was nothing to write. */
void replay_metrics_say(const struct replay_metrics *metrics);

/* The file stays: nobody takes it for what is now. */
void replay_metrics_close(struct replay_metrics *metrics);

#endif
