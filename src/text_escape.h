/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes strings from outside (names of processes, symbols) safe to show. */
#ifndef PITRACE_TEXT_ESCAPE_H
#define PITRACE_TEXT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Copies @text to @out for a terminal: control characters (C0, DEL, C1),
 * characters that reorder or break lines, and bytes that are not UTF-8 become
 * \xNN byte by byte, a backslash becomes \\. Cut to @size (at least 1), with
 * its end, but never within a character or an escape. Returns the length.
 */
size_t text_escape(const char *text, char *out, size_t size);

/*
 * Writes @text as text_escape() shows it; so are, besides, the ASCII
 * characters in @others.
 */
void text_print(FILE *out, const char *text, const char *others);

/* Is all of it UTF-8, as RFC 3629 has it? */
bool text_is_utf8(const char *text);

/*
 * Copies @text to @out as valid UTF-8 for JSON: each byte that is not UTF-8
 * becomes U+FFFD. Cut to @size like text_escape(). Returns the length.
 */
size_t text_to_utf8(const char *text, char *out, size_t size);

/*
 * Writes @json, a JSON text, with \uNNNN for characters that text_escape()
 * escapes and that JSON lets stand; all of them are in strings.
 */
void text_print_json(FILE *out, const char *json);

/* Columns of a terminal that @text takes, once escaped. */
size_t text_columns(const char *text);

/* Cuts @text to at most @columns columns, ending in '~' if it was cut. */
void text_cut(char *text, size_t columns);

#endif
