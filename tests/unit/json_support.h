/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of JSON records share. */
#ifndef PITRACE_TEST_JSON_SUPPORT_H
#define PITRACE_TEST_JSON_SUPPORT_H

#include "support.h"

#include <json-c/json.h>

/*
 * Keeps a record for the schema's check, in the file that UNIT_RECORDS names,
 * if it does.
 */
void keep_line(const char *line);

/* Ends a capture, which has to be one line, keeps and parses it. */
struct json_object *parse_line(struct capture *capture);

/* The keys of an object, in their order, have to be these: "a b ". */
void check_keys(struct json_object *object, const char *keys);

/* Both fail if there is none. */
struct json_object *member(struct json_object *object, const char *key);
struct json_object *item(struct json_object *object, const char *key,
			 size_t index);

/* Value and type of a member; NULL is null. */
void check_text(struct json_object *object, const char *key,
		const char *expected);
void check_number(struct json_object *object, const char *key,
		  uint64_t expected);
void check_bool(struct json_object *object, const char *key, bool expected);
void check_null(struct json_object *object, const char *key);

/* The strings of an array, in their order: "a b ". */
void check_texts(struct json_object *object, const char *key,
		 const char *expected);

#endif
