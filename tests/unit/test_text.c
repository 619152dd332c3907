// SPDX-License-Identifier: GPL-2.0-only
/* Numbers and strings as they are shown. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "number_format.h"
#include "text_escape.h"

static void counts_are_short(void **state)
{
	static const struct {
		uint64_t count;
		const char *text;
	} cases[] = {
		{0, "0"},
		{9, "9"},
		{9999, "9999"},
		{10000, "10.0k"},
		{12345, "12.3k"},
		{99999, "99.9k"},
		{100000, "100k"},
		{999999, "999k"},
		{1000000, "1.0M"},
		{1299999, "1.2M"},
		{3400000000, "3.4G"},
		{999999999999, "999G"},
		{1000000000000, "1.0T"},
		{UINT64_MAX, "18.4E"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[NUMBER_LEN];

		format_count(cases[i].count, text);
		assert_string_equal(text, cases[i].text);
	}
}

/* Around each power of ten: never longer, never more than was counted. */
static void counts_are_never_long(void **state)
{
	(void)state;
	for (uint64_t power = 1; power < UINT64_MAX / 10; power *= 10) {
		for (int64_t off = -2; off <= 2; off++) {
			uint64_t count = power * 10 + (uint64_t)off;
			char text[NUMBER_LEN];
			double shown, unit = 1;
			char *end;

			format_count(count, text);
			assert_true(strlen(text) <= 5);
			shown = strtod(text, &end);
			for (const char *s = "kMGTPE"; *end && *s; s++) {
				unit *= 1000;
				if (*s == *end)
					break;
			}
			assert_true(shown * unit <= (double)count * 1.0000001);
			assert_true(shown * unit > (double)count * 0.89 - 3);
		}
	}
}

static void exact_counts_are_whole(void **state)
{
	char text[NUMBER_LEN];

	(void)state;
	format_count_exact(12345, text);
	assert_string_equal(text, "12345");
	format_count_exact(UINT64_MAX, text);
	assert_string_equal(text, "18446744073709551615");
}

static void rates(void **state)
{
	static const struct {
		double rate;
		const char *text, *exact;
	} cases[] = {
		{0, "0/s", "0/s"},
		{0.001, "<0.1/s", "<0.1/s"},
		{0.05, "0.1/s", "0.1/s"},
		{0.3, "0.3/s", "0.3/s"},
		{9.94, "9.9/s", "9.9/s"},
		{9.95, "10/s", "10/s"},
		{10, "10/s", "10/s"},
		{12345.6, "12.3k/s", "12346/s"},
		{1234567, "1.2M/s", "1234567/s"},
		{-1, "-", "-"},
		{1e30, "-", "-"},
		{__builtin_inf(), "-", "-"},
		{__builtin_nan(""), "-", "-"},
	};
	char text[NUMBER_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		format_rate(cases[i].rate, text);
		assert_string_equal(text, cases[i].text);
		format_rate_exact(cases[i].rate, text);
		assert_string_equal(text, cases[i].exact);
	}
}

static const struct {
	const char *text, *escaped, *utf8;
} strings[] = {
	{"", "", ""},
	{"qemu-system-x86", "qemu-system-x86", "qemu-system-x86"},
	{"a\033[31mb", "a\\x1b[31mb", "a\033[31mb"},
	{"a\nb\tc\177", "a\\x0ab\\x09c\\x7f", "a\nb\tc\177"},
	{"back\\slash", "back\\\\slash", "back\\slash"},
	{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	{"\xe8\x99\x9a\xe6\x8b\x9f", "\xe8\x99\x9a\xe6\x8b\x9f",
	 "\xe8\x99\x9a\xe6\x8b\x9f"},
	/* C1: CSI as a character and as a byte. */
	{"\xc2\x9b", "\\xc2\\x9b", "\xc2\x9b"},
	{"\x9b", "\\x9b", "\xef\xbf\xbd"},
	/* Right-to-left override. */
	{"\xe2\x80\xae", "\\xe2\\x80\\xae", "\xe2\x80\xae"},
	/* Cut, overlong, surrogate, too large, lone continuation. */
	{"a\xe8\x99", "a\\xe8\\x99", "a\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xc0\xaf", "\\xc0\\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xed\xa0\x80", "\\xed\\xa0\\x80",
	 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
	 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xff", "\\xff", "\xef\xbf\xbd"},
};

static void strings_are_made_safe(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		char out[100];

		assert_int_equal(text_escape(strings[i].text, out, sizeof(out)),
				 strlen(strings[i].escaped));
		assert_string_equal(out, strings[i].escaped);
		assert_int_equal(
			text_to_utf8(strings[i].text, out, sizeof(out)),
			strlen(strings[i].utf8));
		assert_string_equal(out, strings[i].utf8);
	}
}

/* Whatever the room, the result is a beginning of whole pieces. */
static void strings_are_cut_between_pieces(void **state)
{
	const char text[] = "a\x1b\xc3\xbc\xff";
	const char escaped[] = "a\\x1b\xc3\xbc\\xff";
	static const size_t lengths[] = {0, 0, 1, 1, 1, 1,  5,
					 5, 7, 7, 7, 7, 11, 11};

	(void)state;
	for (size_t size = 1; size < ARRAY_SIZE(lengths); size++) {
		char *out = malloc(size); /* so that a byte too far shows */

		assert_int_equal(text_escape(text, out, size), lengths[size]);
		assert_memory_equal(out, escaped, lengths[size]);
		assert_int_equal(out[lengths[size]], '\0');
		free(out);
	}
}

/* No byte gets through that a terminal or a JSON reader chokes on. */
static void all_bytes_are_made_safe(void **state)
{
	(void)state;
	for (int first = 1; first < 256; first++) {
		for (int second = 1; second < 256; second++) {
			char text[] = {(char)first, (char)second, 0};
			char out[32], again[64];

			text_escape(text, out, sizeof(out));
			for (const char *c = out; *c; c++)
				assert_false((unsigned char)*c < 0x20 ||
					     *c == 0x7f);
			/* The result is valid: nothing is left to replace. */
			text_to_utf8(out, again, sizeof(again));
			assert_string_equal(out, again);
		}
	}
}

/* As text_escape() has it, of any length, and other characters as wanted. */
static void strings_are_printed_safely(void **state)
{
	char *text = NULL, expected[100];
	size_t size;
	FILE *out;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		out = open_memstream(&text, &size);
		text_print(out, strings[i].text, "");
		fclose(out);
		text_escape(strings[i].text, expected, sizeof(expected));
		assert_string_equal(text, expected);
		free(text);
	}
	out = open_memstream(&text, &size);
	text_print(out, "a;b]\n\xc3\xbc", ";]");
	fclose(out);
	assert_string_equal(text, "a\\x3bb\\x5d\\x0a\xc3\xbc");
	free(text);
}

static void columns_are_counted(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("gr\xc3\xbc\xc3\x9f"), 4);
	assert_int_equal(text_columns("\xe8\x99\x9a\xe6\x8b\x9f"), 4);
	assert_int_equal(text_columns("e\xcc\x81"), 1);
}

static void text_is_cut_to_columns(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *cut;
	} cases[] = {
		{"abc", 3, "abc"},
		{"abcd", 3, "ab~"},
		{"abcd", 1, "~"},
		{"abcd", 0, ""},
		{"", 0, ""},
		{"\xe8\x99\x9a\xe6\x8b\x9f", 4, "\xe8\x99\x9a\xe6\x8b\x9f"},
		{"\xe8\x99\x9a\xe6\x8b\x9f", 3, "\xe8\x99\x9a~"},
		{"\xe8\x99\x9a\xe6\x8b\x9f", 2, "~"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[32];

		strcpy(text, cases[i].text);
		text_cut(text, cases[i].columns);
		assert_string_equal(text, cases[i].cut);
	}
}

/* Controls above C0, and what reorders; but nothing that JSON needs. */
static void json_is_made_safe(void **state)
{
	static const struct {
		const char *json, *safe;
	} cases[] = {
		{"", ""},
		{"{\"a\":\"b\\n\\\\\"}", "{\"a\":\"b\\n\\\\\"}"},
		{"\"\177\xc2\x9b\"", "\"\\u007f\\u009b\""},
		{"\"\xe2\x80\xae\xef\xbb\xbf\"", "\"\\u202e\\ufeff\""},
		{"\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"",
		 "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		assert_non_null(out);
		text_print_json(out, cases[i].json);
		fclose(out);
		assert_string_equal(text, cases[i].safe);
		free(text);
	}
}

/* A character in UTF-8, below 0x10000. */
static void encode(unsigned int c, char text[4])
{
	size_t len = 0;

	if (c < 0x80) {
		text[len++] = (char)c;
	} else if (c < 0x800) {
		text[len++] = (char)(0xc0 | c >> 6);
		text[len++] = (char)(0x80 | (c & 0x3f));
	} else {
		text[len++] = (char)(0xe0 | c >> 12);
		text[len++] = (char)(0x80 | (c >> 6 & 0x3f));
		text[len++] = (char)(0x80 | (c & 0x3f));
	}
	text[len] = '\0';
}

/* Both ends of each range, and their neighbours. */
static void ranges_are_escaped_to_their_ends(void **state)
{
	static const struct {
		unsigned int first, last;
	} ranges[] = {
		{0x1, 0x1f},      {0x7f, 0x9f},     {0x61c, 0x61c},
		{0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2069},
		{0xfeff, 0xfeff},
	};
	char text[4], out[20];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		const unsigned int inside[] = {ranges[i].first, ranges[i].last};
		const unsigned int outside[] = {ranges[i].first - 1,
						ranges[i].last + 1};

		for (size_t n = 0; n < 2; n++) {
			encode(inside[n], text);
			text_escape(text, out, sizeof(out));
			if (out[0] != '\\' || out[1] != 'x')
				fail_msg("%x is not escaped", inside[n]);
			encode(outside[n], text);
			text_escape(text, out, sizeof(out));
			if (strcmp(out, text) != 0)
				fail_msg("%x is escaped", outside[n]);
		}
	}
}

static void wide_ones_take_two_columns(void **state)
{
	static const struct {
		unsigned int first, last;
	} ranges[] = {
		{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},
		{0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60},
		{0xffe0, 0xffe6},
	};
	char text[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		encode(ranges[i].first, text);
		assert_int_equal(text_columns(text), 2);
		encode(ranges[i].last, text);
		assert_int_equal(text_columns(text), 2);
		encode(ranges[i].first - 1, text);
		assert_int_equal(text_columns(text), 1);
		encode(ranges[i].last + 1, text);
		if (ranges[i].last != 0xd7a3)
			assert_int_equal(text_columns(text), 1);
	}
	assert_int_equal(text_columns("\xf0\x9f\xa3\xbf"), 1); /* 1f8ff */
	assert_int_equal(text_columns("\xf0\x9f\xa4\x80"), 2); /* 1f900 */
	assert_int_equal(text_columns("\xf0\x9f\xa7\xbf"), 2); /* 1f9ff */
	assert_int_equal(text_columns("\xf0\x9f\xa8\x80"), 1); /* 1fa00 */
	assert_int_equal(text_columns("\xf0\x9f\xbf\xbf"), 1); /* 1ffff */
	assert_int_equal(text_columns("\xf0\xa0\x80\x80"), 2); /* 20000 */
	assert_int_equal(text_columns("\xf0\xbf\xbf\xbd"), 2); /* 3fffd */
	assert_int_equal(text_columns("\xf0\xbf\xbf\xbe"), 1); /* 3fffe */
	assert_int_equal(text_columns("\xf0\x9f\x8c\x80"), 2); /* 1f300 */
	assert_int_equal(text_columns("\xf0\x9f\x8b\xbf"), 1); /* 1f2ff */
	assert_int_equal(text_columns("\xf0\x9f\x99\x8f"), 2); /* 1f64f */
	assert_int_equal(text_columns("\xf0\x9f\x99\x90"), 1); /* 1f650 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_escaped_to_their_ends),
		cmocka_unit_test(wide_ones_take_two_columns),
		cmocka_unit_test(counts_are_short),
		cmocka_unit_test(counts_are_never_long),
		cmocka_unit_test(exact_counts_are_whole),
		cmocka_unit_test(rates),
		cmocka_unit_test(strings_are_made_safe),
		cmocka_unit_test(strings_are_cut_between_pieces),
		cmocka_unit_test(all_bytes_are_made_safe),
		cmocka_unit_test(strings_are_printed_safely),
		cmocka_unit_test(columns_are_counted),
		cmocka_unit_test(text_is_cut_to_columns),
		cmocka_unit_test(json_is_made_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
