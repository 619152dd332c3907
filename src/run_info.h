/* SPDX-License-Identifier: GPL-2.0-only */
/* What "start", "probes" and "inspect" records tell about their run. */
#ifndef PITRACE_RUN_INFO_H
#define PITRACE_RUN_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "probe_status.h"

#define KERNEL_RELEASE_LEN 65 /* as in struct utsname */

struct run_info {
	const char *version; /* of pitrace */
	char kernel_release[KERNEL_RELEASE_LEN];
	const struct probe_status *probes;
	size_t probe_count;
	uint64_t interval_ns; /* between snapshots, as asked for; of "start" */
};

/* Of this program on this host, with these probes, which stay the caller's. */
void run_info_here(struct run_info *info, const struct probe_status *probes,
		   size_t count);

#endif
