// SPDX-License-Identifier: GPL-2.0-only
/* What is JSON, and what is not, is so for each version of json-c. */
#include "support.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "json_text.h"

#define UMLAUT      "\xc3\xa4"
#define REPLACEMENT "\xef\xbf\xbd"

/* Returns where it is wrong, counted from 0, or -1 if it is JSON. */
static int error_at(const char *text, const char *string)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value, *member = NULL;
	int err, at = -1;

	assert_non_null(tokener);
	err = json_text_parse(tokener, text, strlen(text), &value);
	if (err) {
		assert_int_equal(err, -EBADMSG);
		assert_null(value);
		at = (int)json_tokener_get_parse_end(tokener);
	} else if (string) {
		assert_true(json_object_object_get_ex(value, "a", &member));
		assert_string_equal(json_object_get_string(member), string);
	}
	json_object_put(value);
	json_tokener_free(tokener);
	return at;
}

static void characters_of_any_script(void **state)
{
	(void)state;
	assert_int_equal(error_at("{\"a\":\"b\"}", "b"), -1);
	assert_int_equal(error_at("{\"a\":\"" UMLAUT "\"}", UMLAUT), -1);
	assert_int_equal(error_at("{\"a\":\"b\\u001b" REPLACEMENT REPLACEMENT
				  "\"}",
				  "b\x1b" REPLACEMENT REPLACEMENT),
			 -1);
	assert_int_equal(
		error_at("{\"" UMLAUT "\":1,\"a\":\"\\u00e4\"}", UMLAUT), -1);
}

/* Wrong at the same place with such characters as without. */
static void check_wrong(const char *text, const char *in_ascii)
{
	assert_int_not_equal(error_at(text, NULL), -1);
	assert_int_equal(error_at(text, NULL), error_at(in_ascii, NULL));
}

static void strictly(void **state)
{
	(void)state;
	check_wrong("{\"a\":\"" UMLAUT "\",}", "{\"a\":\"bb\",}");
	check_wrong("{'a':'" UMLAUT "'}", "{'a':'bb'}");
	check_wrong("{\"a\":" UMLAUT "}", "{\"a\":bb}");
	check_wrong("{\"a\":\"" UMLAUT "\"}}", "{\"a\":\"bb\"}}");
}

static void bytes_that_are_not_utf_8(void **state)
{
	(void)state;
	assert_int_not_equal(error_at("{\"a\":\"\xff\"}", NULL), -1);
	assert_int_not_equal(error_at("{\"a\":\"\xc3\"}", NULL), -1);
	assert_int_not_equal(error_at("{\"a\":\"" UMLAUT "\xe2\x80\"}", NULL),
			     -1);
}

static void what_is_cut_goes_on(void **state)
{
	static const char text[] = "{\"a\":\"" UMLAUT;
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value;

	(void)state;
	assert_non_null(tokener);
	assert_int_equal(json_text_parse(tokener, text, strlen(text), &value),
			 -EBADMSG);
	assert_int_equal(json_tokener_get_error(tokener),
			 json_tokener_continue);
	json_tokener_free(tokener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_of_any_script),
		cmocka_unit_test(strictly),
		cmocka_unit_test(bytes_that_are_not_utf_8),
		cmocka_unit_test(what_is_cut_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
