/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of the capabilities that tracing needs does this process have? */
#ifndef PITRACE_PRIVILEGES_H
#define PITRACE_PRIVILEGES_H

#include <stddef.h>

/*
 * Writes the names of those that are missing from the effective set, as
 * "CAP_BPF, CAP_PERFMON", or "" if none is; reads /proc/self/status.
 */
void privileges_missing(char *text, size_t size);

#endif
