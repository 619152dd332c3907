// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#include "collect_wakeups.h"
#include "host.h"
#include "tracer.h"

static int add_wakeup(struct snapshot *snapshot, const struct wakeup_key *key,
		      uint64_t count)
{
	struct wakeup_count *larger;

	larger = reallocarray(snapshot->wakeups, snapshot->wakeup_count + 1,
			      sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	snapshot->wakeups = larger;
	larger += snapshot->wakeup_count++;
	*larger = (struct wakeup_count){.vcpu = key->vcpu, .count = count};
	host_vm_identify(key->vm_pid, &larger->vm);
	return 0;
}

int collect_wakeups(const struct tracer *tracer, struct snapshot *snapshot)
{
	int fd = tracer_map_fd(tracer, "wakeups");
	struct wakeup_key key, *at = NULL;
	uint64_t count;
	int err = 0;

	snapshot->wakeup_events_known = tracer_wakeups_known(tracer);
	snapshot->wakeups_known = tracer_sleepers_known(tracer);
	while (!err && !bpf_map_get_next_key(fd, at, &key)) {
		at = &key;
		if (!bpf_map_lookup_elem(fd, &key, &count))
			err = add_wakeup(snapshot, &key, count);
	}
	return err;
}
