// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "metrics_accept.h"

#define WEIGHT_MAX 1000 /* a "q" of 1 */

/* A part of the header, without blanks around it. */
struct word {
	const char *text; /* not ended by a NUL; NULL: there is none */
	size_t length;
};

/* A media range with what stands behind it. */
struct range {
	struct word type; /* "text/plain" */
	struct word version; /* of its parameters; none: any will do */
	int weight;
};

static struct word trimmed(const char *text, size_t length)
{
	while (length && isspace((unsigned char)*text)) {
		text++;
		length--;
	}
	while (length && isspace((unsigned char)text[length - 1]))
		length--;
	return (struct word){text, length};
}

static bool is_word(const struct word *word, const char *text)
{
	return word->text && word->length == strlen(text) &&
	       !strncasecmp(word->text, text, word->length);
}

/* Takes off @rest what is before the next @separator, as *@part. */
static bool split(struct word *rest, char separator, struct word *part)
{
	const char *end;
	size_t length;

	if (!rest->text)
		return false;
	end = memchr(rest->text, separator, rest->length);
	length = end ? (size_t)(end - rest->text) : rest->length;
	*part = trimmed(rest->text, length);
	*rest = end ? (struct word){end + 1, rest->length - length - 1}
		    : (struct word){NULL, 0};
	return true;
}

/* "0.75", in thousandths. What is no weight counts as none. */
static int read_weight(const struct word *value)
{
	int weight = 0, unit = WEIGHT_MAX;

	for (size_t i = 0; i < value->length; i++) {
		char c = value->text[i];

		if (i == 1 && c == '.')
			continue;
		if (i == 1 || i > 4 || !isdigit((unsigned char)c))
			return 0;
		weight += (c - '0') * unit;
		unit /= 10;
	}
	return weight <= WEIGHT_MAX ? weight : 0;
}

/* "version=1.0.0", "q=0.5" */
static void read_parameter(struct word parameter, struct range *range)
{
	struct word name;

	(void)split(&parameter, '=', &name);
	if (!parameter.text)
		return;
	parameter = trimmed(parameter.text, parameter.length);
	if (is_word(&name, "q"))
		range->weight = read_weight(&parameter);
	else if (is_word(&name, "version"))
		range->version = parameter;
}

static struct range read_range(struct word text)
{
	struct range range = {.weight = WEIGHT_MAX};
	struct word parameter;

	(void)split(&text, ';', &range.type);
	while (split(&text, ';', &parameter))
		read_parameter(parameter, &range);
	return range;
}

static bool is_of(const struct range *range, const char *type,
		  const char *version)
{
	return is_word(&range->type, type) &&
	       (!range->version.text || is_word(&range->version, version));
}

enum metrics_format metrics_accept(const char *header)
{
	struct word rest = {header, header ? strlen(header) : 0}, text;
	int openmetrics = 0, plain = 0;

	while (split(&rest, ',', &text)) {
		struct range range = read_range(text);

		if (is_of(&range, "application/openmetrics-text", "1.0.0"))
			openmetrics = range.weight;
		else if (is_of(&range, "text/plain", "0.0.4"))
			plain = range.weight;
	}
	return openmetrics && openmetrics >= plain ? METRICS_OPENMETRICS
						   : METRICS_TEXT;
}

const char *metrics_content_type(enum metrics_format format)
{
	return format == METRICS_OPENMETRICS
		       ? "application/openmetrics-text; version=1.0.0; "
			 "charset=utf-8"
		       : "text/plain; version=0.0.4; charset=utf-8";
}
