/* SPDX-License-Identifier: GPL-2.0-only */
/* The two outputs of --doctor; as those of render.h. */
#ifndef PITRACE_RENDER_DOCTOR_H
#define PITRACE_RENDER_DOCTOR_H

#include "doctor_findings.h"
#include "doctor_report.h"
#include "render.h"

/*
 * For people: a line for each fact, what follows from it and what helps below
 * it, and the verdict at the end. Lines are not longer than 79 columns where
 * words can be told to be shorter.
 */
int render_doctor(FILE *out, const struct doctor_report *report,
		  const struct table_options *o);

/* One "doctor" record: the facts, and what was found of probes and host. */
int render_json_doctor(FILE *out, const struct doctor_report *report,
		       const struct doctor_findings *findings,
		       const char *version);

#endif
