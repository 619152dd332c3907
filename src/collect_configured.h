/* SPDX-License-Identifier: GPL-2.0-only */
/* Gives what an interrupt would do now the names that need the host. */
#ifndef PITRACE_COLLECT_CONFIGURED_H
#define PITRACE_COLLECT_CONFIGURED_H

#include "inspector.h"
#include "vm_names.h"

struct kernel_btf;

/*
 * Asks about one interrupt and completes the answer: the VM's name, the names
 * of what inhibits APICv. Where nothing could be asked (@inspector may be
 * NULL), all is unknown. @names are those of this round. @btf may be
 * NULL. Returns as
 * inspector_ask(); also -ENOENT if the line is used by VFIO, but not for this
 * device.
 */
int collect_configured(struct inspector *inspector, struct kernel_btf *btf,
		       const struct inspect_subject *subject,
		       struct vm_names *names, struct inspect_answer *answer,
		       struct configured *configured);

#endif
