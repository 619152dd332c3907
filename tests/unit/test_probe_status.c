// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "support.h"

#include "probe_status.h"

static void reasons_stay_in_their_order(void **state)
{
	struct probe_status status = {.name = "msi"};

	(void)state;
	probe_status_add_reason(&status, METHOD_FEXIT, "no such function");
	assert_string_equal(status.reason, "fexit: no such function");
	probe_status_add_reason(&status, METHOD_KRETPROBE, "busy");
	assert_string_equal(status.reason,
			    "fexit: no such function; kprobe: busy");
}

static void too_many_reasons_are_cut(void **state)
{
	struct probe_status status = {.name = "msi"};
	char text[150];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 3; i++)
		probe_status_add_reason(&status, METHOD_FENTRY, text);
	assert_int_equal(strlen(status.reason), sizeof(status.reason) - 1);
	assert_non_null(strstr(status.reason, "; fentry: xxx"));
}

static void one_of_a_name_is_on(void **state)
{
	static const struct probe_status probes[] = {
		{.name = "msi", .method = METHOD_FENTRY},
		{.name = "irqfd", .method = METHOD_OFF},
	};

	(void)state;
	assert_true(probe_status_is_on(probes, 2, "msi"));
	assert_false(probe_status_is_on(probes, 2, "irqfd"));
	assert_false(probe_status_is_on(probes, 2, "intx"));
	assert_false(probe_status_is_on(NULL, 0, "msi"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_stay_in_their_order),
		cmocka_unit_test(too_many_reasons_are_cut),
		cmocka_unit_test(one_of_a_name_is_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
