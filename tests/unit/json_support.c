// SPDX-License-Identifier: GPL-2.0-only
#include "json_support.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"

void keep_line(const char *line)
{
	const char *path = getenv("UNIT_RECORDS");
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!path)
		return;
	assert_non_null(file);
	fputs(line, file);
	assert_int_equal(fclose(file), 0);
}

struct json_object *parse_line(struct capture *capture)
{
	char *text = capture_end(capture);
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *record;
	size_t len = strlen(text);

	assert_true(len > 0);
	keep_line(text);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	assert_null(strstr(text, "\": "));
	assert_int_equal(json_text_parse(tokener, text, len - 1, &record), 0);
	json_tokener_free(tokener);
	free(text);
	return record;
}

void check_keys(struct json_object *object, const char *keys)
{
	char found[500] = "";

	json_object_object_foreach(object, key, value)
	{
		(void)value;
		strncat(found, key, sizeof(found) - strlen(found) - 1);
		strncat(found, " ", sizeof(found) - strlen(found) - 1);
	}
	assert_string_equal(found, keys);
}

struct json_object *member(struct json_object *object, const char *key)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(object, key, &value));
	return value;
}

struct json_object *item(struct json_object *object, const char *key,
			 size_t index)
{
	struct json_object *array = member(object, key);

	assert_true(json_object_is_type(array, json_type_array));
	assert_true(index < json_object_array_length(array));
	return json_object_array_get_idx(array, index);
}

void check_text(struct json_object *object, const char *key,
		const char *expected)
{
	struct json_object *value = member(object, key);

	if (!expected) {
		assert_null(value);
		return;
	}
	assert_true(json_object_is_type(value, json_type_string));
	assert_string_equal(json_object_get_string(value), expected);
}

void check_number(struct json_object *object, const char *key,
		  uint64_t expected)
{
	struct json_object *value = member(object, key);

	assert_true(json_object_is_type(value, json_type_int));
	assert_true(json_object_get_uint64(value) == expected);
}

void check_null(struct json_object *object, const char *key)
{
	assert_null(member(object, key));
}

void check_bool(struct json_object *object, const char *key, bool expected)
{
	struct json_object *value = member(object, key);

	assert_true(json_object_is_type(value, json_type_boolean));
	assert_int_equal(json_object_get_boolean(value), expected);
}

void check_texts(struct json_object *object, const char *key,
		 const char *expected)
{
	struct json_object *array = member(object, key);
	char found[500] = "";

	assert_true(json_object_is_type(array, json_type_array));
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		const char *text = json_object_get_string(
			json_object_array_get_idx(array, i));

		assert_non_null(text);
		strncat(found, text, sizeof(found) - strlen(found) - 1);
		strncat(found, " ", sizeof(found) - strlen(found) - 1);
	}
	assert_string_equal(found, expected);
}
