/* SPDX-License-Identifier: GPL-2.0-only */
/* Metrics, for Prometheus and what reads the same: docs/metrics.md. */
#ifndef PITRACE_RENDER_METRICS_H
#define PITRACE_RENDER_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "run_info.h"
#include "snapshot.h"

enum metrics_format {
	METRICS_TEXT, /* Prometheus's text format 0.0.4 */
	METRICS_OPENMETRICS, /* OpenMetrics text 1.0 */
	METRICS_FORMAT_COUNT
};

/* All that metrics tell of; what is pointed to stays its owner's. */
struct metrics {
	struct run_info run;
	const struct snapshot *snapshot; /* NULL: counting has not begun */
	bool changes_known; /* are the probes of changes on? */
};

/*
 * Writes all metrics, with series for each vector or, if @per_device, their
 * sums. What is not known has no series. Writes at once; returns 0 or the
 * negative errno of memory or of the write.
 */
int render_metrics(FILE *out, const struct metrics *metrics,
		   enum metrics_format format, bool per_device);

#endif
