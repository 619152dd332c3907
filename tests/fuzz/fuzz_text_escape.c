// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strings from outside, made safe: what comes out is read by iconv() as
 * characters of which none does anything to a terminal, and what went in can
 * be had back from it.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "text_escape.h"

/* Takes the escapes back; what is not one stands for itself. */
static char *unescape(const char *escaped)
{
	char *text = malloc(strlen(escaped) + 1), *to = text;

	REQUIRE(text);
	while (*escaped) {
		char digits[3] = "";

		if (*escaped != '\\') {
			*to++ = *escaped++;
		} else if (escaped[1] == '\\') {
			*to++ = '\\';
			escaped += 2;
		} else {
			REQUIRE(escaped[1] == 'x' && escaped[2] && escaped[3]);
			memcpy(digits, escaped + 2, 2);
			*to++ = (char)strtoul(digits, NULL, 16);
			escaped += 4;
		}
	}
	*to = '\0';
	return text;
}

/* In all rooms up to some: a beginning of the whole, and as long as told. */
static void check_cuts(size_t (*make)(const char *, char *, size_t),
		       const char *text, const char *whole)
{
	for (size_t size = 1; size <= 32 && size < strlen(whole) + 2; size++) {
		char *cut = malloc(size), *again;
		size_t length;

		REQUIRE(cut);
		length = make(text, cut, size);
		REQUIRE(length < size && strlen(cut) == length);
		REQUIRE(!strncmp(cut, whole, length));
		/* What was cut is still made of whole pieces. */
		if (make == text_escape) {
			again = unescape(cut);
			REQUIRE(!strncmp(again, text, strlen(again)));
			free(again);
			fuzz_check_harmless(cut);
		} else {
			free(fuzz_characters(cut, &length));
		}
		free(cut);
	}
}

static void check_columns(char *text)
{
	size_t columns = text_columns(text), length = strlen(text);
	size_t wanted = columns / 2;

	REQUIRE(columns <= length);
	text_cut(text, columns);
	REQUIRE(strlen(text) == length);
	text_cut(text, wanted);
	REQUIRE(text_columns(text) <= wanted);
	if (columns > wanted && wanted)
		REQUIRE(text[strlen(text) - 1] == '~');
	fuzz_check_harmless(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *back;
	size_t room = 4 * strlen(text) + 1, count;
	char *whole = malloc(room);

	REQUIRE(whole);
	REQUIRE(text_escape(text, whole, room) == strlen(whole));
	fuzz_check_harmless(whole);
	REQUIRE(!strchr(whole, '\n'));
	back = unescape(whole);
	REQUIRE(!strcmp(back, text));
	free(back);
	check_cuts(text_escape, text, whole);
	check_columns(whole);

	REQUIRE(text_to_utf8(text, whole, room) == strlen(whole));
	free(fuzz_characters(whole, &count));
	check_cuts(text_to_utf8, text, whole);
	free(whole);
	free(text);
	return 0;
}
