// SPDX-License-Identifier: GPL-2.0-only
#include "json_in.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_time.h"

/* The highest errno of Linux. */
#define ERRNO_MAX 4095

/* --- what is wrong, and where --- */

/* Puts @piece before what is there. Leaves out what there is no room for. */
static void put_before(char *path, size_t size, const char *piece)
{
	size_t have = strlen(path), more = strlen(piece);

	if (have + more >= size)
		return;
	memmove(path + more, path, have + 1);
	for (size_t i = 0; i < more; i++)
		path[i] = piece[i];
}

/* "vectors[3].configured.irq" */
static void path_of(const struct json_at *at, char *path, size_t size)
{
	char piece[48];

	*path = '\0';
	for (; at->above; at = at->above) {
		if (at->key)
			(void)snprintf(piece, sizeof(piece), "%s%s",
				       at->above->above ? "." : "", at->key);
		else
			(void)snprintf(piece, sizeof(piece), "[%zu]",
				       at->index);
		put_before(path, size, piece);
	}
}

static void wrong(const struct json_at *at, const char *what)
{
	char path[120];

	if (at->in->error)
		return;
	path_of(at, path, sizeof(path));
	at->in->error = -EBADMSG;
	(void)snprintf(at->in->problem, sizeof(at->in->problem), "%s%s%s", path,
		       *path ? ": " : "", what);
}

/* --- values --- */

struct json_at json_in_begin(struct json_in *in, struct json_object *record)
{
	struct json_at at = {.in = in, .value = record};

	*in = (struct json_in){.error = 0};
	if (!json_object_is_type(record, json_type_object))
		wrong(&at, "not an object");
	return at;
}

/* False if there is no such key; null is a value. */
static bool get(const struct json_at *object, const char *key,
		struct json_at *at)
{
	*at = (struct json_at){
		.in = object->in,
		.above = object,
		.key = key,
	};
	return json_object_is_type(object->value, json_type_object) &&
	       json_object_object_get_ex(object->value, key, &at->value);
}

bool json_in_has(const struct json_at *object, const char *key)
{
	struct json_at at;

	return get(object, key, &at);
}

static struct json_at need(const struct json_at *object, const char *key)
{
	struct json_at at;

	if (!get(object, key, &at))
		wrong(&at, "missing");
	return at;
}

void json_in_wrong(const struct json_at *object, const char *key,
		   const char *what)
{
	struct json_at at;

	(void)get(object, key, &at);
	wrong(&at, what);
}

void json_in_both(const struct json_at *object, const char *key, bool known,
		  bool other_known)
{
	if (known && !other_known)
		json_in_wrong(object, key, "known, where it cannot be");
	if (!known && other_known)
		json_in_wrong(object, key, "null, where it has to be known");
}

static bool is_type(const struct json_at *at, enum json_type type,
		    const char *what)
{
	if (json_object_is_type(at->value, type))
		return true;
	wrong(at, what);
	return false;
}

/*
 * The library makes the largest number there is of all that are larger; so
 * that one is refused, too.
 */
static uint64_t read_uint(const struct json_at *at, uint64_t max)
{
	uint64_t value;

	if (!is_type(at, json_type_int, "not a whole number"))
		return 0;
	value = json_object_get_uint64(at->value);
	if (json_object_get_int64(at->value) >= 0 && value <= max &&
	    value < UINT64_MAX)
		return value;
	wrong(at, "a number that is not possible here");
	return 0;
}

uint64_t json_in_uint(const struct json_at *object, const char *key)
{
	return json_in_upto(object, key, UINT64_MAX);
}

uint64_t json_in_upto(const struct json_at *object, const char *key,
		      uint64_t max)
{
	struct json_at at = need(object, key);

	return read_uint(&at, max);
}

bool json_in_uint_known(const struct json_at *object, const char *key,
			uint64_t *value)
{
	struct json_at at = need(object, key);

	*value = at.value ? read_uint(&at, UINT64_MAX) : 0;
	return at.value != NULL;
}

int json_in_known(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return at.value ? (int)read_uint(&at, INT_MAX) : -1;
}

static int read_errno(const struct json_at *at, int64_t max)
{
	int64_t value;

	if (!is_type(at, json_type_int, "not a whole number"))
		return 0;
	value = json_object_get_int64(at->value);
	if (value <= max && value >= -ERRNO_MAX)
		return (int)value;
	wrong(at, "not a negative errno");
	return 0;
}

int json_in_errno(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return read_errno(&at, 0);
}

int json_in_errno_known(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return at.value ? read_errno(&at, -1) : 0;
}

static bool read_bool(const struct json_at *at)
{
	return is_type(at, json_type_boolean, "neither true nor false") &&
	       json_object_get_boolean(at->value);
}

bool json_in_bool(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return read_bool(&at);
}

enum known json_in_known_bool(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	if (!at.value)
		return NOT_KNOWN;
	return read_bool(&at) ? KNOWN_YES : KNOWN_NO;
}

/* --- strings --- */

/* "" if it is wrong. */
static const char *read_string(const struct json_at *at)
{
	const char *text;

	if (!is_type(at, json_type_string, "not a string"))
		return "";
	text = json_object_get_string(at->value);
	if (strlen(text) == (size_t)json_object_get_string_len(at->value))
		return text;
	wrong(at, "a NUL in a string");
	return "";
}

const char *json_in_text(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return at.value ? read_string(&at) : NULL;
}

const char *json_in_string(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return read_string(&at);
}

static void copy(const struct json_at *at, char *text, size_t size)
{
	const char *value = read_string(at);

	*text = '\0';
	if (strlen(value) < size)
		memcpy(text, value, strlen(value) + 1);
	else
		wrong(at, "too long");
}

void json_in_copy(const struct json_at *object, const char *key, char *text,
		  size_t size)
{
	struct json_at at = need(object, key);

	copy(&at, text, size);
}

void json_in_copy_known(const struct json_at *object, const char *key,
			char *text, size_t size)
{
	struct json_at at = need(object, key);

	*text = '\0';
	if (at.value)
		copy(&at, text, size);
}

#define HEX_DIGITS "0123456789abcdef"

static unsigned int hex_digit(char c)
{
	return (unsigned int)(c > '9' ? c - 'a' + 10 : c - '0');
}

bool json_in_hex_bytes(const struct json_at *object, const char *key,
		       char *text, size_t size)
{
	const char *digits;
	struct json_at at;
	size_t length;

	if (!get(object, key, &at))
		return false;
	digits = read_string(&at);
	length = strlen(digits) / 2;
	if (strlen(digits) % 2 || length >= size ||
	    strspn(digits, HEX_DIGITS) != 2 * length) {
		wrong(&at, "not bytes in hex, or too many");
		return false;
	}
	for (size_t i = 0; i < length; i++)
		text[i] = (char)(hex_digit(digits[2 * i]) << 4 |
				 hex_digit(digits[2 * i + 1]));
	text[length] = '\0';
	if (strlen(text) < length)
		wrong(&at, "a NUL in a string");
	return true;
}

static uint64_t read_hex(const struct json_at *at)
{
	const char *text = read_string(at);
	uint64_t value = 0;
	size_t digits = 0;

	if (strncmp(text, "0x", 2) == 0)
		digits = strspn(text + 2, HEX_DIGITS);
	if (!digits || digits > 16 || text[2 + digits]) {
		wrong(at, "not a number such as \"0x1f\"");
		return 0;
	}
	for (size_t i = 0; i < digits; i++)
		value = value << 4 | hex_digit(text[2 + i]);
	return value;
}

uint64_t json_in_hex(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);

	return read_hex(&at);
}

bool json_in_hex_known(const struct json_at *object, const char *key,
		       uint64_t *value)
{
	struct json_at at = need(object, key);

	*value = at.value ? read_hex(&at) : 0;
	return at.value != NULL;
}

int64_t json_in_time(const struct json_at *object, const char *key)
{
	struct json_at at = need(object, key);
	int64_t time_ns = 0;

	if (!json_time_parse(read_string(&at), &time_ns)) {
		wrong(&at, "not a time such as "
			   "\"2026-01-31T23:59:59.000000001Z\"");
		return 0;
	}
	return time_ns;
}

static int read_word(const struct json_at *at, json_word_fn *name, int count)
{
	const char *word = read_string(at);

	for (int i = 0; i < count; i++)
		if (name(i) && strcmp(name(i), word) == 0)
			return i;
	wrong(at, "not a word that this version knows");
	return 0;
}

int json_in_word(const struct json_at *object, const char *key,
		 json_word_fn *name, int count, bool *known)
{
	struct json_at at = need(object, key);

	if (known)
		*known = at.value != NULL;
	return known && !at.value ? 0 : read_word(&at, name, count);
}

/* --- objects and arrays --- */

struct json_at json_in_object(const struct json_at *object, const char *key,
			      bool *known)
{
	struct json_at at = need(object, key);

	if (known)
		*known = at.value != NULL;
	if (at.value || !known)
		(void)is_type(&at, json_type_object, "not an object");
	return at;
}

struct json_at json_in_array(const struct json_at *object, const char *key,
			     size_t *count, bool *known)
{
	struct json_at at = need(object, key);

	*count = 0;
	if (known)
		*known = at.value != NULL;
	if (known && !at.value)
		return at;
	if (is_type(&at, json_type_array, "not an array"))
		*count = json_object_array_length(at.value);
	return at;
}

static struct json_at at_index(const struct json_at *array, size_t index)
{
	return (struct json_at){
		.in = array->in,
		.above = array,
		.index = index,
		.value = json_object_array_get_idx(array->value, index),
	};
}

int json_in_item_word(const struct json_at *array, size_t index,
		      json_word_fn *name, int count)
{
	struct json_at at = at_index(array, index);

	return read_word(&at, name, count);
}

const char *json_in_item_string(const struct json_at *array, size_t index)
{
	struct json_at at = at_index(array, index);

	return read_string(&at);
}

/* Stops at the first one that is wrong: what it is read into may be large. */
void *json_in_items(const struct json_at *object, const char *key, bool *known,
		    json_read_fn *read, size_t size, size_t *count)
{
	struct json_at array = json_in_array(object, key, count, known);
	char *items;

	if (!*count || object->in->error)
		return *count = 0, NULL;
	items = calloc(*count, size);
	if (!items) {
		object->in->error = -ENOMEM;
		return *count = 0, NULL;
	}
	for (size_t i = 0; i < *count && !object->in->error; i++) {
		struct json_at at = at_index(&array, i);

		if (is_type(&at, json_type_object, "not an object"))
			read(&at, items + i * size);
	}
	return items;
}
