// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "irqgen-reply.h"

static char ok_text[16384];
static size_t ok_len;
static char error_text[512];

void reply(const char *fmt, ...)
{
	size_t room = sizeof(ok_text) - ok_len;
	va_list ap;
	int n;

	if (room < 2)
		return;
	ok_text[ok_len] = ' ';
	va_start(ap, fmt);
	n = vsnprintf(ok_text + ok_len + 1, room - 1, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room - 1)
		ok_text[ok_len] = '\0';
	else
		ok_len += (size_t)n + 1;
}

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error_text, sizeof(error_text), fmt, ap);
	va_end(ap);
	return -1;
}

int fail_errno(const char *fmt, ...)
{
	const char *cause = strerror(errno);
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error_text, sizeof(error_text), fmt, ap);
	va_end(ap);
	len = strlen(error_text);
	snprintf(error_text + len, sizeof(error_text) - len, ": %s", cause);
	return -1;
}

void reply_send(int err)
{
	if (err)
		printf("error %s\n", error_text);
	else
		printf("ok%s\n", ok_text);
	fflush(stdout);
	ok_text[0] = '\0';
	ok_len = 0;
}
