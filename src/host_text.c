// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_text.h"

bool host_text_irq(const char *text, unsigned int *irq)
{
	size_t digits = strspn(text, "0123456789");
	const char *end = text + digits;
	unsigned long value = 0;

	if (!digits || (*end && strcmp(end, "\n") != 0))
		return false;
	for (; text < end && value <= INT_MAX; text++)
		value = value * 10 + (unsigned long)(*text - '0');
	if (value > INT_MAX)
		return false;
	*irq = (unsigned int)value;
	return true;
}

enum vector_kind host_text_msi_kind(const char *text)
{
	return strncmp(text, "msix", 4) == 0 ? VECTOR_MSIX : VECTOR_MSI;
}

enum known host_text_switch(const char *text)
{
	switch (*text) {
	case 'Y':
	case '1':
		return KNOWN_YES;
	case 'N':
	case '0':
		return KNOWN_NO;
	default:
		return NOT_KNOWN;
	}
}

/* All CPUs are alike: the first one's line will do. */
bool host_text_cpu_has(const char *cpuinfo, const char *field, const char *word)
{
	size_t length = strlen(word);
	const char *text;
	char begin[32];

	(void)snprintf(begin, sizeof(begin), "\n%s", field);
	text = strstr(cpuinfo, begin);
	if (!text)
		return false;
	for (text++; *text && *text != '\n';) {
		text += strspn(text, " \t");
		if (strcspn(text, " \t\n") == length &&
		    !strncmp(text, word, length))
			return true;
		text += strcspn(text, " \t\n");
	}
	return false;
}

enum cpu_vendor host_text_cpu_vendor(const char *cpuinfo)
{
	static const struct {
		const char *id;
		enum cpu_vendor vendor;
	} vendors[] = {
		{"GenuineIntel", CPU_INTEL},
		{"CentaurHauls", CPU_INTEL},
		{"AuthenticAMD", CPU_AMD},
		{"HygonGenuine", CPU_AMD},
	};

	for (size_t i = 0; i < sizeof(vendors) / sizeof(*vendors); i++)
		if (host_text_cpu_has(cpuinfo, "vendor_id", vendors[i].id))
			return vendors[i].vendor;
	return CPU_OTHER;
}

/* PF_KTHREAD is 0x00200000, in the seventh field after the name. */
bool host_text_is_kernel_thread(const char *stat)
{
	const char *field = strrchr(stat, ')');

	for (int i = 0; field && i < 7; i++)
		field = strchr(field + 1, ' ');
	return field && strtoul(field, NULL, 10) & 0x00200000;
}

void host_text_link(const char *target, char *name, size_t size)
{
	const char *slash = strrchr(target, '/');

	(void)snprintf(name, size, "%s", slash ? slash + 1 : "");
}
