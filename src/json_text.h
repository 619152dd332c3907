/* SPDX-License-Identifier: GPL-2.0-only */
/* Strict JSON, by whichever version of json-c there is. */
#ifndef PITRACE_JSON_TEXT_H
#define PITRACE_JSON_TEXT_H

#include <stddef.h>

struct json_object;
struct json_tokener;

/*
 * Parses @text, whose strings have to be UTF-8. 0 and *@value, which may be
 * NULL, as JSON's null is; -EBADMSG, and @tokener says what is wrong and where;
 * or -ENOMEM.
 */
int json_text_parse(struct json_tokener *tokener, const char *text, size_t len,
		    struct json_object **value);

#endif
