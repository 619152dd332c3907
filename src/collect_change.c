// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "clock.h"
#include "collect_change.h"
#include "host.h"
#include "tracer.h"

static bool name_vector(const struct map_views *views, uint32_t slot,
			struct vector_name *name)
{
	char text[VECTOR_NAME_LEN];

	if (slot == SLOT_NONE || slot >= map_views_slot_end(views))
		return false;
	memcpy(text, (const char *)views->slots[slot].name, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	return !vector_name_parse(text, name);
}

void collect_change(const struct tracer *tracer,
		    const struct change_event *event, struct change *change)
{
	uint64_t ago_ns = clock_monotonic_ns() - event->ts_ns;

	*change = (struct change){
		.time_ns = clock_realtime_ns() - (int64_t)ago_ns,
		.ts_ns = event->ts_ns,
		.kind = (enum change_kind)event->kind,
		.result = event->result,
		.irq = event->irq,
		.gsi = event->gsi,
		.vcpu = event->vcpu,
		.guest_vector = event->guest_vector,
		.descriptor = event->descriptor,
	};
	change->has_vector =
		name_vector(tracer_views(tracer), event->slot, &change->vector);
	if (event->vm_pid > 0)
		host_vm_identify(event->vm_pid, &change->vm);
}
