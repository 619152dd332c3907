// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "same_file.h"

#define MAX_WORDS 24

/* Parses "a b c" as the words behind the program's name; '_' is a blank. */
static int parse(const char *line, struct options *o, char error[200])
{
	static char copy[300]; /* whose words are options' values */
	char *argv[MAX_WORDS + 2] = {"pitrace"};
	char *rest = copy, *word;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	while (*line && (word = strsep(&rest, " "))) {
		for (char *c = word; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		argv[argc++] = word;
	}
	*error = '\0';
	return options_parse(argc, argv, o, error, 200);
}

static void parse_good(const char *line, struct options *o)
{
	char error[200];

	if (parse(line, o, error))
		fail_msg("'%s': %s", line, error);
	assert_string_equal(error, "");
}

static void defaults(void **state)
{
	struct options o;

	(void)state;
	memset(&o, 0xff, sizeof(o));
	parse_good("", &o);
	assert_int_equal(o.device_count, 0);
	assert_null(o.devices);
	assert_int_equal(o.interval_ns, 1000000000);
	assert_false(o.interval_given);
	assert_int_equal(o.duration_ns, 0);
	assert_int_equal(o.count, 0);
	assert_false(o.stacks || o.folded || o.json || o.all || o.exact);
	assert_false(o.events || o.injections);
	assert_int_equal(o.attach, ATTACH_AUTO);
	assert_int_equal(o.verbosity, 0);
	assert_null(o.record);
	assert_null(o.input);
	assert_int_equal(o.action, ACTION_TRACE);
	options_free(&o);
}

static void all_options_together(void **state)
{
	static const char *const lines[] = {
		"-d 03:00.0 -d 0001:c8:00.1 -i 0.5 -t 10 -n 30 -s -j -a -x "
		"--attach kprobe -vv --injections",
		"--device=03:00.0 --device 0001:c8:00.1 --interval .5 "
		"--duration=10. --count 30 --stacks --json --all --exact "
		"--attach=kprobe --verbose --verbose --injections",
		"-sjaxvvd03:00.0 -d0001:c8:00.1 -d 0000:03:00.0 -i0.50 -t10.0 "
		"-n30 --inj --att kprobe --",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;

		parse_good(lines[i], &o);
		assert_int_equal(o.device_count, 2);
		assert_int_equal(o.devices[0].bus, 3);
		assert_int_equal(o.devices[1].domain, 1);
		assert_int_equal(o.interval_ns, 500000000);
		assert_true(o.interval_given);
		assert_int_equal(o.duration_ns, 10000000000);
		assert_int_equal(o.count, 30);
		assert_true(o.stacks && o.json && o.all && o.exact);
		assert_true(o.injections);
		assert_false(o.folded);
		assert_int_equal(o.attach, ATTACH_KPROBE);
		assert_int_equal(o.verbosity, 2);
		options_free(&o);
		options_free(&o);
	}
}

static void folded_implies_stacks(void **state)
{
	struct options o;

	(void)state;
	parse_good("--folded", &o);
	assert_true(o.stacks && o.folded);
	options_free(&o);
}

static void events_are_asked_for(void **state)
{
	static const char *const lines[] = {
		"-e",    "--events",          "--ev",
		"-e -e", "-sed 03:00.0 -t 1", "--folded -e -i 2",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;

		parse_good(lines[i], &o);
		assert_true(o.events);
		assert_int_equal(o.action, ACTION_TRACE);
		options_free(&o);
	}
}

/* One look: with what it is about and how it looks, nothing else. */
static void inspection(void **state)
{
	static const char *const lines[] = {
		"--inspect",
		"--ins",
		"--inspect --inspect",
		"-d 03:00.0 --inspect -d 04:00.0",
		"--inspect -j -a -x -vv --attach kprobe",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;

		parse_good(lines[i], &o);
		assert_int_equal(o.action, ACTION_INSPECT);
		assert_int_equal(o.json, strstr(lines[i], "-j") != NULL);
		assert_int_equal(o.device_count,
				 strstr(lines[i], "-d") ? 2 : 0);
		options_free(&o);
	}
}

static void doctor(void **state)
{
	static const char *const lines[] = {
		"--doctor",
		"--doc",
		"--doctor --doctor",
		"-d 03:00.0 --doctor -d 04:00.0",
		"--doctor -j -a -x -vv --attach kprobe",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;

		parse_good(lines[i], &o);
		assert_int_equal(o.action, ACTION_DOCTOR);
		assert_int_equal(o.json, strstr(lines[i], "-j") != NULL);
		assert_int_equal(o.device_count,
				 strstr(lines[i], "-d ") ? 2 : 0);
		options_free(&o);
	}
}

static void saving_goes_with_all(void **state)
{
	static const struct {
		const char *line;
		enum options_action action;
	} cases[] = {
		{"--record f", ACTION_TRACE},
		{"--record=f -i 1 -n 3 -a -x -v -d 03:00.0", ACTION_TRACE},
		{"-j --record f", ACTION_TRACE},
		{"--rec f --folded -e -t 1", ACTION_TRACE},
		{"--record f --inspect", ACTION_INSPECT},
		{"--doctor -j --record f", ACTION_DOCTOR},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct options o;

		parse_good(cases[i].line, &o);
		assert_int_equal(o.action, cases[i].action);
		assert_non_null(o.record);
		assert_null(o.input);
		options_free(&o);
	}
}

/* With whatever else there is. */
static void reports_go_with_all(void **state)
{
	static const char *const lines[] = {
		"--report f",
		"--report=f --record g -s -i 1 -n 3",
		"--report f --folded",
		"--report f --listen 9400",
		"--report f --input g -j",
		"--doctor --report f",
		"--inspect --report f",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;

		parse_good(lines[i], &o);
		assert_non_null(o.report);
		options_free(&o);
	}
}

static void saved_records_are_shown(void **state)
{
	static const char *const lines[] = {
		"--input f",
		"--input -",
		"--inp=f -i 2 -e -s -a -x -vv -d 03:00.0",
		"-j --input f -i 10",
		"--folded --input f",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;

		parse_good(lines[i], &o);
		assert_int_equal(o.action, ACTION_REPLAY);
		assert_non_null(o.input);
		assert_null(o.record);
		options_free(&o);
	}
}

/* Nothing is for standard output unless something else was asked for. */
static void metrics_are_asked_for(void **state)
{
	static const struct {
		const char *line;
		bool only;
	} cases[] = {
		{"", false},
		{"-i 5", false},
		{"--listen 9400", true},
		{"--textfile /run/a.prom", true},
		{"--listen 9400 --textfile a -i 15 -t 60 -n 4 -d 03:00.0",
		 true},
		{"--listen 9400 --record a.json -v -a -x", true},
		{"--listen 9400 -j", false},
		{"--textfile a -e", false},
		{"--textfile a --folded", false},
		{"--input f --textfile a --metrics-per device", true},
		{"--listen 9400 --injections", false},
	};
	struct options o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		parse_good(cases[i].line, &o);
		if (options_only_export(&o) != cases[i].only)
			fail_msg("'%s'", cases[i].line);
		options_free(&o);
	}
	parse_good("--listen [::1]:9400 --metrics-per device", &o);
	assert_int_equal(o.listen.count, 1);
	assert_true(o.per_device);
	options_free(&o);
	parse_good("--metrics-per vector --textfile /run/a.prom", &o);
	assert_string_equal(o.textfile, "/run/a.prom");
	assert_int_equal(o.listen.count, 0);
	assert_false(o.per_device);
	options_free(&o);
}

static void help_and_version_end_the_parse(void **state)
{
	static const struct {
		const char *line;
		enum options_action action;
	} cases[] = {
		{"-h", ACTION_HELP},
		{"--help", ACTION_HELP},
		{"-V", ACTION_VERSION},
		{"--version", ACTION_VERSION},
		{"-h -V", ACTION_HELP},
		{"-V -h", ACTION_VERSION},
		{"-h --foo", ACTION_HELP},
		{"-d 03:00.0 -h x", ACTION_HELP},
		{"--inspect -h", ACTION_HELP},
		{"-V --inspect", ACTION_VERSION},
		{"--inspect -e -j -h", ACTION_HELP},
		{"--input f --inspect -h", ACTION_HELP},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct options o;

		parse_good(cases[i].line, &o);
		assert_int_equal(o.action, cases[i].action);
		options_free(&o);
	}
}

static void seconds_at_their_bounds(void **state)
{
	static const struct {
		const char *line;
		uint64_t interval_ns;
	} cases[] = {
		{"-i 0.01", 10000000},
		{"-i 86400", 86400000000000},
		{"-i 86400.000", 86400000000000},
		{"-i 1.123456789", 1123456789},
		{"-i 1.1234567899999999999999", 1123456789},
		{"-i 00001", 1000000000},
		{"-i 1 -i 2", 2000000000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct options o;

		parse_good(cases[i].line, &o);
		assert_int_equal(o.interval_ns, cases[i].interval_ns);
		options_free(&o);
	}
}

static void wrong_seconds_are_refused(void **state)
{
	static const char *const values[] = {
		"0",
		"0.0",
		"nan",
		"NAN",
		"-1",
		"-0.5",
		"1e99",
		"1e1",
		"inf",
		"0x10",
		"1x",
		"1 ",
		" 1",
		"",
		".",
		"1.2.3",
		"1,5",
		"+1",
		"0.009999",
		"86400.1",
		"86400.000000001",
		"86401",
		"1.5s",
		"99999999999999999999999999999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		char *argv[] = {"pitrace", "-i", (char *)values[i], NULL};
		char error[200], expected[200];
		struct options o;

		if (options_parse(3, argv, &o, error, 200) != -EINVAL)
			fail_msg("'%s' was taken", values[i]);
		snprintf(expected, sizeof(expected),
			 "--interval '%s': expected seconds between 0.01 and "
			 "86400, such as 1 or 0.5",
			 values[i]);
		assert_string_equal(error, expected);
	}
}

static const struct {
	const char *line, *error;
} wrong_lines[] = {
	{"--foo", "unknown option '--foo'; try 'pitrace --help'"},
	{"--foo=1", "unknown option '--foo=1'; try 'pitrace --help'"},
	{"-z", "unknown option '-z'; try 'pitrace --help'"},
	{"-az", "unknown option '-z'; try 'pitrace --help'"},
	{"-zd", "unknown option '-z'; try 'pitrace --help'"},
	{"--d 1", "ambiguous option '--d'; try 'pitrace --help'"},
	{"--in 1", "ambiguous option '--in'; try 'pitrace --help'"},
	{"--e", "ambiguous option '--e'; try 'pitrace --help'"},
	{"--ve", "ambiguous option '--ve'; try 'pitrace --help'"},
	{"--json=1", "--json takes no argument; try 'pitrace --help'"},
	{"--folded=", "--folded takes no argument; try 'pitrace --help'"},
	{"--interval", "--interval needs an argument: seconds between 0.01 "
		       "and 86400, such as 1 or 0.5"},
	{"-an", "--count needs an argument: a whole number between 1 and "
		"1000000000"},
	{"--attach", "--attach needs an argument: auto, fentry or kprobe"},
	{"-a 5", "unexpected argument '5'; try 'pitrace --help'"},
	{"5 -a", "unexpected argument '5'; try 'pitrace --help'"},
	{"-- -a", "unexpected argument '-a'; try 'pitrace --help'"},
	{"-", "unexpected argument '-'; try 'pitrace --help'"},
	{"-d 3", "--device '3': expected a PCI address such as 0000:03:00.0 "
		 "or 03:00.0"},
	{"-d 03:00.0 -d 03:00.8",
	 "--device '03:00.8': expected a PCI address such as 0000:03:00.0 "
	 "or 03:00.0"},
	{"-n 0", "--count '0': expected a whole number between 1 and "
		 "1000000000"},
	{"-n -1", "--count '-1': expected a whole number between 1 and "
		  "1000000000"},
	{"-n 1.5", "--count '1.5': expected a whole number between 1 and "
		   "1000000000"},
	{"-n 1000000001", "--count '1000000001': expected a whole number "
			  "between 1 and 1000000000"},
	{"-n 99999999999999999999",
	 "--count '99999999999999999999': expected a whole number between 1 "
	 "and 1000000000"},
	{"-t 0", "--duration '0': expected seconds between 0.01 and "
		 "31536000, such as 10 or 0.5"},
	{"--attach fexit", "--attach 'fexit': expected auto, fentry or kprobe"},
	{"--folded -j", "--folded and --json exclude each other"},
	{"-e -j", "--events and --json exclude each other: the records have "
		  "them anyway"},
	{"--json --inspect --events",
	 "--events and --json exclude each other: the records have them "
	 "anyway"},
	{"--inspect -i 1", "--inspect and --interval exclude each other"},
	{"-t 5 --inspect", "--inspect and --duration exclude each other"},
	{"--inspect -n 5", "--inspect and --count exclude each other"},
	{"-e --inspect", "--inspect and --events exclude each other"},
	{"--inspect -s", "--inspect and --stacks exclude each other"},
	{"--injections=1",
	 "--injections takes no argument; try 'pitrace --help'"},
	{"--injections --doctor",
	 "--doctor and --injections exclude each other"},
	{"--inspect --folded", "--inspect and --folded exclude each other"},
	{"--inspect -s -n 5", "--inspect and --count exclude each other"},
	{"--doctor -i 1", "--doctor and --interval exclude each other"},
	{"-s --doctor", "--doctor and --stacks exclude each other"},
	{"--inspect --doctor", "--inspect and --doctor exclude each other"},
	{"--doctor --inspect -n 5",
	 "--inspect and --doctor exclude each other"},
	{"--doctor=1", "--doctor takes no argument; try 'pitrace --help'"},
	{"--inspect=1", "--inspect takes no argument; try 'pitrace --help'"},
	{"--inspect 03:00.0",
	 "unexpected argument '03:00.0'; try 'pitrace --help'"},
	{"\033[31m", "unexpected argument '\\x1b[31m'; try 'pitrace --help'"},
	{"-\xff", "unknown option '-\\xff'; try 'pitrace --help'"},
	{"--proc=", "--proc '': expected a directory, from / on, such as "
		    "/host/proc"},
	{"--proc host/proc", "--proc 'host/proc': expected a directory, from / "
			     "on, such as /host/proc"},
	{"--proc /p --input f", "--input and --proc exclude each other"},
	{"--record -", "--record '-': expected a new file"},
	{"--report -", "--report '-': expected a new file"},
	{"--report=", "--report '': expected a new file"},
	{"--textfile -", "--textfile '-': expected a file"},
	{"--textfile=", "--textfile '': expected a file"},
	{"--listen localhost:80",
	 "--listen 'localhost:80': expected a port, or ADDRESS:PORT such as "
	 "192.0.2.1:9400 or [::1]:9400"},
	{"--listen 9400 --metrics-per cpu",
	 "--metrics-per 'cpu': expected vector or device"},
	{"--metrics-per device", "--metrics-per needs --listen or --textfile"},
	{"--listen 9400 --inspect",
	 "--inspect and --listen exclude each other"},
	{"--doctor --textfile a", "--doctor and --textfile exclude each other"},
	{"--input f --listen 9400", "--input and --listen exclude each other"},
	{"--input f --listen 1", "--input and --listen exclude each other"},
	{"--record=", "--record '': expected a new file"},
	{"--record", "--record needs an argument: a new file"},
	{"--input=", "--input '': expected a file, or '-'"},
	{"--input f --record g", "--input and --record exclude each other"},
	{"--inspect --input f", "--input and --inspect exclude each other"},
	{"--input f --doctor", "--input and --doctor exclude each other"},
	{"-t 1 --input f", "--input and --duration exclude each other"},
	{"--input - -n 1", "--input and --count exclude each other"},
	{"--input f --injections",
	 "--input and --injections exclude each other"},
	{"--btf b --input f", "--input and --btf exclude each other"},
	{"--input f --attach auto", "--input and --attach exclude each other"},
	{"--input a.json --textfile a.json",
	 "--textfile would take the place of the file of --input"},
	{"--textfile a --input a.tmp",
	 "--textfile would take the place of the file of --input"},
	{"--input ./a --textfile a",
	 "--textfile would take the place of the file of --input"},
	{"--record a --textfile a",
	 "--textfile would take the place of the file of --record"},
	{"--textfile /tmp/a --record /tmp/a.tmp",
	 "--textfile would take the place of the file of --record"},
	{"--textfile a --report a",
	 "--textfile would take the place of the file of --report"},
	{"--textfile a --report a.tmp",
	 "--textfile would take the place of the file of --report"},
	{"--textfile a.tmp --report a",
	 "--textfile would take the place of the file of --report"},
	{"--textfile /tmp/a --report /tmp/../tmp/a",
	 "--textfile would take the place of the file of --report"},
	{"--input f -e -j",
	 "--events and --json exclude each other: the records have them "
	 "anyway"},
};

static void wrong_lines_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong_lines); i++) {
		struct options o;
		char error[200];

		assert_int_equal(parse(wrong_lines[i].line, &o, error),
				 -EINVAL);
		assert_string_equal(error, wrong_lines[i].error);
	}
}

static void other_files_go_with_a_textfile(void **state)
{
	static const char *const lines[] = {
		"--input - --textfile a",
		"--input a --textfile b/a",
		"--textfile a --record b --report c",
		"--textfile a --record a.tmp.tmp --report a.tm",
		"--textfile /tmp/a --report /a",
	};
	struct options o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		parse_good(lines[i], &o);
		options_free(&o);
	}
}

/* By another name, in a directory by another name. */
static void links_lead_to_one_file(void **state)
{
	char directory[TEMPORARY_LEN], file[TEMPORARY_LEN + 8];
	char link[TEMPORARY_LEN + 8], beside[TEMPORARY_LEN + 16];

	(void)state;
	temporary_template(directory);
	assert_non_null(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/file", directory);
	snprintf(link, sizeof(link), "%s/link", directory);
	assert_int_equal(symlink("file", link), 0);
	/* There is no such file yet. */
	assert_false(same_file(file, link));
	fclose(fopen(file, "w"));
	assert_true(same_file(file, link));
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(".", link), 0);
	snprintf(beside, sizeof(beside), "%s/new", link);
	snprintf(file, sizeof(file), "%s/new", directory);
	assert_true(same_file(file, beside));
	assert_false(same_file(file, "new"));
	assert_false(same_file("/nowhere/new", beside));
	snprintf(file, sizeof(file), "%s/file", directory);
	unlink(file);
	unlink(link);
	rmdir(directory);
}

static void long_argument_is_cut_in_the_message(void **state)
{
	char name[5000], error[200];
	char *argv[] = {"pitrace", name, NULL};
	struct options o;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(options_parse(2, argv, &o, error, sizeof(error)),
			 -EINVAL);
	assert_non_null(strstr(error, "x'; try 'pitrace --help'"));
	assert_int_equal(options_parse(2, argv, &o, error, 10), -EINVAL);
	assert_string_equal(error, "unexpecte");
}

static void no_words_at_all(void **state)
{
	char *argv[] = {NULL};
	struct options o;
	char error[200];

	(void)state;
	assert_int_equal(options_parse(0, argv, &o, error, 200), 0);
	options_free(&o);
}

/* Each option has its line, and all lines fit a terminal. */
static void help_tells_all(void **state)
{
	static const char *const parts[] = {
		"  -d, --device BDF",    "  -i, --interval SEC",
		"  -t, --duration SEC",  "  -n, --count N",
		"  -e, --events ",       "      --inspect ",
		"  -s, --stacks ",       "      --folded ",
		"      --injections ",   "  -j, --json ",
		"  -a, --all ",          "  -x, --exact ",
		"      --record FILE",   "      --report FILE",
		"      --input FILE",    "      --listen PORT",
		"      --textfile FILE", "      --metrics-per X",
		"      --attach HOW",    "  -v, --verbose ",
		"  -V, --version ",      "  -h, --help ",
	};
	struct capture capture;
	char *text, *line;

	(void)state;
	assert_int_equal(options_help(capture_begin(&capture)), 0);
	text = capture_end(&capture);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		assert_non_null(strstr(text, parts[i]));
	for (line = text; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") < 80);
	free(text);
}

static void help_tells_write_errors(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(options_help(full), -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(all_options_together),
		cmocka_unit_test(folded_implies_stacks),
		cmocka_unit_test(events_are_asked_for),
		cmocka_unit_test(inspection),
		cmocka_unit_test(doctor),
		cmocka_unit_test(saving_goes_with_all),
		cmocka_unit_test(reports_go_with_all),
		cmocka_unit_test(saved_records_are_shown),
		cmocka_unit_test(metrics_are_asked_for),
		cmocka_unit_test(help_and_version_end_the_parse),
		cmocka_unit_test(seconds_at_their_bounds),
		cmocka_unit_test(wrong_seconds_are_refused),
		cmocka_unit_test(wrong_lines_are_told),
		cmocka_unit_test(other_files_go_with_a_textfile),
		cmocka_unit_test(links_lead_to_one_file),
		cmocka_unit_test(long_argument_is_cut_in_the_message),
		cmocka_unit_test(no_words_at_all),
		cmocka_unit_test(help_tells_all),
		cmocka_unit_test(help_tells_write_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
