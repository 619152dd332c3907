// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "collect.h"
#include "collect_posting.h"
#include "collect_runs.h"
#include "collect_wakeups.h"
#include "host.h"
#include "host_counts.h"
#include "host_vectors.h"
#include "tracer.h"

struct collector {
	const struct tracer *tracer;
	struct host_counts *host_counts;
	struct host_vectors *host_vectors;
	/* The last name each slot's VM had, for when its process is gone. */
	struct vm_identity *vms;
	struct posting_collector *posting;
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
	posting_collector_free(collector->posting);
	free(collector);
}

/* A process can be renamed, and its id can become another VM's. */
static void identify_vm(struct collector *collector, uint32_t slot, pid_t pid,
			struct vm_identity *vm)
{
	struct vm_identity *known = &collector->vms[slot];

	if (!pid)
		return;
	if (known->pid != pid)
		*known = (struct vm_identity){.known = true, .pid = pid};
	(void)host_process_comm(pid, known->comm, sizeof(known->comm));
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

/* @vcpu and @guest_vector -1: not known. */
static int add_target(struct vector_snapshot *vector, int vcpu,
		      int guest_vector, uint64_t count)
{
	struct target *larger;

	for (size_t i = 0; i < vector->target_count; i++)
		if (vector->targets[i].vcpu == vcpu &&
		    vector->targets[i].guest_vector == guest_vector) {
			vector->targets[i].count += count;
			return 0;
		}
	larger = realloc(vector->targets,
			 (vector->target_count + 1) * sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	vector->targets = larger;
	larger[vector->target_count].vcpu = vcpu;
	larger[vector->target_count].guest_vector = guest_vector;
	larger[vector->target_count++].count = count;
	return 0;
}

static int add_cell(struct snapshot *snapshot, const struct cell *cell)
{
	struct vector_snapshot *vector;
	uint64_t total = 0;
	int err = 0;

	if (!cell->slot || cell->slot > snapshot->vector_count)
		return 0;
	vector = &snapshot->vectors[cell->slot - 1];
	for (int path = 0; path < PATH_COUNT; path++) {
		uint64_t count = cell->paths[path];

		vector->paths[path] += count;
		total += count;
	}
	if (total)
		err = snapshot_add_cpu(&vector->cpus, &vector->cpu_count,
				       cell->cpu, total);
	for (int i = 0; i < CELL_TARGETS && !err; i++)
		if (cell->targets[i].count)
			err = add_target(vector, (int)cell->targets[i].vcpu,
					 (int)cell->targets[i].guest_vector,
					 cell->targets[i].count);
	if (!err && cell->unseen_targets)
		err = add_target(vector, -1, -1, cell->unseen_targets);
	return err;
}

static void read_cell(const struct map_views *views, uint32_t id,
		      struct cell *cell)
{
	const volatile struct cell *source = &views->cells[id];

	cell->slot = source->slot;
	cell->cpu = source->cpu;
	for (int path = 0; path < PATH_COUNT; path++)
		cell->paths[path] = source->paths[path];
	cell->unseen_targets = source->unseen_targets;
	for (int i = 0; i < CELL_TARGETS; i++) {
		cell->targets[i].count = source->targets[i].count;
		cell->targets[i].vcpu = source->targets[i].vcpu;
		cell->targets[i].guest_vector = source->targets[i].guest_vector;
	}
}

/*
 * Adds the runs that are over and in no counter. One that has been closed
 * since the cells were read is in its cell now, and was perhaps not then.
 */
static void settle_runs(const struct map_views *views,
			const struct open_runs *open, struct cell *cells)
{
	for (size_t i = 0; i < open->count; i++) {
		const struct open_run *run = &open->runs[i];
		struct unclaimed_run unclaimed;

		/* What belongs to no vector goes to cells[0]: nobody's. */
		if (open_run_is_over(views, run, &unclaimed))
			cells[unclaimed.cell].paths[unclaimed.path]++;
		else if (run->cell)
			read_cell(views, run->cell, &cells[run->cell]);
	}
}

static int read_cells(const struct map_views *views,
		      const struct open_runs *open, struct snapshot *snapshot)
{
	uint32_t end = map_views_cell_end(views);
	struct cell *cells = calloc(end, sizeof(*cells));
	int err = 0;

	if (!cells)
		return -ENOMEM;
	for (uint32_t i = 1; i < end; i++)
		read_cell(views, i, &cells[i]);
	settle_runs(views, open, cells);
	for (uint32_t i = 1; i < end && !err; i++)
		err = add_cell(snapshot, &cells[i]);
	free(cells);
	return err;
}

static int read_targets(const struct tracer *tracer, struct snapshot *snapshot)
{
	int fd = tracer_map_fd(tracer, "targets");
	struct target_key key, *at = NULL;
	uint64_t count;
	int err = 0;

	while (!err && !bpf_map_get_next_key(fd, at, &key)) {
		at = &key;
		if (!key.slot || key.slot > snapshot->vector_count ||
		    bpf_map_lookup_elem(fd, &key, &count))
			continue;
		err = add_target(&snapshot->vectors[key.slot - 1],
				 (int)key.vcpu, (int)key.guest_vector, count);
	}
	return err;
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

/* Also those that a run which is over has noted, being the CPU's last one. */
static void read_other_injections(const struct map_views *views,
				  const struct open_runs *open,
				  struct snapshot *snapshot)
{
	uint64_t sum, waiting, again;

	do {
		sum = 0;
		waiting = open_runs_delivered(views, open);
		for (uint32_t cpu = 0; cpu < views->cpus; cpu++)
			sum += views->cpu_states[cpu].other_injections;
		again = open_runs_delivered(views, open);
	} while (again < waiting);
	snapshot->other_injections = sum + waiting;
}

/* Until here the vector of slot n was at n - 1. */
static void drop_ignored(const struct map_views *views,
			 struct snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->vector_count; i++)
		if (!views->slots[i + 1].ignored)
			snapshot->vectors[kept++] = snapshot->vectors[i];
	snapshot->vector_count = kept;
}

static int read_runs(const struct map_views *views, struct snapshot *snapshot)
{
	struct open_runs open = {.runs = NULL};
	int err = open_runs_note(views, &open);

	if (err)
		return err;
	err = read_cells(views, &open, snapshot);
	read_other_injections(views, &open, snapshot);
	open_runs_free(&open);
	return err;
}

static int fill(struct collector *collector, struct snapshot *snapshot)
{
	const struct tracer *tracer = collector->tracer;
	const struct map_views *views = tracer_views(tracer);
	int err = 0;

	for (size_t i = 0; i < snapshot->vector_count && !err; i++)
		err = describe_vector(collector, (uint32_t)i + 1,
				      &snapshot->vectors[i]);
	if (!err)
		err = read_runs(views, snapshot);
	if (!err)
		err = read_targets(tracer, snapshot);
	if (err)
		return err;
	read_cpu_states(views, snapshot);
	snapshot->other_injections_known = tracer_injections_known(tracer);
	snapshot->running_injections_known = tracer_intel_known(tracer);
	snapshot->lost[LOST_SKIPPED_RUN] = tracer_skipped_runs(tracer);
	err = host_counts_read(collector->host_counts, snapshot);
	if (!err)
		err = host_vectors_read(collector->host_vectors, snapshot);
	if (!err)
		err = collect_wakeups(tracer, snapshot);
	collect_posting(collector->posting, snapshot);
	drop_ignored(views, snapshot);
	return err;
}

int collect(struct collector *collector, const struct snapshot *previous,
	    struct snapshot **snapshot)
{
	const struct map_views *views = tracer_views(collector->tracer);
	int err;

	*snapshot = snapshot_new(map_views_slot_end(views) - 1);
	if (!*snapshot)
		return -ENOMEM;
	(*snapshot)->time_ns = clock_realtime_ns();
	(*snapshot)->ts_ns = clock_monotonic_ns();
	err = fill(collector, *snapshot);
	if (err) {
		snapshot_free(*snapshot);
		*snapshot = NULL;
		return err;
	}
	snapshot_finish(*snapshot, previous,
			tracer_start_ns(collector->tracer));
	return 0;
}
