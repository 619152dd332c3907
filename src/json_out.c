// SPDX-License-Identifier: GPL-2.0-only
#include "json_out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_schema.h"
#include "json_time.h"
#include "text_escape.h"

/* That is made valid without allocating, in bytes. */
#define SHORT_TEXT 256

/* Names of values are constants, and each stands once in its object. */
static int add_to_object(struct json_object *parent, const char *key,
			 struct json_object *value)
{
	return json_object_object_add_ex(parent, key, value,
					 JSON_C_OBJECT_ADD_KEY_IS_NEW |
						 JSON_C_OBJECT_KEY_IS_CONSTANT);
}

/* Takes @value over. NULL stands for a value that there was no memory for. */
static struct json_object *place(struct json_out *out,
				 struct json_object *parent, const char *key,
				 struct json_object *value)
{
	int error = -1;

	if (parent && value)
		error = key ? add_to_object(parent, key, value)
			    : json_object_array_add(parent, value);
	if (error == 0)
		return value;
	json_object_put(value);
	out->error = -ENOMEM;
	return NULL;
}

void json_out_uint(struct json_out *out, struct json_object *parent,
		   const char *key, uint64_t value)
{
	place(out, parent, key, json_object_new_uint64(value));
}

void json_out_bool(struct json_out *out, struct json_object *parent,
		   const char *key, bool value)
{
	place(out, parent, key, json_object_new_boolean(value));
}

void json_out_null(struct json_out *out, struct json_object *parent,
		   const char *key)
{
	/* In json-c, null is NULL. */
	if (!parent || add_to_object(parent, key, NULL) < 0)
		out->error = -ENOMEM;
}

void json_out_string(struct json_out *out, struct json_object *parent,
		     const char *key, const char *text)
{
	struct json_object *value = NULL;
	char few[SHORT_TEXT], *copy = few;
	size_t size;

	if (!text) {
		json_out_null(out, parent, key);
		return;
	}
	/* A byte that is not UTF-8 becomes three. */
	size = 3 * strlen(text) + 1;
	if (size > sizeof(few))
		copy = malloc(size);
	if (copy) {
		text_to_utf8(text, copy, size);
		value = json_object_new_string(copy);
	}
	place(out, parent, key, value);
	if (copy != few)
		free(copy);
}

void json_out_int(struct json_out *out, struct json_object *parent,
		  const char *key, int value)
{
	place(out, parent, key, json_object_new_int(value));
}

void json_out_hex(struct json_out *out, struct json_object *parent,
		  const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	json_out_string(out, parent, key, text);
}

void json_out_known(struct json_out *out, struct json_object *parent,
		    const char *key, int value)
{
	if (value < 0)
		json_out_null(out, parent, key);
	else
		place(out, parent, key, json_object_new_int(value));
}

struct json_object *json_out_object(struct json_out *out,
				    struct json_object *parent, const char *key)
{
	return place(out, parent, key, json_object_new_object());
}

struct json_object *json_out_array(struct json_out *out,
				   struct json_object *parent, const char *key)
{
	return place(out, parent, key, json_object_new_array());
}

void json_out_time(struct json_out *out, struct json_object *parent,
		   const char *key, int64_t time_ns)
{
	char time[JSON_TIME_LEN];

	json_time_format(time_ns, time);
	json_out_string(out, parent, key, time);
}

void json_out_hex_bytes(struct json_out *out, struct json_object *parent,
			const char *key, const char *text)
{
	size_t length = strlen(text);
	char *digits = malloc(2 * length + 1);

	if (!digits) {
		out->error = -ENOMEM;
		return;
	}
	*digits = '\0';
	for (size_t i = 0; i < length; i++)
		snprintf(digits + 2 * i, 3, "%02x", (unsigned char)text[i]);
	json_out_string(out, parent, key, digits);
	free(digits);
}

void json_out_begin(struct json_out *out, const char *type, int64_t time_ns,
		    uint64_t ts_ns)
{
	*out = (struct json_out){.record = json_object_new_object()};
	json_out_string(out, out->record, "type", type);
	json_out_uint(out, out->record, "schema", JSON_SCHEMA);
	json_out_time(out, out->record, "time", time_ns);
	json_out_uint(out, out->record, "ts_ns", ts_ns);
}

/* What an array needs to be written. */
struct items {
	struct json_out *out;
	json_item_fn *add;
	const void *items;
	size_t count;
};

/* Appends one item, made in an array of its own and without its brackets. */
static int write_item(const struct items *items, size_t item,
		      struct printbuf *text, int flags)
{
	struct json_object *array = json_object_new_array();
	const char *piece = NULL;
	size_t length = 0;
	int error = -1;

	if (array)
		items->add(items->out, array, items->items, item);
	if (array && !items->out->error)
		piece = json_object_to_json_string_length(array, flags,
							  &length);
	if (piece && length > 2)
		error = printbuf_memappend(text, piece + 1, (int)length - 2);
	json_object_put(array);
	return error;
}

static int write_items(struct json_object *array, struct printbuf *text,
		       int level, int flags)
{
	const struct items *items = json_object_get_userdata(array);
	int error = printbuf_memappend(text, "[", 1);

	(void)level;
	for (size_t i = 0; i < items->count && error >= 0; i++) {
		if (i)
			error = printbuf_memappend(text, ",", 1);
		if (error >= 0)
			error = write_item(items, i, text, flags);
	}
	if (error >= 0)
		error = printbuf_memappend(text, "]", 1);
	if (error < 0)
		items->out->error = -ENOMEM;
	return error;
}

void json_out_items(struct json_out *out, const char *key, json_item_fn *add,
		    const void *items, size_t count)
{
	struct json_object *array = json_out_array(out, out->record, key);
	struct items *kept = malloc(sizeof(*kept));

	if (!array || !kept) {
		out->error = -ENOMEM;
		free(kept);
		return;
	}
	*kept = (struct items){out, add, items, count};
	json_object_set_serializer(array, write_items, kept,
				   json_object_free_userdata);
}

static int write_line(const char *text, FILE *file)
{
	errno = 0;
	/* The library escapes less than what a terminal acts on. */
	text_print_json(file, text);
	(void)fputc('\n', file);
	if (!fflush(file) && !ferror(file))
		return 0;
	return errno ? -errno : -EIO;
}

int json_out_write(struct json_out *out, FILE *file)
{
	const int style =
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = NULL;
	int error = -ENOMEM;

	if (!out->error)
		text = json_object_to_json_string_ext(out->record, style);
	/* Items are made only now. */
	if (text && !out->error)
		error = write_line(text, file);
	json_object_put(out->record);
	*out = (struct json_out){0};
	return error;
}
