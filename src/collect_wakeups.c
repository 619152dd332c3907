// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "collect_wakeups.h"
#include "map_walk.h"
#include "tracer.h"

/* Of one reading. */
struct wakeups {
	struct snapshot *snapshot;
	struct vm_names *names;
	size_t room;
};

static int make_room(struct wakeups *wakeups)
{
	struct snapshot *snapshot = wakeups->snapshot;
	size_t room = wakeups->room ? 2 * wakeups->room : 16;
	struct wakeup_count *larger;

	if (snapshot->wakeup_count < wakeups->room)
		return 0;
	larger = reallocarray(snapshot->wakeups, room, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	snapshot->wakeups = larger;
	wakeups->room = room;
	return 0;
}

static int add_wakeup(void *arg, const void *entry, const void *value)
{
	const struct wakeup_key *key = entry;
	struct wakeups *wakeups = arg;
	struct wakeup_count *added;
	int err = make_room(wakeups);

	if (err)
		return err;
	added = &wakeups->snapshot->wakeups[wakeups->snapshot->wakeup_count++];
	*added = (struct wakeup_count){.vcpu = key->vcpu,
				       .count = *(const uint64_t *)value};
	vm_names_identify(wakeups->names, key->vm_pid, &added->vm);
	return 0;
}

int collect_wakeups(const struct tracer *tracer, struct vm_names *names,
		    struct snapshot *snapshot)
{
	struct wakeups wakeups = {.snapshot = snapshot, .names = names};

	snapshot->wakeup_events_known = tracer_wakeups_known(tracer);
	snapshot->wakeups_known = tracer_sleepers_known(tracer);
	/* There are none: see read_targets() of collect.c. */
	if (!snapshot->wakeup_events)
		return 0;
	return map_walk(tracer_map_fd(tracer, "wakeups"),
			sizeof(struct wakeup_key), sizeof(uint64_t), add_wakeup,
			&wakeups);
}
