/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that is built in memory and written at once. */
#ifndef PITRACE_OUTPUT_H
#define PITRACE_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

struct output {
	FILE *text; /* to be written to between begin and end */
	char *buffer; /* its bytes, once text is closed */
	size_t size;
};

/* Returns 0 or -ENOMEM. */
int output_begin(struct output *output);

/*
 * Writes what was gathered to @file, flushes it and frees the rest, also on
 * failure. Returns 0 or the negative errno of memory or of the write.
 */
int output_end(struct output *output, FILE *file);

#endif
