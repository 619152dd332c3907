// SPDX-License-Identifier: GPL-2.0-only
#include "vm_names.h"

#include <stdlib.h>
#include <string.h>

#include "host.h"

void vm_names_forget(struct vm_names *names)
{
	names->count = 0;
}

void vm_names_free(struct vm_names *names)
{
	free(names->vms);
}

/* Where @pid stands, or would. */
static size_t find(const struct vm_names *names, pid_t pid)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->vms[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Without memory the name is just read again the next time. */
static void keep(struct vm_names *names, size_t at,
		 const struct vm_identity *vm)
{
	size_t room = names->room ? 2 * names->room : 16;
	struct vm_identity *larger;

	if (names->count == names->room) {
		larger = reallocarray(names->vms, room, sizeof(*larger));
		if (!larger)
			return;
		names->vms = larger;
		names->room = room;
	}
	memmove(&names->vms[at + 1], &names->vms[at],
		(names->count - at) * sizeof(*names->vms));
	names->vms[at] = *vm;
	names->count++;
}

void vm_names_identify(struct vm_names *names, pid_t pid,
		       struct vm_identity *vm)
{
	size_t at = find(names, pid);

	if (at < names->count && names->vms[at].pid == pid) {
		*vm = names->vms[at];
		return;
	}
	host_vm_identify(pid, vm);
	keep(names, at, vm);
}
