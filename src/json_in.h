/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thin layer over json-c for reading records, the counterpart of json_out.h.
 * It remembers the first thing that was wrong and where it stood, so that this
 * has to be looked at but once, when all is read; what is wrong reads as 0 or
 * as not known. Keys that nobody asks for are not looked at.
 */
#ifndef PITRACE_JSON_IN_H
#define PITRACE_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "host_text.h"

struct json_in {
	int error; /* 0, -EBADMSG with a problem, or -ENOMEM */
	char problem[200]; /* "vectors[3].irq: not a whole number ..." */
};

/* A value, and where it stands. */
struct json_at {
	struct json_in *in;
	const struct json_at *above; /* NULL: it is the record itself */
	const char *key; /* in an object, */
	size_t index; /* or, without a key, in an array */
	struct json_object *value; /* NULL: null, or not there */
};

/* Begins with a record, which has to be an object. */
struct json_at json_in_begin(struct json_in *in, struct json_object *record);

/* Notes what is wrong with the value of @key, unless something was before. */
void json_in_wrong(const struct json_at *object, const char *key,
		   const char *what);

/*
 * Two values of which both are known, or neither: wrong if one is and the
 * other is not. To be asked behind both.
 */
void json_in_both(const struct json_at *object, const char *key, bool known,
		  bool other_known);

/* Is there such a key? */
bool json_in_has(const struct json_at *object, const char *key);

/*
 * All of the following read the value of @key, which has to be there, unless
 * it is said that it may be missing.
 */
uint64_t json_in_uint(const struct json_at *object, const char *key);

/* Not above @max. */
uint64_t json_in_upto(const struct json_at *object, const char *key,
		      uint64_t max);

/* As json_in_uint(); null is not known. */
bool json_in_uint_known(const struct json_at *object, const char *key,
			uint64_t *value);

/* A number that is null below 0; it is -1 then. */
int json_in_known(const struct json_at *object, const char *key);

/* 0 or a negative errno */
int json_in_errno(const struct json_at *object, const char *key);

/* A negative errno; null is 0. */
int json_in_errno_known(const struct json_at *object, const char *key);

bool json_in_bool(const struct json_at *object, const char *key);
enum known json_in_known_bool(const struct json_at *object, const char *key);

/* Strings without a NUL; null is NULL. They live as long as the record. */
const char *json_in_text(const struct json_at *object, const char *key);

/* The same, but not null: it is "" then. */
const char *json_in_string(const struct json_at *object, const char *key);

/* Copies a string, which has to fit; of the second one, null is "". */
void json_in_copy(const struct json_at *object, const char *key, char *text,
		  size_t size);
void json_in_copy_known(const struct json_at *object, const char *key,
			char *text, size_t size);

/*
 * Copies bytes of which there are two digits each and which have to fit, with
 * an end. Returns false, with @text as it was, if the key is missing.
 */
bool json_in_hex_bytes(const struct json_at *object, const char *key,
		       char *text, size_t size);

/* "0x1f" */
uint64_t json_in_hex(const struct json_at *object, const char *key);

/* The same; null is not known. */
bool json_in_hex_known(const struct json_at *object, const char *key,
		       uint64_t *value);

/* Nanoseconds since 1970 */
int64_t json_in_time(const struct json_at *object, const char *key);

/*
 * One of @count words: the number of the one that @name has for it, 0 if it is
 * none of them. *@known, unless NULL: false for null, which is wrong otherwise.
 */
typedef const char *json_word_fn(int number);
int json_in_word(const struct json_at *object, const char *key,
		 json_word_fn *name, int count, bool *known);

/* An object; may be null if @known is not NULL. */
struct json_at json_in_object(const struct json_at *object, const char *key,
			      bool *known);

/*
 * An array of *@count items, none if it is null or wrong; may be null if
 * @known is not NULL.
 */
struct json_at json_in_array(const struct json_at *object, const char *key,
			     size_t *count, bool *known);

/* An item of it that is to be a word, or a string. */
int json_in_item_word(const struct json_at *array, size_t index,
		      json_word_fn *name, int count);
const char *json_in_item_string(const struct json_at *array, size_t index);

/*
 * Reads an array of objects, each by @read into an item of @size bytes that
 * was all zero. Returns the items, to be freed, and how many in *@count; NULL
 * and 0 if there are none. The array may be null if @known is not NULL.
 */
typedef void json_read_fn(const struct json_at *object, void *item);
void *json_in_items(const struct json_at *object, const char *key, bool *known,
		    json_read_fn *read, size_t size, size_t *count);

#endif
