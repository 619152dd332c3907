// SPDX-License-Identifier: GPL-2.0-only
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *path_name(enum delivery_path path)
{
	static const char *const names[PATH_COUNT] = {
		[PATH_EVENTFD] = "eventfd",
		[PATH_IRQFD] = "irqfd",
		[PATH_IRQFD_DEFERRED] = "irqfd_deferred",
		[PATH_IRQFD_DROPPED] = "irqfd_dropped",
		[PATH_UNCLAIMED] = "unclaimed",
		[PATH_UNKNOWN] = "unknown",
	};

	return names[path];
}

const char *host_vector_name(enum host_vector vector)
{
	static const char *const names[HOST_VECTOR_COUNT] = {
		[HOST_PIN] = "PIN",
		[HOST_NPI] = "NPI",
		[HOST_PIW] = "PIW",
		[HOST_PMN] = "PMN",
	};

	return names[vector];
}

const char *loss_name(enum loss_kind kind)
{
	static const char *const names[LOST_KIND_COUNT] = {
		[LOST_VECTOR_TABLE_FULL] = "vector_table_full",
		[LOST_UNREGISTERED_VECTOR] = "unregistered_vector",
		[LOST_COUNTER_TABLE_FULL] = "counter_table_full",
		[LOST_TARGET_TABLE_FULL] = "target_table_full",
		[LOST_STACK] = "stack",
		[LOST_EVENT] = "event",
		[LOST_WAKEUP] = "wakeup",
		[LOST_SKIPPED_RUN] = "skipped_run",
		[LOST_UNSEEN_INTERRUPT] = "unseen_interrupt",
	};

	return names[kind];
}

const char *change_name(enum change_kind kind)
{
	static const char *const names[CHANGE_KIND_COUNT] = {
		[CHANGE_POSTED] = "posted",
		[CHANGE_REMAPPED] = "remapped",
		[CHANGE_IRQFD_ASSIGNED] = "irqfd_assigned",
		[CHANGE_IRQFD_SHUTDOWN] = "irqfd_shutdown",
		[CHANGE_BYPASS_CONNECTED] = "bypass_connected",
		[CHANGE_BYPASS_DISCONNECTED] = "bypass_disconnected",
	};

	return names[kind];
}

struct snapshot *snapshot_new(size_t vector_count)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (!snapshot || !vector_count)
		return snapshot;
	snapshot->vectors = calloc(vector_count, sizeof(*snapshot->vectors));
	if (!snapshot->vectors) {
		free(snapshot);
		return NULL;
	}
	snapshot->vector_count = vector_count;
	return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < snapshot->vector_count; i++) {
		free(snapshot->vectors[i].targets);
		free(snapshot->vectors[i].cpus);
	}
	for (int i = 0; i < HOST_VECTOR_COUNT; i++)
		free(snapshot->host_vector_cpus[i]);
	free(snapshot->injections);
	free(snapshot->wakeups);
	free(snapshot->vectors);
	free(snapshot);
}

/* Makes room for one more item; the room doubles whenever it is used up. */
static void *grown(void *items, size_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	return reallocarray(items, count ? 2 * count : 1, size);
}

int snapshot_add_cpu(struct cpu_count **cpus, size_t *cpu_count,
		     unsigned int cpu, uint64_t count)
{
	struct cpu_count *larger = grown(*cpus, *cpu_count, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	*cpus = larger;
	larger[(*cpu_count)++] = (struct cpu_count){cpu, count};
	return 0;
}

int snapshot_add_target(struct vector_snapshot *vector, int vcpu,
			int guest_vector, uint64_t count)
{
	size_t last = vector->target_count - 1;
	struct target *targets = vector->targets;

	/* Mostly a vector has the same one on each CPU. */
	if (vector->target_count && targets[last].vcpu == vcpu &&
	    targets[last].guest_vector == guest_vector) {
		targets[last].count += count;
		return 0;
	}
	targets = grown(targets, vector->target_count, sizeof(*targets));
	if (!targets)
		return -ENOMEM;
	vector->targets = targets;
	targets[vector->target_count++] = (struct target){
		.vcpu = vcpu, .guest_vector = guest_vector, .count = count};
	return 0;
}

int snapshot_add_injections(struct snapshot *snapshot,
			    const struct injection_count *added)
{
	struct injection_count *larger =
		grown(snapshot->injections, snapshot->injection_count,
		      sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	snapshot->injections = larger;
	larger[snapshot->injection_count++] = *added;
	return 0;
}

static int compare(long long a, long long b)
{
	return (a > b) - (a < b);
}

static int compare_vectors(const void *left, const void *right)
{
	const struct vector_snapshot *a = left, *b = right;

	return vector_name_compare(&a->name, &b->name);
}

static int compare_targets(const void *left, const void *right)
{
	const struct target *a = left, *b = right;
	int order = compare(a->vcpu, b->vcpu);

	return order ? order : compare(a->guest_vector, b->guest_vector);
}

static int compare_cpus(const void *left, const void *right)
{
	const struct cpu_count *a = left, *b = right;

	return compare(a->cpu, b->cpu);
}

static int compare_wakeups(const void *left, const void *right)
{
	const struct wakeup_count *a = left, *b = right;
	int order = compare(a->vm.pid, b->vm.pid);

	return order ? order : compare(a->vcpu, b->vcpu);
}

static int compare_injections(const void *left, const void *right)
{
	const struct injection_count *a = left, *b = right;
	int order = compare(a->vm.pid, b->vm.pid);

	if (!order)
		order = compare(a->vcpu, b->vcpu);
	return order ? order : compare(a->guest_vector, b->guest_vector);
}

typedef int order_fn(const void *, const void *);

/* qsort() must not be given NULL, not even for nothing. */
static void sort(void *items, size_t count, size_t size, order_fn *order)
{
	if (count > 1)
		qsort(items, count, size, order);
}

/* Counters only grow; should one not, a delta near 2^64 would be absurd. */
static uint64_t growth(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

/*
 * Orders items of @size bytes, and puts together those that stand for the same
 * one. The count of each is at @count_at. Returns how many are left.
 */
static size_t merge(void *items, size_t count, size_t size, size_t count_at,
		    order_fn *order)
{
	char *item = items, *last = NULL;
	size_t kept = 0;

	sort(items, count, size, order);
	for (size_t i = 0; i < count; i++, item += size) {
		if (last && !order(last, item)) {
			*(uint64_t *)(void *)(last + count_at) +=
				*(uint64_t *)(void *)(item + count_at);
			continue;
		}
		last = last ? last + size : items;
		memmove(last, item, size);
		kept++;
	}
	return kept;
}

static void finish_vector(struct vector_snapshot *vector,
			  const struct vector_snapshot *before)
{
	vector->count = 0;
	vector->count_delta = 0;
	for (int i = 0; i < PATH_COUNT; i++) {
		uint64_t old = before ? before->paths[i] : 0;

		vector->paths_delta[i] = growth(vector->paths[i], old);
		vector->count += vector->paths[i];
		vector->count_delta += vector->paths_delta[i];
	}
	vector->target_count = merge(
		vector->targets, vector->target_count, sizeof(*vector->targets),
		offsetof(struct target, count), compare_targets);
	vector->cpu_count =
		merge(vector->cpus, vector->cpu_count, sizeof(*vector->cpus),
		      offsetof(struct cpu_count, count), compare_cpus);
}

/*
 * The same vector in @previous, whose vectors stand in the same order: *@next
 * goes through them once for all the vectors of the new snapshot.
 */
static const struct vector_snapshot *find_before(
	const struct snapshot *previous, size_t *next,
	const struct vector_snapshot *vector)
{
	while (previous && *next < previous->vector_count) {
		const struct vector_snapshot *old = &previous->vectors[*next];
		int order = compare_vectors(old, vector);

		if (order > 0)
			return NULL;
		if (order == 0)
			return old;
		(*next)++;
	}
	return NULL;
}

void snapshot_finish(struct snapshot *snapshot, const struct snapshot *previous,
		     uint64_t start_ns)
{
	uint64_t since = previous ? previous->ts_ns : start_ns;
	size_t next = 0;

	snapshot->interval_ns = growth(snapshot->ts_ns, since);
	snapshot->duration_ns = growth(snapshot->ts_ns, start_ns);
	snapshot->injection_count = merge(
		snapshot->injections, snapshot->injection_count,
		sizeof(*snapshot->injections),
		offsetof(struct injection_count, count), compare_injections);
	sort(snapshot->wakeups, snapshot->wakeup_count,
	     sizeof(*snapshot->wakeups), compare_wakeups);
	sort(snapshot->vectors, snapshot->vector_count,
	     sizeof(*snapshot->vectors), compare_vectors);
	for (size_t i = 0; i < snapshot->vector_count; i++) {
		struct vector_snapshot *vector = &snapshot->vectors[i];

		finish_vector(vector, find_before(previous, &next, vector));
	}
}

bool vector_is_posted(const struct vector_snapshot *vector)
{
	return vector->configured.path == CONFIGURED_POSTED;
}

const struct vm_identity *vector_vm(const struct vector_snapshot *vector)
{
	const struct configured *configured = &vector->configured;

	return configured->vm.known ? &configured->vm : &vector->vm;
}

uint64_t snapshot_total(const struct snapshot *snapshot)
{
	uint64_t total = 0;

	for (size_t i = 0; i < snapshot->vector_count; i++)
		total += snapshot->vectors[i].count;
	return total;
}

uint64_t snapshot_lost_total(const struct snapshot *snapshot)
{
	uint64_t total = 0;

	for (int i = 0; i < LOST_KIND_COUNT; i++)
		total += snapshot->lost[i];
	return total;
}
