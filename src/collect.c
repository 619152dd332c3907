// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "collect.h"
#include "collect_cells.h"
#include "collect_injections.h"
#include "collect_posting.h"
#include "collect_runs.h"
#include "collect_wakeups.h"
#include "host_counts.h"
#include "host_vectors.h"
#include "map_walk.h"
#include "tracer.h"
#include "vm_names.h"

struct collector {
	const struct tracer *tracer;
	struct host_counts *host_counts;
	struct host_vectors *host_vectors;
	/* The last name each slot's VM had, for when its process is gone. */
	struct vm_identity *vms;
	struct posting_collector *posting;
	struct vm_names names; /* of this snapshot */
};

struct collector *collector_new(const struct tracer *tracer)
{
	struct collector *collector = calloc(1, sizeof(*collector));

	if (!collector)
		return NULL;
	collector->tracer = tracer;
	collector->host_counts = host_counts_new(tracer);
	collector->vms = calloc(tracer_views(tracer)->slot_room,
				sizeof(*collector->vms));
	collector->host_vectors = host_vectors_new(tracer);
	collector->posting = posting_collector_new(tracer);
	if (collector->host_counts && collector->host_vectors &&
	    collector->vms && collector->posting)
		return collector;
	collector_free(collector);
	return NULL;
}

void collector_free(struct collector *collector)
{
	if (!collector)
		return;
	host_counts_free(collector->host_counts);
	host_vectors_free(collector->host_vectors);
	free(collector->vms);
	vm_names_free(&collector->names);
	posting_collector_free(collector->posting);
	free(collector);
}

/* A process can be renamed, and its id can become another VM's. */
static void identify_vm(struct collector *collector, uint32_t slot, pid_t pid,
			struct vm_identity *vm)
{
	struct vm_identity *known = &collector->vms[slot], now;

	if (!pid)
		return;
	vm_names_identify(&collector->names, pid, &now);
	if (known->pid != pid || *now.comm)
		*known = now;
	*vm = *known;
}

static int describe_vector(struct collector *collector, uint32_t slot,
			   struct vector_snapshot *vector)
{
	const volatile struct vector_slot *source =
		&tracer_views(collector->tracer)->slots[slot];
	char text[VECTOR_NAME_LEN];
	struct vector_name name;
	int err;

	/* Not const volatile: names do not change once they are there. */
	memcpy(text, (const char *)source->name, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	err = vector_name_parse(text, &name);
	if (err)
		return err;
	vector->name = name;
	vector->irq = source->irq ? (int)source->irq : -1;
	identify_vm(collector, slot, source->vm_pid, &vector->vm);
	return 0;
}

static int add_target(void *arg, const void *key, const void *value)
{
	const struct target_key *target = key;
	struct snapshot *snapshot = arg;

	if (!target->slot || target->slot > snapshot->vector_count)
		return 0;
	return snapshot_add_target(&snapshot->vectors[target->slot - 1],
				   (int)target->vcpu, (int)target->guest_vector,
				   *(const uint64_t *)value);
}

/*
 * Those that had no room in their cells. The map is left alone while it has
 * none: the kernel skips kprobes on a CPU that reads a map.
 */
static int read_targets(const struct tracer *tracer, struct snapshot *snapshot)
{
	if (!tracer_views(tracer)->globals->more_targets)
		return 0;
	return map_walk(tracer_map_fd(tracer, "targets"),
			sizeof(struct target_key), sizeof(uint64_t), add_target,
			snapshot);
}

static void read_cpu_states(const struct map_views *views,
			    struct snapshot *snapshot)
{
	static const enum loss_kind kinds[LOSS_IN_BPF_COUNT] = {
		[LOSS_VECTOR_TABLE_FULL] = LOST_VECTOR_TABLE_FULL,
		[LOSS_UNREGISTERED_VECTOR] = LOST_UNREGISTERED_VECTOR,
		[LOSS_COUNTER_TABLE_FULL] = LOST_COUNTER_TABLE_FULL,
		[LOSS_TARGET_TABLE_FULL] = LOST_TARGET_TABLE_FULL,
		[LOSS_STACK] = LOST_STACK,
		[LOSS_EVENT] = LOST_EVENT,
		[LOSS_WAKEUP] = LOST_WAKEUP,
	};

	for (uint32_t cpu = 0; cpu < views->cpus; cpu++) {
		const volatile struct cpu_state *state =
			&views->cpu_states[cpu];

		snapshot->running_injections += state->running_injections;
		snapshot->wakeup_events += state->wakeup_events;
		for (int i = 0; i < LOSS_IN_BPF_COUNT; i++)
			snapshot->lost[kinds[i]] += state->lost[i];
	}
}

/* Until here the vector of slot n was at n - 1. */
static void drop_ignored(const struct map_views *views,
			 struct snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->vector_count; i++) {
		if (views->slots[i + 1].ignored)
			continue;
		if (kept < i)
			snapshot->vectors[kept] = snapshot->vectors[i];
		kept++;
	}
	snapshot->vector_count = kept;
}

static int read_runs(struct collector *collector, struct snapshot *snapshot)
{
	const struct map_views *views = tracer_views(collector->tracer);
	struct open_runs open = {.runs = NULL};
	int err = open_runs_note(views, &open);

	if (err)
		return err;
	/* Not before: noting them waits. */
	snapshot->time_ns = clock_realtime_ns();
	snapshot->ts_ns = clock_monotonic_ns();
	err = collect_cells(views, &open, snapshot);
	if (!err)
		err = collect_injections(
			views, tracer_injection_targets(collector->tracer),
			&open, &collector->names, snapshot);
	open_runs_free(&open);
	return err;
}

static int fill(struct collector *collector, struct snapshot *snapshot,
		enum collect_extent extent)
{
	const struct tracer *tracer = collector->tracer;
	const struct map_views *views = tracer_views(tracer);
	bool at_once = extent == COLLECT_ALL;
	int err = 0;

	vm_names_forget(&collector->names);
	/* Before open runs: a stack that one has lost could be in both. */
	read_cpu_states(views, snapshot);
	for (size_t i = 0; i < snapshot->vector_count && !err; i++)
		err = describe_vector(collector, (uint32_t)i + 1,
				      &snapshot->vectors[i]);
	if (!err)
		err = read_runs(collector, snapshot);
	if (!err)
		err = read_targets(tracer, snapshot);
	if (err)
		return err;
	snapshot->other_injections_known = tracer_injections_known(tracer);
	snapshot->running_injections_known = tracer_intel_known(tracer);
	snapshot->lost[LOST_SKIPPED_RUN] = tracer_skipped_runs(tracer);
	err = host_counts_read(collector->host_counts, snapshot, at_once);
	if (!err)
		err = host_vectors_read(collector->host_vectors, snapshot,
					at_once);
	if (!err)
		err = collect_wakeups(tracer, &collector->names, snapshot);
	collect_posting(collector->posting, snapshot, &collector->names,
			at_once);
	drop_ignored(views, snapshot);
	return err;
}

int collect(struct collector *collector, const struct snapshot *previous,
	    enum collect_extent extent, struct snapshot **snapshot)
{
	const struct map_views *views = tracer_views(collector->tracer);
	int err;

	*snapshot = snapshot_new(map_views_slot_end(views) - 1);
	if (!*snapshot)
		return -ENOMEM;
	err = fill(collector, *snapshot, extent);
	if (err) {
		snapshot_free(*snapshot);
		*snapshot = NULL;
		return err;
	}
	snapshot_finish(*snapshot, previous,
			tracer_start_ns(collector->tracer));
	return 0;
}
