/* SPDX-License-Identifier: GPL-2.0-only */
/* What else was KVM told to inject, and, where asked for, into which vCPUs? */
#ifndef PITRACE_COLLECT_INJECTIONS_H
#define PITRACE_COLLECT_INJECTIONS_H

#include "collect_runs.h"
#include "snapshot.h"
#include "vm_names.h"

/*
 * Sets the other injections of @snapshot, those of the @open runs that are over
 * included. Sets them by target, too, if @targets is the map of these and not
 * negative, with @names. Returns 0 or -ENOMEM.
 */
int collect_injections(const struct map_views *views, int targets,
		       struct open_runs *open, struct vm_names *names,
		       struct snapshot *snapshot);

#endif
