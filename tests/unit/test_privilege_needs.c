// SPDX-License-Identifier: GPL-2.0-only
/* Which capabilities are kept, and what is said of those that are missing. */
#include "support.h"

#include <linux/capability.h>
#include <string.h>

#include "privilege_needs.h"

#define BPF       PRIVILEGE_BIT(CAP_BPF)
#define PERFMON   PRIVILEGE_BIT(CAP_PERFMON)
#define SYS_ADMIN PRIVILEGE_BIT(CAP_SYS_ADMIN)
#define SYSLOG    PRIVILEGE_BIT(CAP_SYSLOG)
#define OTHERS                                                                 \
	(PRIVILEGE_BIT(CAP_SETPCAP) | PRIVILEGE_BIT(CAP_SYS_PTRACE) |          \
	 PRIVILEGE_BIT(CAP_DAC_READ_SEARCH) | PRIVILEGE_BIT(63))

static void few_are_kept(void **state)
{
	static const struct {
		uint64_t given, kept;
	} cases[] = {
		{0, 0},
		{OTHERS, 0},
		{SYS_ADMIN | SYSLOG, SYS_ADMIN | SYSLOG},
		{UINT64_MAX, SYS_ADMIN | SYSLOG},
		/* What the greater one includes is of no use besides. */
		{BPF | PERFMON | SYS_ADMIN, SYS_ADMIN},
		{BPF | PERFMON | SYSLOG | OTHERS, BPF | PERFMON | SYSLOG},
		{BPF, BPF},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(privileges_useful(cases[i].given),
				 cases[i].kept);
}

static void what_is_lacking_is_named(void **state)
{
	static const struct {
		uint64_t given;
		const char *text;
	} cases[] = {
		{0, "CAP_BPF (to load programs), CAP_PERFMON (to attach them), "
		    "CAP_SYS_ADMIN (to find the types of modules)"},
		{BPF | SYSLOG, "CAP_PERFMON (to attach them), "
			       "CAP_SYS_ADMIN (to find the types of modules)"},
		{PERFMON | OTHERS,
		 "CAP_BPF (to load programs), "
		 "CAP_SYS_ADMIN (to find the types of modules)"},
		{BPF | PERFMON, "CAP_SYS_ADMIN (to find the types of modules)"},
		{SYS_ADMIN, ""},
		{UINT64_MAX, ""},
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		privileges_lacking(cases[i].given, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void what_is_absent_is_listed(void **state)
{
	static const struct {
		uint64_t given;
		const char *text;
	} cases[] = {
		{0, "CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN, CAP_SYSLOG"},
		{BPF | PERFMON | SYS_ADMIN, "CAP_SYSLOG"},
		{SYS_ADMIN, "CAP_SYSLOG"},
		{SYSLOG | PERFMON, "CAP_BPF, CAP_SYS_ADMIN"},
		{UINT64_MAX, ""},
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		privileges_absent(cases[i].given, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
	privileges_absent(0, text, 10);
	assert_string_equal(text, "CAP_BPF, ");
}

static void long_lists_are_cut(void **state)
{
	char text[20];

	(void)state;
	for (size_t size = 1; size <= sizeof(text); size++) {
		memset(text, 'x', sizeof(text));
		privileges_lacking(0, text, size);
		assert_int_equal(strlen(text), size - 1);
		assert_memory_equal(text, "CAP_BPF (to load programs)",
				    size - 1);
	}
}

static void what_answers_lack_is_said(void **state)
{
	char text[200];

	(void)state;
	privileges_shortfall(SYS_ADMIN | SYSLOG, text, sizeof(text));
	assert_string_equal(text, "");
	privileges_shortfall(UINT64_MAX & ~SYSLOG, text, sizeof(text));
	assert_string_equal(text,
			    "CAP_SYSLOG is missing, so symbols have no "
			    "addresses: stacks have no names, and vCPUs of "
			    "posted entries can stay unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_kept),
		cmocka_unit_test(what_is_lacking_is_named),
		cmocka_unit_test(what_is_absent_is_listed),
		cmocka_unit_test(long_lists_are_cut),
		cmocka_unit_test(what_answers_lack_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
