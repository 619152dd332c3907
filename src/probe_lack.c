// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "probe_lack.h"

bool module_is_foreign(const char *module, enum cpu_vendor vendor)
{
	return module && ((vendor == CPU_AMD && !strcmp(module, "kvm_intel")) ||
			  (vendor == CPU_INTEL && !strcmp(module, "kvm_amd")));
}

/* One built into the kernel can be on for the other vendor's CPUs. */
static bool tells(const struct probe_status *other, const char *what,
		  enum cpu_vendor vendor)
{
	return other->method != METHOD_OFF && other->without &&
	       !module_is_foreign(other->module, vendor) &&
	       !strcmp(other->without, what);
}

static const char *find_stand_in(const struct probe_status *statuses,
				 size_t count, const char *what,
				 enum cpu_vendor vendor)
{
	for (size_t i = 0; i < count; i++)
		if (tells(&statuses[i], what, vendor))
			return statuses[i].name;
	return NULL;
}

void probe_lack_settle(struct probe_status *statuses, size_t count,
		       enum cpu_vendor vendor)
{
	for (size_t i = 0; i < count; i++) {
		struct probe_status *status = &statuses[i];

		status->is_foreign = false;
		status->stand_in = NULL;
		if (status->method != METHOD_OFF || !status->without)
			continue;
		status->is_foreign = module_is_foreign(status->module, vendor);
		if (!status->is_foreign)
			status->stand_in = find_stand_in(
				statuses, count, status->without, vendor);
		if (status->is_foreign || status->stand_in)
			status->without = NULL;
	}
}
