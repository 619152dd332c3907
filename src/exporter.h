/* SPDX-License-Identifier: GPL-2.0-only */
/* Metrics for other programs, while it traces: --listen, --textfile. */
#ifndef PITRACE_EXPORTER_H
#define PITRACE_EXPORTER_H

#include "failure.h"
#include "metrics_file.h"
#include "options.h"
#include "render_metrics.h"

struct metrics_server;

struct exporter {
	const struct options *options;
	struct metrics_server *server; /* NULL: none was asked for */
	struct metrics_file file;
	int told; /* the error of the file that was told last; 0: it works */
};

/*
 * Listens where the options have it, and says so. To be called before
 * privileges are given up, for low ports take one. Returns 0, or a negative
 * errno with @failure filled in; to be closed in either case.
 */
int exporter_open(struct exporter *exporter, const struct options *options,
		  struct failure *failure);

/* Also removes the file. */
void exporter_close(struct exporter *exporter);

/* Readable when exporter_serve() has something to do; -1: it never has. */
int exporter_fd(const struct exporter *exporter);

/* Answers who asked; @metrics are those of the last exporter_update(). */
void exporter_serve(struct exporter *exporter, const struct metrics *metrics);

/*
 * There are new metrics: writes the file, if there is one. Its errors are told,
 * once each, and end nothing.
 */
void exporter_update(struct exporter *exporter, const struct metrics *metrics);

#endif
