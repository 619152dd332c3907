/* SPDX-License-Identifier: GPL-2.0-only */
/* Which vCPUs did posted interrupts wake? */
#ifndef PITRACE_COLLECT_WAKEUPS_H
#define PITRACE_COLLECT_WAKEUPS_H

#include "snapshot.h"
#include "vm_names.h"

struct tracer;

/* Sets the wakeups of @snapshot, with @names. Returns 0 or -ENOMEM. */
int collect_wakeups(const struct tracer *tracer, struct vm_names *names,
		    struct snapshot *snapshot);

#endif
