// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor_text.h"

int lockdown_parse(const char *text, char *level, size_t size)
{
	const char *begin = strchr(text, '[');
	const char *end = begin ? strchr(begin, ']') : NULL;

	if (!end)
		return -EINVAL;
	(void)snprintf(level, size, "%.*s", (int)(end - begin - 1), begin + 1);
	return 0;
}

bool cmdline_says_threadirqs(const char *cmdline)
{
	static const char option[] = "threadirqs";
	size_t length;

	for (; *cmdline; cmdline += length) {
		cmdline += strspn(cmdline, " \t\n");
		length = strcspn(cmdline, " \t\n");
		/* What follows is for init. */
		if (length == 2 && !strncmp(cmdline, "--", 2))
			break;
		if (length == strlen(option) &&
		    !strncmp(cmdline, option, length))
			return true;
	}
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

enum cpu_vendor cpuinfo_vendor(const char *cpuinfo)
{
	if (strstr(cpuinfo, "GenuineIntel") || strstr(cpuinfo, "CentaurHauls"))
		return CPU_INTEL;
	if (strstr(cpuinfo, "AuthenticAMD") || strstr(cpuinfo, "HygonGenuine"))
		return CPU_AMD;
	return CPU_OTHER;
}
