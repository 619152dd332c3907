/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of the processes of VMs, each read once a round. */
#ifndef PITRACE_VM_NAMES_H
#define PITRACE_VM_NAMES_H

#include <stddef.h>

#include "vm_identity.h"

/* All zero: a round that has just begun. */
struct vm_names {
	struct vm_identity *vms; /* ordered by pid */
	size_t count, room;
};

/* Begins a round: a process can be renamed, and its id become another's. */
void vm_names_forget(struct vm_names *names);
void vm_names_free(struct vm_names *names);

/* As host_vm_identify(), as of when this round first asked for @pid. */
void vm_names_identify(struct vm_names *names, pid_t pid,
		       struct vm_identity *vm);

#endif
