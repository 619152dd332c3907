// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "kernel_cmdline.h"

/* The kernel's isspace() is about Latin-1. */
static const char blanks[] = " \t\n\v\f\r\xa0";

/* Blanks within quotes do not end an argument. */
static const char *find_end(const char *text, bool in_quotes)
{
	for (; *text && (in_quotes || !strchr(blanks, *text)); text++)
		in_quotes ^= *text == '"';
	return text;
}

/* A name has at least one character, whichever. */
static const char *find_equals(const char *begin, const char *end)
{
	return end > begin ? memchr(begin + 1, '=', (size_t)(end - begin - 1))
			   : NULL;
}

static const char *drop_quote(const char *begin, const char *end)
{
	return end > begin && end[-1] == '"' ? end - 1 : end;
}

static void copy(const char *begin, const char *end, char *to, size_t size)
{
	(void)snprintf(to, size, "%.*s", (int)(end - begin), begin);
}

bool kernel_cmdline_next(const char **cmdline, struct kernel_argument *argument)
{
	const char *begin = *cmdline + strspn(*cmdline, blanks);
	bool quoted = *begin == '"';
	const char *end = find_end(begin + quoted, quoted);
	const char *equals, *value;

	if (begin == end)
		return false;
	*cmdline = end;
	begin += quoted;
	equals = find_equals(begin, end);
	value = equals ? equals + 1 : end;
	if (value < end && *value == '"')
		end = drop_quote(++value, end);
	else if (quoted)
		end = drop_quote(begin, end);
	copy(begin, equals ? equals : end, argument->name,
	     sizeof(argument->name));
	copy(value < end ? value : end, end, argument->value,
	     sizeof(argument->value));
	return equals || strcmp(argument->name, "--") != 0;
}
