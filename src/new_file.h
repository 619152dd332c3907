/* SPDX-License-Identifier: GPL-2.0-only */
/* A file that is not there yet. */
#ifndef PITRACE_NEW_FILE_H
#define PITRACE_NEW_FILE_H

#include <stdio.h>

/*
 * Opens @path for writing: a new file that is its owner's alone (0600), or
 * what is there and keeps nothing, as a pipe or a device. An earlier file is
 * left as it is. Returns 0, or a negative errno (-EEXIST); *@file is to be
 * closed.
 */
int new_file_open(const char *path, FILE **file);

/* The same, but a new file or none. */
int new_file_create(const char *path, FILE **file);

#endif
