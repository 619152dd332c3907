/* SPDX-License-Identifier: GPL-2.0-only */
/* The modules that tracing is about, and what each is needed for. */
#ifndef PITRACE_DOCTOR_MODULES_H
#define PITRACE_DOCTOR_MODULES_H

#include "doctor_findings.h"

struct doctor_module {
	const char *name;
	const char
		*earlier_name; /* before it was split off; NULL: it was not */
	const char *lack; /* what follows while it is not there */
	const char *remedy; /* what brings it */
};

extern const struct doctor_module doctor_modules[DOCTOR_MODULES];

/* Of the module of this name; "" if it is none of ours. */
const char *doctor_module_lack(const char *name);
const char *doctor_module_remedy(const char *name);

#endif
