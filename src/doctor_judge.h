/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What --doctor makes of its findings: facts with a status, a consequence and
 * a remedy. Pure functions: no file is read and no kernel asked.
 */
#ifndef PITRACE_DOCTOR_JUDGE_H
#define PITRACE_DOCTOR_JUDGE_H

#include "doctor_findings.h"
#include "doctor_report.h"

/*
 * Fills in @report, which is to be freed with doctor_report_free(), also on
 * failure. Returns 0 or -ENOMEM.
 */
int doctor_judge(const struct doctor_findings *findings,
		 struct doctor_report *report);

/* For what a container's own procfs does not have. */
#define NEEDS_HOSTS_PROC                                                       \
	"mount the host's /proc elsewhere, and name that with --proc"

/* --- its parts: each adds facts, for which there has to be room --- */

/* The kernel: what it is, its types, what it lets this process do. */
void doctor_judge_kernel(const struct doctor_findings *findings,
			 struct doctor_report *report);

/* Its part on what holds this process apart from the host: three facts. */
void doctor_judge_container(const struct doctor_findings *findings,
			    struct doctor_report *report);

/* At most as many facts as there are probes, and one. */
void doctor_judge_probes(const struct doctor_findings *findings,
			 struct doctor_report *report);

/* As many facts, at most, as there are devices and these. */
#define DOCTOR_INTERRUPT_FACTS 9

/* Devices, and the way that their interrupts can take. */
void doctor_judge_interrupts(const struct doctor_findings *findings,
			     struct doctor_report *report);

#endif
