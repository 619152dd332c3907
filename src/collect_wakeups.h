/* SPDX-License-Identifier: GPL-2.0-only */
/* Which vCPUs did posted interrupts wake? */
#ifndef PITRACE_COLLECT_WAKEUPS_H
#define PITRACE_COLLECT_WAKEUPS_H

#include "snapshot.h"

struct tracer;

/* Sets the wakeups of @snapshot. Returns 0 or -ENOMEM. */
int collect_wakeups(const struct tracer *tracer, struct snapshot *snapshot);

#endif
