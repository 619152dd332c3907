/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PITRACE_VM_IDENTITY_H
#define PITRACE_VM_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#define COMM_LEN 16

struct vm_identity {
	bool known;
	pid_t pid; /* that created the VM, in the initial pid namespace */
	char comm[COMM_LEN]; /* "" once the process is gone */
};

#endif
