// SPDX-License-Identifier: GPL-2.0-only
#include "text_escape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct range {
	uint32_t first, last;
};

/* Control, and what makes a line read otherwise than it is written. */
static const struct range unsafe[] = {
	{0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},   {0x200b, 0x200f},
	{0x2028, 0x202e}, {0x2060, 0x2069}, {0xfeff, 0xfeff},
};

/* East Asian Width W and F (Unicode UAX 11), in rough blocks. */
static const struct range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
	{0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff},
	{0x20000, 0x3fffd},
};

#define IN(ranges, c) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

static bool in_ranges(const struct range *ranges, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Length and first bits of the character that @byte begins; 0: none. */
static size_t utf8_length(unsigned char byte, uint32_t *c)
{
	if (byte < 0x80)
		return *c = byte, 1;
	if ((byte & 0xe0) == 0xc0)
		return *c = byte & 0x1f, 2;
	if ((byte & 0xf0) == 0xe0)
		return *c = byte & 0x0f, 3;
	if ((byte & 0xf8) == 0xf0)
		return *c = byte & 0x07, 4;
	return 0;
}

/* Reads a character as RFC 3629 has it. Returns its bytes, 0 if invalid. */
static size_t utf8_read(const char *text, uint32_t *c)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = utf8_length((unsigned char)*text, c);

	for (size_t i = 1; i < len; i++) {
		/* The end of the text is no continuation byte either. */
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (text[i] & 0x3f);
	}
	if (!len || *c < smallest[len] || *c > 0x10ffff)
		return 0;
	return *c >= 0xd800 && *c <= 0xdfff ? 0 : len;
}

/*
 * Reads one character, or one byte of what is none, and writes how it is
 * shown. Returns the bytes read.
 */
static size_t shown_as(const char *text, char shown[24])
{
	uint32_t c;
	size_t len = utf8_read(text, &c);
	size_t bytes = len ? len : 1;

	*shown = '\0';
	if (len && !IN(unsafe, c)) {
		memcpy(shown, text, len);
		shown[len] = '\0';
		if (c == '\\')
			memcpy(shown, "\\\\", 3);
		return len;
	}
	for (size_t i = 0; i < bytes; i++)
		snprintf(shown + 4 * i, 5, "\\x%02x", (unsigned char)text[i]);
	return bytes;
}

/* Appends @piece if it fits as a whole. */
static bool append(char *out, size_t size, size_t *used, const char *piece)
{
	size_t len = strlen(piece);

	if (*used + len >= size)
		return false;
	memcpy(out + *used, piece, len + 1);
	*used += len;
	return true;
}

size_t text_escape(const char *text, char *out, size_t size)
{
	char shown[24];
	size_t used = 0;

	*out = '\0';
	while (*text) {
		size_t len = shown_as(text, shown);

		if (!append(out, size, &used, shown))
			break;
		text += len;
	}
	return used;
}

void text_print(FILE *out, const char *text, const char *others)
{
	char shown[24];

	while (*text) {
		bool other = strchr(others, *text);
		size_t len = shown_as(text, shown);

		if (other)
			fprintf(out, "\\x%02x", (unsigned char)*text);
		else
			fputs(shown, out);
		text += len;
	}
}

bool text_is_utf8(const char *text)
{
	uint32_t c;

	while (*text) {
		size_t len = utf8_read(text, &c);

		if (!len)
			return false;
		text += len;
	}
	return true;
}

size_t text_to_utf8(const char *text, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	while (*text) {
		char piece[8] = "\xef\xbf\xbd";
		uint32_t c;
		size_t len = utf8_read(text, &c);

		if (len) {
			memcpy(piece, text, len);
			piece[len] = '\0';
		}
		if (!append(out, size, &used, piece))
			break;
		text += len ? len : 1;
	}
	return used;
}

/* Bytes of @text before the first character that is unsafe, *@c. */
static size_t safe_span(const char *text, uint32_t *c)
{
	const char *at = text;
	size_t len;

	for (; *at; at += len) {
		len = 1;
		*c = (unsigned char)*at;
		/* ASCII, as nearly all that is shown. */
		if (*c >= 0x20 && *c < 0x7f)
			continue;
		len = utf8_read(at, c);
		if (len && IN(unsafe, *c))
			break;
		len = len ? len : 1;
	}
	return (size_t)(at - text);
}

void text_print_json(FILE *out, const char *json)
{
	uint32_t c;

	for (;;) {
		size_t span = safe_span(json, &c);

		(void)fwrite(json, 1, span, out);
		json += span;
		if (!*json)
			return;
		/* None is above U+FFFF. */
		(void)fprintf(out, "\\u%04x", (unsigned int)c);
		json += utf8_read(json, &c);
	}
}

/* Columns of the first character of @text; *@len is set to its bytes. */
static size_t first_columns(const char *text, size_t *len)
{
	uint32_t c;

	/* ASCII, as nearly all that is shown. */
	if ((unsigned char)*text < 0x80) {
		*len = 1;
		return 1;
	}
	*len = utf8_read(text, &c);
	if (!*len) {
		*len = 1;
		return 1;
	}
	if (c >= 0x300 && c <= 0x36f)
		return 0;
	return IN(wide, c) ? 2 : 1;
}

size_t text_columns(const char *text)
{
	size_t columns = 0, len;

	for (; *text; text += len)
		columns += first_columns(text, &len);
	return columns;
}

void text_cut(char *text, size_t columns)
{
	size_t used = 0, len;

	if (text_columns(text) <= columns)
		return;
	if (!columns) {
		*text = '\0';
		return;
	}
	for (; *text; text += len) {
		size_t wanted = first_columns(text, &len);

		/* One column is kept for the mark. */
		if (used + wanted >= columns)
			break;
		used += wanted;
	}
	memcpy(text, "~", 2);
}
