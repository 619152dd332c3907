/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of --input, whose reading a signal ends. */
#ifndef PITRACE_INPUT_FILE_H
#define PITRACE_INPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct input_file {
	int fd;
	int signal_fd;
	FILE *file; /* reading fails with ECANCELED once a signal came */
};

/*
 * Opens @path, or standard input as "-", without waiting for who writes to it,
 * and catches signals. Returns 0 or a negative errno; to be closed if it is 0,
 * and not moved.
 */
int input_file_open(struct input_file *input, const char *path);
void input_file_close(struct input_file *input);

/* It is all there, and nobody is waited for. */
bool input_file_is_plain(const struct input_file *input);

#endif
