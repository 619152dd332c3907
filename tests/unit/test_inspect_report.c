// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <stdlib.h>

#include "inspect_report.h"

static void vectors_are_ordered(void **state)
{
	static const struct inspected_vector mixed[] = {
		{{{0, 4, 0, 0}, VECTOR_MSIX, 0}, 5, {0}},
		{{{0, 3, 0, 0}, VECTOR_INTX, 0}, 4, {0}},
		{{{0, 3, 0, 0}, VECTOR_MSIX, 10}, 2, {0}},
		{{{1, 0, 0, 0}, VECTOR_MSI, 0}, 6, {0}},
		{{{0, 3, 0, 0}, VECTOR_MSI, 0}, 3, {0}},
		{{{0, 3, 0, 0}, VECTOR_MSIX, 9}, 1, {0}},
	};
	struct inspect_report report = {.vector_count = ARRAY_SIZE(mixed)};

	(void)state;
	report.vectors = calloc(ARRAY_SIZE(mixed), sizeof(mixed[0]));
	assert_non_null(report.vectors);
	for (size_t i = 0; i < ARRAY_SIZE(mixed); i++) {
		report.vectors[i] = mixed[i];
		/* All of a vector moves along. */
		report.vectors[i].configured.gsi = 100 + (int)mixed[i].irq;
	}
	inspect_report_sort(&report);
	for (unsigned int i = 0; i < ARRAY_SIZE(mixed); i++) {
		assert_int_equal(report.vectors[i].irq, i + 1);
		assert_int_equal(report.vectors[i].configured.gsi, 101 + i);
	}
	inspect_report_free(&report);
	assert_null(report.vectors);
	assert_int_equal(report.vector_count, 0);
}

static void empty_report(void **state)
{
	struct inspect_report report = {0};

	(void)state;
	inspect_report_sort(&report);
	inspect_report_free(&report);
	inspect_report_free(&report);
	assert_null(report.devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_are_ordered),
		cmocka_unit_test(empty_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
