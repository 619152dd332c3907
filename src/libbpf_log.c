// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libbpf_log.h"
#include "verifier_log.h"

#define VERBOSITY_LIBBPF 2

/* libbpf hands its callback no context, so this has to be the process's. */
static int shown_verbosity;
static char first_warning[256];
static char refusal[128]; /* the verifier's word on it */

/* The log can be long, and its end is what matters. */
static void keep_refusal(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		return;
	(void)verifier_log_cause(text, refusal, sizeof(refusal));
	free(text);
}

static void keep(const char *format, va_list arguments)
{
	va_list copy;

	if (!*first_warning) {
		va_copy(copy, arguments);
		(void)vsnprintf(first_warning, sizeof(first_warning), format,
				copy);
		va_end(copy);
	}
	if (!*refusal) {
		va_copy(copy, arguments);
		keep_refusal(format, copy);
		va_end(copy);
	}
}

static int on_message(enum libbpf_print_level level, const char *format,
		      va_list arguments)
{
	if (level == LIBBPF_WARN)
		keep(format, arguments);
	if (shown_verbosity < VERBOSITY_LIBBPF)
		return 0;
	return vfprintf(stderr, format, arguments);
}

void libbpf_log_init(int verbosity)
{
	shown_verbosity = verbosity;
	libbpf_set_print(on_message);
}

void libbpf_log_clear(void)
{
	first_warning[0] = '\0';
	refusal[0] = '\0';
}

static const char *known_cause(int error)
{
	switch (error) {
	case -EPERM:
		return "permission denied";
	case -EACCES:
	case -EINVAL:
		return "the kernel refuses the program, and does not say why";
	case -ESRCH:
	case -ENOENT:
		return "the kernel has no such function, or no BTF for it";
	case -EBUSY:
		return "the function cannot take another program";
	case -ENOMEM:
		return "out of memory";
	default:
		return NULL;
	}
}

void libbpf_log_reason(int error, char *reason, size_t size)
{
	const char *cause = known_cause(error);
	const char *text = first_warning;

	if (*refusal && error != -EPERM) {
		(void)snprintf(reason, size,
			       "the kernel's verifier rejects the program: %s",
			       refusal);
		return;
	}
	if (!strncmp(text, "libbpf: ", 8))
		text += 8;
	if (cause)
		(void)snprintf(reason, size, "%s", cause);
	else if (*text)
		(void)snprintf(reason, size, "%.*s", (int)strcspn(text, "\n"),
			       text);
	else
		(void)snprintf(reason, size, "%s", strerror(-error));
}
