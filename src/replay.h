/* SPDX-License-Identifier: GPL-2.0-only */
/* --input: shows saved records as they would have been shown live. */
#ifndef PITRACE_REPLAY_H
#define PITRACE_REPLAY_H

#include <stdio.h>

#include "display.h"
#include "failure.h"
#include "options.h"

/*
 * Opens the input, gives up all privileges, and shows what is in it; looks at
 * nothing else. What comes before a damaged line is shown, then the line is
 * told. Returns 0 (also when standard output was closed, or a signal ended the
 * reading), or a negative errno with @failure filled in.
 */
int replay_run(const struct options *options, struct display *display,
	       struct failure *failure);

/* The same of an open file, which stays the caller's; ECANCELED is a signal. */
int replay_file(FILE *file, const struct options *options,
		struct display *display, struct failure *failure);

#endif
