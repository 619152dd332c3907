// SPDX-License-Identifier: GPL-2.0-only
#include "json_text.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOT_ASCII 0x80

static bool is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] & NOT_ASCII)
			return false;
	return true;
}

static int parse(struct json_tokener *tokener, int flags, const char *text,
		 size_t len, struct json_object **value)
{
	json_tokener_reset(tokener);
	json_tokener_set_flags(tokener, flags);
	*value = json_tokener_parse_ex(tokener, text, (int)len);
	if (json_tokener_get_error(tokener) == json_tokener_success)
		return 0;
	return -EBADMSG;
}

static int parse_strictly(struct json_tokener *tokener, const char *text,
			  size_t len, struct json_object **value)
{
	return parse(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8,
		     text, len, value);
}

/* Is it strict JSON, whatever stands for its characters beyond ASCII? */
static int check_masked(struct json_tokener *tokener, const char *text,
			size_t len)
{
	char *masked = malloc(len);
	struct json_object *value;
	int err;

	if (!masked)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++)
		masked[i] = (char)(text[i] & NOT_ASCII ? 'x' : text[i]);
	err = parse_strictly(tokener, masked, len, &value);
	json_object_put(value);
	free(masked);
	return err;
}

/*
 * To json-c 0.18, where it is strict, all characters beyond ASCII are control
 * characters. Those are kept from it while it is.
 */
int json_text_parse(struct json_tokener *tokener, const char *text, size_t len,
		    struct json_object **value)
{
	int err;

	*value = NULL;
	if (is_ascii(text, len))
		return parse_strictly(tokener, text, len, value);
	err = check_masked(tokener, text, len);
	if (err)
		return err;
	return parse(tokener, JSON_TOKENER_VALIDATE_UTF8, text, len, value);
}
