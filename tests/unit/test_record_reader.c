// SPDX-License-Identifier: GPL-2.0-only
/* Lines of saved records: whole, cut, damaged; and their times. */
#include "record_scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json_time.h"
#include "record_reader.h"

#define ERROR_LINE                                                             \
	"{\"type\":\"error\",\"schema\":1,"                                    \
	"\"time\":\"2026-01-31T23:59:58.000000042Z\",\"ts_ns\":5,"             \
	"\"message\":\"m\"}"
#define NOT_JSON   "not JSON: "
#define OTHER_LINE "{\"type\":\"news\",\"schema\":1}"

/* What reading @text comes to, a character a line: r, o, e, f. */
static void check_readings(const char *text, size_t size, size_t line_max,
			   const char *expected, size_t line,
			   const char *problem)
{
	static const char letters[] = {
		[READ_RECORD] = 'r',
		[READ_OTHER] = 'o',
		[READ_END] = 'e',
		[READ_FAILED] = 'f',
	};
	FILE *file = open_text(text, size);
	enum record_reading reading;
	struct record_reader reader;
	struct saved_record saved;
	char found[20] = "";

	record_reader_open(&reader, file);
	if (line_max)
		reader.line_max = line_max;
	do {
		reading = record_reader_next(&reader, &saved);
		strncat(found, &letters[reading], 1);
		saved_record_free(&saved);
	} while (reading != READ_END && reading != READ_FAILED);
	assert_string_equal(found, expected);
	assert_int_equal(reader.line, line);
	/* What follows is the library's words. */
	if (strcmp(problem, NOT_JSON) == 0)
		reader.in.problem[strlen(NOT_JSON)] = '\0';
	assert_string_equal(reader.in.problem, problem);
	assert_int_equal(reader.in.error,
			 reading == READ_FAILED ? -EBADMSG : 0);
	record_reader_close(&reader);
	fclose(file);
}

static void check_lines(const char *text, const char *expected, size_t line,
			const char *problem)
{
	check_readings(text, strlen(text), 0, expected, line, problem);
}

static void whole_lines(void **state)
{
	(void)state;
	check_lines(ERROR_LINE "\n", "re", 1, "");
	check_lines(ERROR_LINE, "re", 1, "");
	check_lines("\n  \t\r\n" ERROR_LINE "\r\n\n" ERROR_LINE "\n\n", "rre",
		    6, "");
	check_lines(OTHER_LINE "\n" ERROR_LINE "\n", "ore", 2, "");
	check_lines("\n\n", "e", 2, "");
}

static void damaged_lines(void **state)
{
	(void)state;
	check_lines(ERROR_LINE "\n\n{\"type\":\n" ERROR_LINE "\n", "rf", 3,
		    "cut short");
	check_lines(ERROR_LINE "\n{\"type\":\"err", "rf", 2, "cut short");
	check_lines(ERROR_LINE "\n{\"type\":\"\xe2\x80", "rf", 2, "cut short");
	check_lines(ERROR_LINE "}\n", "f", 1, NOT_JSON);
	check_lines("{\"type\":\"\xff\"}\n", "f", 1, NOT_JSON);
	check_lines("hello\n", "f", 1, NOT_JSON);
	check_lines("{\"type\":\"error\",}\n", "f", 1, NOT_JSON);
	check_lines("{'type':'error'}\n", "f", 1, NOT_JSON);
}

static void nested_too_deep(void **state)
{
	char text[2001];

	(void)state;
	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	text[1999] = '\n';
	text[2000] = '\0';
	check_lines(text, "f", 1, NOT_JSON);
	memcpy(text, "{\"type\":", 8);
	check_lines(text, "f", 1, NOT_JSON);
}

static void nul_and_length(void **state)
{
	char text[] = ERROR_LINE "\n" ERROR_LINE "\n";
	size_t length = sizeof(ERROR_LINE); /* with the end of line */

	(void)state;
	check_readings(text, 2 * length, length, "rre", 2, "");
	check_readings(text, 2 * length, length - 1, "f", 1,
		       "longer than 91 bytes");
	text[length + 3] = '\0';
	check_readings(text, 2 * length, 0, "rf", 2, "not JSON: a NUL");
	text[length + 3] = 't';
	text[2 * length - 1] = '\0';
	check_readings(text, 2 * length, 0, "rf", 2, "not JSON: a NUL");
}

static void read_errors_are_told(void **state)
{
	struct record_reader reader;
	struct saved_record saved;
	FILE *file = fopen(".", "r");

	(void)state;
	assert_non_null(file);
	record_reader_open(&reader, file);
	assert_int_equal(record_reader_next(&reader, &saved), READ_FAILED);
	assert_int_equal(reader.in.error, -EISDIR);
	assert_string_equal(reader.in.problem, "");
	saved_record_free(&saved);
	record_reader_close(&reader);
	fclose(file);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		int64_t time_ns;
	} cases[] = {
		{"1970-01-01T00:00:00.000000000Z", 0},
		{"1970-01-01T00:00:01.000000001Z", 1000000001},
		{"2000-02-29T12:34:56.100000000Z", 951827696100000000},
		{"2026-01-31T23:59:58.000000042Z", 1769903998000000042},
		{"2262-04-11T23:47:15.999999999Z", 9223372035999999999},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[JSON_TIME_LEN];
		int64_t time_ns = -1;

		assert_true(json_time_parse(cases[i].text, &time_ns));
		assert_true(time_ns == cases[i].time_ns);
		json_time_format(time_ns, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void no_times(void **state)
{
	static const char *const texts[] = {
		"",
		"2026-01-31",
		"2026-01-31T23:59:58Z",
		"2026-01-31T23:59:58.42Z",
		"2026-01-31T23:59:58.000000042",
		"2026-01-31T23:59:58.000000042+00:00",
		"2026-01-31T23:59:58.000000042Zx",
		"2026-01-31 23:59:58.000000042Z",
		" 2026-01-31T23:59:58.00000004Z",
		"2026-02-30T23:59:58.000000042Z",
		"2026-13-01T23:59:58.000000042Z",
		"2026-01-31T24:00:00.000000000Z",
		"2026-01-31T23:59:60.000000000Z",
		"1969-12-31T23:59:59.999999999Z",
		"2262-04-11T23:47:17.000000000Z",
		"9999-12-31T23:59:59.999999999Z",
		"-026-01-31T23:59:58.000000042Z",
		"2026--1-31T23:59:58.000000042Z",
		"2026-01-31T23:59:58.-00000042Z",
		"99999999999999999999999999999999999999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		int64_t time_ns;

		if (json_time_parse(texts[i], &time_ns))
			fail_msg("'%s' is taken", texts[i]);
	}
}

/* Records of hosts with many devices are longer than any buffer to begin with.
 */
static void long_lines_are_whole(void **state)
{
	enum {
		LONG = 300000
	};
	char *text = malloc(LONG + 200), *end;

	(void)state;
	assert_non_null(text);
	end = stpcpy(text, "{\"type\":\"news\",\"schema\":1,\"x\":\"");
	memset(end, 'x', LONG);
	strcpy(end + LONG, "\"}\n" ERROR_LINE "\n");
	check_lines(text, "ore", 2, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lines_are_whole),
		cmocka_unit_test(whole_lines),
		cmocka_unit_test(damaged_lines),
		cmocka_unit_test(nested_too_deep),
		cmocka_unit_test(nul_and_length),
		cmocka_unit_test(read_errors_are_told),
		cmocka_unit_test(times),
		cmocka_unit_test(no_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
