/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of pitrace, from the first probe to the last line. */
#ifndef PITRACE_SESSION_H
#define PITRACE_SESSION_H

#include "failure.h"
#include "options.h"
#include "display.h"
#include "exporter.h"

/*
 * Traces until the duration or count is over or a signal comes, and exports
 * metrics meanwhile. Returns 0
 * (also when standard output was closed), or a negative errno with @failure
 * filled.
 */
int session_run(const struct options *options, struct display *display,
		struct exporter *exporter, struct failure *failure);

#endif
