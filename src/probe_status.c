// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "probe_status.h"

const char *attach_method_name(enum attach_method method)
{
	static const char *const names[] = {
		[METHOD_OFF] = "off",
		[METHOD_FENTRY] = "fentry",
		[METHOD_FEXIT] = "fexit",
		[METHOD_KPROBE] = "kprobe",
		[METHOD_KRETPROBE] = "kprobe",
		[METHOD_TRACEPOINT] = "tracepoint",
	};

	return names[method];
}

bool probe_status_is_on(const struct probe_status *probes, size_t count,
			const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(probes[i].name, name))
			return probes[i].method != METHOD_OFF;
	return false;
}

void probe_status_add_reason(struct probe_status *status,
			     enum attach_method method, const char *text)
{
	size_t used = strlen(status->reason);

	(void)snprintf(status->reason + used, sizeof(status->reason) - used,
		       "%s%s: %s", used ? "; " : "", attach_method_name(method),
		       text);
}

void probe_status_line(const struct probe_status *status,
		       char line[PROBE_LINE_LEN])
{
	bool lacks = status->method == METHOD_OFF && status->without;

	(void)snprintf(
		line, PROBE_LINE_LEN, "%-13s %-10s %s%s%s%s%s%s%s",
		status->name, attach_method_name(status->method),
		status->module ? status->module : "", status->module ? ":" : "",
		status->function, *status->reason ? " -- " : "", status->reason,
		lacks ? "; without it: " : "", lacks ? status->without : "");
}
