// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>

#include "privileges.h"

static const struct {
	unsigned int number;
	const char *name;
} needed[] = {
	/* Loading programs and creating maps. */
	{CAP_BPF, "CAP_BPF"},
	/* Attaching them, and reading kernel memory from them. */
	{CAP_PERFMON, "CAP_PERFMON"},
	/* BTF of modules is only found by id, which only this allows. */
	{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
	/* Addresses of kernel symbols. */
	{CAP_SYSLOG, "CAP_SYSLOG"},
};

static uint64_t effective_capabilities(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	uint64_t effective = 0;
	char line[256];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %" SCNx64, &effective) == 1)
			break;
	(void)fclose(file);
	return effective;
}

void privileges_missing(char *text, size_t size)
{
	uint64_t effective = effective_capabilities();
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		if (effective & (UINT64_C(1) << needed[i].number))
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s",
					 used ? ", " : "", needed[i].name);
		if (used >= size)
			return;
	}
}
