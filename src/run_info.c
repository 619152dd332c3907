// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <sys/utsname.h>

#include "run_info.h"
#include "version.h"

void run_info_here(struct run_info *info, const struct probe_status *probes,
		   size_t count)
{
	struct utsname name;

	(void)uname(&name);
	*info = (struct run_info){
		.version = PITRACE_VERSION,
		.probes = probes,
		.probe_count = count,
	};
	(void)snprintf(info->kernel_release, sizeof(info->kernel_release), "%s",
		       name.release);
}
