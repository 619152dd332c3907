/* SPDX-License-Identifier: GPL-2.0-only */
/* By which method can each probe be had here? Tries it, as tracing would. */
#ifndef PITRACE_DOCTOR_PROBES_H
#define PITRACE_DOCTOR_PROBES_H

#include "doctor_findings.h"
#include "options.h"

struct kernel_btf;

/*
 * Loads, attaches and verifies by tracing's own code, counts nothing, and
 * detaches all of it again. What BTF alone says of each probe is noted
 * as well. @findings->probes is to be freed with doctor_findings_free().
 * Returns 0 or -ENOMEM: that something is refused is a finding.
 */
int doctor_probes_try(struct doctor_findings *findings,
		      const struct options *options, struct kernel_btf *btf);

#endif
