// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor_text.h"
#include "kernel_cmdline.h"

int lockdown_parse(const char *text, char *level, size_t size)
{
	const char *begin = strchr(text, '[');
	const char *end = begin ? strchr(begin, ']') : NULL;

	if (!end)
		return -EINVAL;
	(void)snprintf(level, size, "%.*s", (int)(end - begin - 1), begin + 1);
	return 0;
}

/* Whatever its value is. */
bool cmdline_says_threadirqs(const char *cmdline)
{
	struct kernel_argument argument;

	while (kernel_cmdline_next(&cmdline, &argument))
		if (!strcmp(argument.name, "threadirqs"))
			return true;
	return false;
}

enum known chip_says_remapped(const char *name)
{
	if (!strncmp(name, "IR-", 3))
		return KNOWN_YES;
	if (!strncmp(name, "PCI-MSI", 7) || !strncmp(name, "IO-APIC", 7))
		return KNOWN_NO;
	return NOT_KNOWN;
}
