// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "inspect_report.h"

static int compare_vectors(const void *left, const void *right)
{
	const struct inspected_vector *a = left, *b = right;

	return vector_name_compare(&a->name, &b->name);
}

void inspect_report_sort(struct inspect_report *report)
{
	if (report->vector_count > 1)
		qsort(report->vectors, report->vector_count,
		      sizeof(*report->vectors), compare_vectors);
}

void inspect_report_free(struct inspect_report *report)
{
	free(report->devices);
	free(report->vectors);
	*report = (struct inspect_report){.vectors = NULL};
}
