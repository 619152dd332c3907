// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "support.h"

#include "probe_status.h"
#include "probes.h"

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

static void check_line(const struct probe_status *status, const char *expected)
{
	char line[PROBE_LINE_LEN];

	probe_status_line(status, line);
	assert_string_equal(line, expected);
}

static void lines_say_what_is_lacking(void **state)
{
	struct probe_status status = {
		.name = "pi_wakeup",
		.module = "kvm_intel",
		.function = "pi_wakeup_handler",
		.method = METHOD_FENTRY,
		.without = "who was woken",
	};

	(void)state;
	check_line(&status,
		   "pi_wakeup     fentry     kvm_intel:pi_wakeup_handler");
	status.method = METHOD_OFF;
	strcpy(status.reason, "no such module");
	check_line(&status,
		   "pi_wakeup     off        kvm_intel:pi_wakeup_handler"
		   " -- no such module; without it: who was woken");
	status.without = NULL;
	status.module = NULL;
	check_line(&status, "pi_wakeup     off        pi_wakeup_handler"
			    " -- no such module");
}

/* With the longest reason, too. */
static void lines_have_room(void **state)
{
	char line[PROBE_LINE_LEN];
	struct probe_status status = {.name = "msi", .function = "f"};
	size_t length;

	(void)state;
	memset(status.reason, 'x', sizeof(status.reason) - 1);
	for (size_t i = 0; i < probe_count; i++) {
		status.name = probes[i].name;
		status.module = probes[i].module;
		status.function = probes[i].function;
		status.without = probes[i].without;
		probe_status_line(&status, line);
		length = strlen(status.without);
		assert_true(strlen(line) > length);
		assert_string_equal(line + strlen(line) - length,
				    status.without);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_stay_in_their_order),
		cmocka_unit_test(too_many_reasons_are_cut),
		cmocka_unit_test(one_of_a_name_is_on),
		cmocka_unit_test(lines_say_what_is_lacking),
		cmocka_unit_test(lines_have_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
