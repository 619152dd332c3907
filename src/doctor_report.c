// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "doctor_report.h"

const char *fact_status_name(enum fact_status status)
{
	static const char *const names[DOCTOR_STATUSES] = {
		[DOCTOR_OK] = "ok",
		[DOCTOR_LIMITS] = "limits",
		[DOCTOR_MISSING] = "missing",
		[DOCTOR_UNKNOWN] = "unknown",
	};

	return names[status];
}

const char *doctor_report_verdict(const struct doctor_report *report)
{
	switch (report->exit_code) {
	case EXIT_DONE:
		break;
	case EXIT_PRIVILEGE:
		return "cannot trace: a privilege is missing";
	case EXIT_UNSUPPORTED:
		return "cannot trace: something required is absent";
	case EXIT_FAILED:
	case EXIT_USAGE:
	case EXIT_INPUT:
		return "cannot trace: starting fails";
	}
	if (doctor_report_count(report, DOCTOR_LIMITS) ||
	    doctor_report_count(report, DOCTOR_UNKNOWN))
		return "can trace, within the limits told above";
	return "everything can be traced";
}

int doctor_report_init(struct doctor_report *report, size_t room)
{
	*report = (struct doctor_report){.room = room};
	report->facts = calloc(room, sizeof(*report->facts));
	return report->facts ? 0 : -ENOMEM;
}

struct doctor_fact *doctor_report_add(struct doctor_report *report,
				      const char *name, const char *subject,
				      enum fact_status status,
				      const char *format, ...)
{
	struct doctor_fact *fact = &report->facts[report->fact_count++];
	va_list arguments;

	fact->name = name;
	fact->status = status;
	(void)snprintf(fact->subject, sizeof(fact->subject), "%s",
		       subject ? subject : "");
	va_start(arguments, format);
	(void)vsnprintf(fact->found, sizeof(fact->found), format, arguments);
	va_end(arguments);
	return fact;
}

void fact_consequence(struct doctor_fact *fact, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(fact->consequence, sizeof(fact->consequence), format,
			arguments);
	va_end(arguments);
}

void fact_remedy(struct doctor_fact *fact, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(fact->remedy, sizeof(fact->remedy), format, arguments);
	va_end(arguments);
}

size_t doctor_report_count(const struct doctor_report *report,
			   enum fact_status status)
{
	size_t count = 0;

	for (size_t i = 0; i < report->fact_count; i++)
		count += report->facts[i].status == status;
	return count;
}

void doctor_report_free(struct doctor_report *report)
{
	free(report->facts);
	*report = (struct doctor_report){.facts = NULL};
}
