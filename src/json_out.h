/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thin layer over json-c for records of one line. It remembers the first
 * failure, so that only json_out_write() has to be checked, and keeps text
 * valid UTF-8, which json-c does not look at.
 */
#ifndef PITRACE_JSON_OUT_H
#define PITRACE_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json.h>

struct json_out {
	struct json_object *record;
	int error; /* 0 or -ENOMEM */
};

/* Begins a record: type, schema, time (RFC 3339, UTC), ts_ns. */
void json_out_begin(struct json_out *out, const char *type, int64_t time_ns,
		    uint64_t ts_ns);

/*
 * Each adds one value to @parent: under @key to an object, or at the end of
 * an array if @key is NULL. @key is a constant. @parent may be the NULL that a
 * failed call gave.
 */
void json_out_uint(struct json_out *out, struct json_object *parent,
		   const char *key, uint64_t value);
void json_out_int(struct json_out *out, struct json_object *parent,
		  const char *key, int value);
void json_out_bool(struct json_out *out, struct json_object *parent,
		   const char *key, bool value);
void json_out_null(struct json_out *out, struct json_object *parent,
		   const char *key);

/* NULL becomes null. */
void json_out_string(struct json_out *out, struct json_object *parent,
		     const char *key, const char *text);

/* A number that is null below 0. */
void json_out_known(struct json_out *out, struct json_object *parent,
		    const char *key, int value);

/* "0x1f", since readers that keep numbers as doubles would lose bits. */
void json_out_hex(struct json_out *out, struct json_object *parent,
		  const char *key, uint64_t value);

/* The bytes of @text, two digits each. */
void json_out_hex_bytes(struct json_out *out, struct json_object *parent,
			const char *key, const char *text);

/* RFC 3339, UTC, of nanoseconds since 1970 */
void json_out_time(struct json_out *out, struct json_object *parent,
		   const char *key, int64_t time_ns);

/* Both return what was added; it belongs to the record. */
struct json_object *json_out_object(struct json_out *out,
				    struct json_object *parent,
				    const char *key);
struct json_object *json_out_array(struct json_out *out,
				   struct json_object *parent, const char *key);

/* Adds @item of @items to @array, by the functions above. */
typedef void json_item_fn(struct json_out *out, struct json_object *array,
			  const void *items, size_t item);

/*
 * Adds to the record an array of @count items under @key, each of which is
 * made by @add only as it is written, and freed then: the objects of thousands
 * of vectors take 100 MB. @items is borrowed until json_out_write().
 */
void json_out_items(struct json_out *out, const char *key, json_item_fn *add,
		    const void *items, size_t count);

/*
 * Writes the record as one line, flushes and frees it. Returns 0 or a
 * negative errno.
 */
int json_out_write(struct json_out *out, FILE *file);

#endif
