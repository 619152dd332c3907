/* SPDX-License-Identifier: GPL-2.0-only */
/* Is anything lacking while a probe is off? One answer for all who tell. */
#ifndef PITRACE_PROBE_LACK_H
#define PITRACE_PROBE_LACK_H

#include <stdbool.h>
#include <stddef.h>

#include "host_text.h"
#include "probe_status.h"

/* Is it for CPUs of another vendor? NULL is the kernel itself. */
bool module_is_foreign(const char *module, enum cpu_vendor vendor);

/*
 * Notes in each of @statuses that is off if nothing is lacking all the same:
 * it is of no use on this CPU, or one that is on tells as much. Its @without
 * is then cleared; at first it has to be that of the table, or NULL if it is
 * known already that nothing is.
 */
void probe_lack_settle(struct probe_status *statuses, size_t count,
		       enum cpu_vendor vendor);

#endif
