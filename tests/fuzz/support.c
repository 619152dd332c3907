// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

void fuzz_fail(const char *file, int line, const char *condition)
{
	(void)fprintf(stderr, "\ndoes not hold: %s:%d: %s\n", file, line,
		      condition);
	abort();
}

char *fuzz_string(const uint8_t *data, size_t size)
{
	size_t length = size ? strnlen((const char *)data, size) : 0;
	char *text = malloc(length + 1);

	REQUIRE(text);
	if (length)
		memcpy(text, data, length);
	text[length] = '\0';
	return text;
}

static ssize_t read_on(void *cookie, char *buffer, size_t room)
{
	struct fuzz_file *file = cookie;
	size_t count = room < file->size ? room : file->size;

	if (count)
		memcpy(buffer, file->data, count);
	file->data += count;
	file->size -= count;
	return (ssize_t)count;
}

/* Not fmemopen(), which ends at a NUL. */
FILE *fuzz_open(struct fuzz_file *file)
{
	FILE *stream = fopencookie(file, "r",
				   (cookie_io_functions_t){.read = read_on});

	REQUIRE(stream);
	return stream;
}

uint32_t fuzz_take(const uint8_t **data, size_t *size, unsigned int bytes)
{
	uint32_t value = 0;

	for (; bytes && *size; bytes--, (*size)--)
		value = value << 8 | *(*data)++;
	return value;
}

bool fuzz_matches(regex_t *compiled, const char *pattern, const char *text)
{
	/* regcomp() leaves no sign of its own; allocated is 0 before it. */
	if (!compiled->re_nsub && !compiled->buffer)
		REQUIRE(!regcomp(compiled, pattern, REG_EXTENDED | REG_NOSUB));
	return !regexec(compiled, text, 0, NULL, 0);
}

uint32_t *fuzz_characters(const char *text, size_t *count)
{
	static iconv_t utf8;
	size_t from_left = strlen(text), to_left = 4 * from_left;
	char *from = (char *)text;
	uint32_t *result = malloc(to_left ? to_left : 1);
	char *to = (char *)result;

	if (!utf8)
		utf8 = iconv_open("UTF-32LE", "UTF-8");
	REQUIRE(utf8 != (iconv_t)-1 && result);
	REQUIRE(iconv(utf8, &from, &from_left, &to, &to_left) != (size_t)-1);
	REQUIRE(!from_left);
	*count = (size_t)(to - (char *)result) / 4;
	return result;
}

/* Controls, line and paragraph separators, marks that change the order. */
static bool is_harmless(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return c == '\n';
	return c != 0x61c && !(c >= 0x200b && c <= 0x200f) &&
	       !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x2069) &&
	       c != 0xfeff;
}

void fuzz_check_harmless(const char *text)
{
	size_t count;
	uint32_t *read = fuzz_characters(text, &count);

	for (size_t i = 0; i < count; i++)
		REQUIRE(is_harmless(read[i]));
	free(read);
}
