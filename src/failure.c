// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "confinement.h"
#include "failure.h"
#include "privilege_needs.h"
#include "privileges.h"

int fail(struct failure *failure, enum exit_code exit_code, int error,
	 const char *format, ...)
{
	size_t room = sizeof(failure->text);
	size_t used;
	va_list arguments;

	failure->exit_code = exit_code;
	va_start(arguments, format);
	(void)vsnprintf(failure->text, room, format, arguments);
	va_end(arguments);
	used = strlen(failure->text);
	if (error)
		(void)snprintf(failure->text + used, room - used, ": %s",
			       strerror(-error));
	return error ? error : -EINVAL;
}

/* A filter of system calls can have any error. */
static int fail_refused(struct failure *failure, int error, const char *doing)
{
	struct confinement confinement;
	const char *cause;

	confinement_look(&confinement);
	cause = confinement_of_loading(&confinement);
	if (!cause && error != -EPERM)
		return fail(failure, EXIT_FAILED, error, "%s", doing);
	return fail(failure, EXIT_PRIVILEGE, error,
		    "%s was refused although all capabilities are there (%s)",
		    doing,
		    cause ? cause : "kernel lockdown or a security module");
}

int fail_bpf(struct failure *failure, int error, const char *doing)
{
	char lacking[200];

	privileges_lacking(privileges_in_effect(), lacking, sizeof(lacking));
	/* What a privilege hides has other errors than -EPERM as well. */
	if (*lacking && error != -ENOMEM)
		return fail(failure, EXIT_PRIVILEGE, -EPERM,
			    "%s needs %s; run it as root or grant them", doing,
			    lacking);
	if (error == -ENOMEM)
		return fail(failure, EXIT_FAILED, error, "%s", doing);
	return fail_refused(failure, error, doing);
}
