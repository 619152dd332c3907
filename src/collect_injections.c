// SPDX-License-Identifier: GPL-2.0-only
#include "collect_injections.h"
#include "map_walk.h"

/* Of one reading. */
struct injections {
	struct snapshot *snapshot;
	struct vm_names *names;
	uint64_t noted; /* with their target, by runs that are over */
	uint64_t mapped;
};

static int add(const struct injections *injections,
	       const struct injection_target *to, uint64_t count)
{
	struct injection_count added = {
		.vcpu = to->vcpu,
		.guest_vector = to->guest_vector,
		.count = count,
	};

	vm_names_identify(injections->names, to->vm_pid, &added.vm);
	return snapshot_add_injections(injections->snapshot, &added);
}

static int add_noted(void *arg, const struct injection_target *to)
{
	struct injections *injections = arg;

	injections->noted++;
	return add(injections, to, 1);
}

static int add_mapped(void *arg, const void *key, const void *value)
{
	struct injections *injections = arg;
	uint64_t count = *(const uint64_t *)value;

	injections->mapped += count;
	return add(injections, key, count);
}

static int add_without_target(const struct injections *injections,
			      uint64_t count)
{
	const struct injection_count added = {
		.vcpu = -1,
		.guest_vector = -1,
		.count = count,
	};

	return count ? snapshot_add_injections(injections->snapshot, &added)
		     : 0;
}

static uint64_t sum_of_cpus(const struct map_views *views)
{
	uint64_t sum = 0;

	for (uint32_t cpu = 0; cpu < views->cpus; cpu++)
		sum += views->cpu_states[cpu].other_injections;
	return sum;
}

/* Whatever moves on meanwhile: targets sum up to what is told as a whole. */
static int read_once(const struct map_views *views, int targets,
		     struct open_runs *open, struct injections *injections)
{
	struct snapshot *snapshot = injections->snapshot;
	uint64_t noted = open_runs_delivered(views, open), without;
	int err;

	snapshot->injection_count = 0;
	if (targets < 0) {
		snapshot->other_injections = noted + sum_of_cpus(views);
		return 0;
	}
	err = open_runs_deliveries(views, open, add_noted, injections);
	if (!err)
		err = map_walk(targets, sizeof(struct injection_target),
			       sizeof(uint64_t), add_mapped, injections);
	if (err)
		return err;
	without = noted - injections->noted + sum_of_cpus(views);
	snapshot->other_injections =
		injections->noted + injections->mapped + without;
	return add_without_target(injections, without);
}

int collect_injections(const struct map_views *views, int targets,
		       struct open_runs *open, struct vm_names *names,
		       struct snapshot *snapshot)
{
	int err;

	snapshot->has_injections = targets >= 0;
	do {
		struct injections injections = {.snapshot = snapshot,
						.names = names};

		err = read_once(views, targets, open, &injections);
	} while (!err && open_runs_counted(views, open));
	return err;
}
