/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings of a host that offers everything, for the tests of --doctor. */
#ifndef PITRACE_TEST_DOCTOR_SCENE_H
#define PITRACE_TEST_DOCTOR_SCENE_H

/* cmocka has a fail() of its own: before it. */
#include "doctor_judge.h"

#include "support.h"

/* An AMD host on 6.12; no probes, one device with three MSI-X vectors. */
void set_healthy(struct doctor_findings *findings);

/* The device of set_healthy(), to be changed. */
extern struct device_vectors doctor_device;

/* The fact of this name and subject ("" for none); fails if there is none. */
const struct doctor_fact *fact_of(const struct doctor_report *report,
				  const char *name, const char *subject);

/* Judges, and checks one fact; NULL: not looked at, "": there is none. */
void check_fact(const struct doctor_findings *findings, const char *name,
		const char *subject, enum fact_status status, const char *found,
		const char *consequence, const char *remedy);

#endif
