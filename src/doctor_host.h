/* SPDX-License-Identifier: GPL-2.0-only */
/* What files of this host say that bears on tracing. Loads nothing. */
#ifndef PITRACE_DOCTOR_HOST_H
#define PITRACE_DOCTOR_HOST_H

#include "doctor_findings.h"

struct kernel_btf;

/*
 * Reads all of it; what cannot be read is noted with its error, and never a
 * failure. @btf is NULL if kernel_btf_open() failed on @btf_file (or NULL)
 * with @btf_error.
 */
void doctor_host_read(struct host_finding *host, struct kernel_btf *btf,
		      const char *btf_file, int btf_error);

#endif
