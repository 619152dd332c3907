/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PITRACE_SAME_FILE_H
#define PITRACE_SAME_FILE_H

#include <stdbool.h>

/*
 * Do both paths lead to one file, which need not be there yet? What cannot be
 * looked at is another one.
 */
bool same_file(const char *a, const char *b);

#endif
