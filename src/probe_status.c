// SPDX-License-Identifier: GPL-2.0-only
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
