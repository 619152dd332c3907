// SPDX-License-Identifier: GPL-2.0-only
/* What --doctor says to people. */
#include "render_doctor.h"

#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct table_options plain = {0};

static char *render(const struct doctor_report *report,
		    const struct table_options *o)
{
	struct capture capture;

	assert_int_equal(render_doctor(capture_begin(&capture), report, o), 0);
	return capture_end(&capture);
}

static void check(struct doctor_report *report, const struct table_options *o,
		  const char *expected)
{
	char *text = render(report, o);

	assert_string_equal(text, expected);
	free(text);
	doctor_report_free(report);
}

static void facts(void **state)
{
	struct doctor_report report;
	struct doctor_fact *fact;

	(void)state;
	assert_int_equal(doctor_report_init(&report, 4), 0);
	doctor_report_add(&report, "kernel", NULL, DOCTOR_OK, "%s, %s", "6.12",
			  "x86_64");
	fact = doctor_report_add(&report, "module", "kvm", DOCTOR_LIMITS,
				 "not loaded");
	fact_consequence(fact, "every interrupt counts as %s", "eventfd");
	fact_remedy(fact, "modprobe %s", "kvm_amd");
	fact = doctor_report_add(&report, "lockdown", NULL, DOCTOR_UNKNOWN,
				 "no such file");
	fact_remedy(fact, "run it as root");
	doctor_report_add(&report, "btf", NULL, DOCTOR_MISSING, "none");
	report.exit_code = EXIT_UNSUPPORTED;
	check(&report, &plain,
	      "ok       kernel                    6.12, x86_64\n"
	      "limits   module kvm                not loaded\n"
	      "         => every interrupt counts as eventfd\n"
	      "         remedy: modprobe kvm_amd\n"
	      "unknown  lockdown                  no such file\n"
	      "         remedy: run it as root\n"
	      "missing  btf                       none\n"
	      "verdict  cannot trace: something required is absent\n"
	      "         1 ok, 1 limits, 1 missing, 1 unknown\n");
}

static void statuses_stand_out_on_a_terminal(void **state)
{
	const struct table_options color = {.color = true};
	struct doctor_report report;

	(void)state;
	assert_int_equal(doctor_report_init(&report, 2), 0);
	doctor_report_add(&report, "kernel", NULL, DOCTOR_OK, "6.12");
	doctor_report_add(&report, "iommu", NULL, DOCTOR_LIMITS, "none");
	check(&report, &color,
	      "ok       kernel                    6.12\n"
	      "\033[1mlimits   \033[0miommu                     none\n"
	      "verdict  can trace, within the limits told above\n"
	      "         1 ok, 1 limits\n");
}

/* 35 columns stand before what was found, 79 are there. */
static void long_texts_are_wrapped(void **state)
{
	char words[320] = "";
	struct doctor_report report;
	struct doctor_fact *fact;
	char *text;

	(void)state;
	for (int i = 0; i < 30; i++)
		strcat(words, "ten-bytes ");
	assert_int_equal(doctor_report_init(&report, 1), 0);
	fact = doctor_report_add(&report, "probe", "nested_notification",
				 DOCTOR_LIMITS, "%s", words);
	fact_consequence(fact, "%s", words);
	fact_remedy(fact, "%s", words);
	text = render(&report, &plain);
	assert_true(widest(text) <= 79);
	/* 30 words in 4 a line; 24 that fit 239 bytes, in 6; 16 in 159. */
	assert_int_equal(count_lines(text), 8 + 4 + 3 + 2);
	assert_non_null(
		strstr(text, "limits   probe nested_notification ten-bytes "
			     "ten-bytes ten-bytes ten-bytes\n"
			     "                                   ten-bytes "));
	assert_non_null(strstr(text, "\n         => ten-bytes"));
	assert_non_null(strstr(text, "\n           ten-bytes"));
	assert_non_null(strstr(text, "\n         remedy: ten-bytes"));
	free(text);
	doctor_report_free(&report);
}

/* 44 columns fit exactly; one that never fits stands alone and whole. */
static void the_width_is_used(void **state)
{
	struct doctor_report report;

	(void)state;
	assert_int_equal(doctor_report_init(&report, 2), 0);
	doctor_report_add(&report, "kernel", NULL, DOCTOR_OK,
			  "34-columns-in-a-word-xxxxxxxxxxxxx 9-columns");
	doctor_report_add(&report, "kernel", NULL, DOCTOR_OK,
			  "a 50-columns-in-a-word-"
			  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx b");
	check(&report, &plain,
	      "ok       kernel                    "
	      "34-columns-in-a-word-xxxxxxxxxxxxx 9-columns\n"
	      "ok       kernel                    a\n"
	      "                                   50-columns-in-a-word-"
	      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
	      "                                   b\n"
	      "verdict  everything can be traced\n"
	      "         2 ok\n");
}

static void outside_strings_are_escaped(void **state)
{
	struct doctor_report report;
	struct doctor_fact *fact;

	(void)state;
	assert_int_equal(doctor_report_init(&report, 1), 0);
	fact = doctor_report_add(&report, "device", "0000:03:00.0", DOCTOR_OK,
				 "%s", "evil\033[2Jdriver\n");
	fact_consequence(fact, "%s", "a\033b");
	fact_remedy(fact, "%s", "c\td");
	check(&report, &plain,
	      "ok       device 0000:03:00.0       evil\\x1b[2Jdriver\\x0a\n"
	      "         => a\\x1bb\n"
	      "         remedy: c\\x09d\n"
	      "verdict  everything can be traced\n"
	      "         1 ok\n");
}

static void a_failed_write_is_told(void **state)
{
	struct doctor_report report;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(doctor_report_init(&report, 1), 0);
	assert_int_equal(render_doctor(full, &report, &plain), -ENOSPC);
	doctor_report_free(&report);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts),
		cmocka_unit_test(statuses_stand_out_on_a_terminal),
		cmocka_unit_test(long_texts_are_wrapped),
		cmocka_unit_test(the_width_is_used),
		cmocka_unit_test(outside_strings_are_escaped),
		cmocka_unit_test(a_failed_write_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
