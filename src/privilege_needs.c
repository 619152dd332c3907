// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <stdio.h>

#include "privilege_needs.h"

#define BIT(capability) PRIVILEGE_BIT(capability)

static const struct {
	unsigned int capability;
	const char *name;
	const char *use;
} needed[] = {
	{CAP_BPF, "CAP_BPF", "to load programs"},
	{CAP_PERFMON, "CAP_PERFMON", "to attach them"},
	/* BTF of a module is only had by number, which only this allows. */
	{CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "to find the types of modules"},
};

/* The kernel takes CAP_SYS_ADMIN for these as well. */
static const uint64_t in_sys_admin = BIT(CAP_BPF) | BIT(CAP_PERFMON);

static uint64_t with_included(uint64_t given)
{
	return given & BIT(CAP_SYS_ADMIN) ? given | in_sys_admin : given;
}

uint64_t privileges_useful(uint64_t given)
{
	uint64_t useful = BIT(CAP_SYSLOG);

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		useful |= BIT(needed[i].capability);
	if (given & BIT(CAP_SYS_ADMIN))
		useful &= ~in_sys_admin;
	return given & useful;
}

static size_t append(char *text, size_t size, size_t used, const char *name,
		     const char *use)
{
	if (used >= size)
		return used;
	return used + (size_t)snprintf(text + used, size - used, "%s%s%s",
				       used ? ", " : "", name, use);
}

void privileges_lacking(uint64_t given, char *text, size_t size)
{
	uint64_t has = with_included(given);
	size_t used = 0;
	char use[64];

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		if (has & BIT(needed[i].capability))
			continue;
		(void)snprintf(use, sizeof(use), " (%s)", needed[i].use);
		used = append(text, size, used, needed[i].name, use);
	}
}

void privileges_absent(uint64_t given, char *text, size_t size)
{
	uint64_t has = with_included(given);
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (!(has & BIT(needed[i].capability)))
			used = append(text, size, used, needed[i].name, "");
	if (!(has & BIT(CAP_SYSLOG)))
		(void)append(text, size, used, "CAP_SYSLOG", "");
}

void privileges_shortfall(uint64_t given, char *text, size_t size)
{
	(void)snprintf(text, size, "%s",
		       given & BIT(CAP_SYSLOG)
			       ? ""
			       : "CAP_SYSLOG is missing, so symbols have no "
				 "addresses: stacks have no names, and vCPUs "
				 "of posted entries can stay unknown");
}
