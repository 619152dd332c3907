// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>

#include "json_parts_in.h"
#include "saved_parts.h"

static void read_paths(const struct json_at *at, const char *key,
		       uint64_t paths[PATH_COUNT])
{
	struct json_at object = json_in_object(at, key, NULL);

	for (int i = 0; i < PATH_COUNT; i++)
		paths[i] =
			json_in_uint(&object, path_name((enum delivery_path)i));
}

static void read_target(const struct json_at *at, void *item)
{
	struct target *target = item;

	target->vcpu = json_in_known(at, "vcpu");
	target->guest_vector = json_in_known(at, "guest_vector");
	target->count = json_in_uint(at, "count");
}

static void read_cpu(const struct json_at *at, void *item)
{
	struct cpu_count *cpu = item;

	cpu->cpu = (unsigned int)json_in_upto(at, "cpu", INT_MAX);
	cpu->count = json_in_uint(at, "count");
}

static void read_vector(const struct json_at *at, void *item)
{
	struct vector_snapshot *vector = item;

	json_in_name(at, &vector->name);
	vector->irq = json_in_known(at, "irq");
	vector->count = json_in_uint(at, "count");
	vector->count_delta = json_in_uint(at, "count_delta");
	read_paths(at, "paths", vector->paths);
	read_paths(at, "paths_delta", vector->paths_delta);
	vector->ever_posted = json_in_known_bool(at, "ever_posted");
	json_in_vm(at, &vector->vm);
	vector->targets =
		json_in_items(at, "targets", NULL, read_target,
			      sizeof(*vector->targets), &vector->target_count);
	vector->cpus = json_in_items(at, "cpus", NULL, read_cpu,
				     sizeof(*vector->cpus), &vector->cpu_count);
	json_in_configured(at, &vector->configured);
	vector->posting_changes = json_in_uint(at, "posting_changes");
	vector->posting_failures = json_in_uint(at, "posting_failures");
}

static void read_host_vectors(const struct json_at *at, struct snapshot *s)
{
	struct json_at totals = json_in_object(at, "host_vectors", NULL);
	struct json_at by_cpu = json_in_object(at, "host_vector_cpus", NULL);

	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		const char *name = host_vector_name((enum host_vector)i);
		bool known;

		s->host_vector_known[i] =
			json_in_uint_known(&totals, name, &s->host_vectors[i]);
		s->host_vector_cpus[i] =
			json_in_items(&by_cpu, name, &known, read_cpu,
				      sizeof(**s->host_vector_cpus),
				      &s->host_vector_cpu_count[i]);
		json_in_both(&by_cpu, name, known, s->host_vector_known[i]);
	}
}

static void read_injection(const struct json_at *at, void *item)
{
	struct injection_count *injection = item;

	json_in_vm(at, &injection->vm);
	injection->vcpu = json_in_known(at, "vcpu");
	injection->guest_vector = json_in_known(at, "guest_vector");
	injection->count = json_in_uint(at, "count");
}

/* What is left of all is shown, too. */
static void check_injections(const struct json_at *at, const char *key,
			     const struct snapshot *s)
{
	uint64_t rest = s->other_injections;

	for (size_t i = 0; i < s->injection_count; i++) {
		if (s->injections[i].count > rest) {
			json_in_wrong(at, key,
				      "more than other_injections altogether");
			return;
		}
		rest -= s->injections[i].count;
	}
}

/* Only where they were asked for. */
static void read_injections(const struct json_at *at, struct snapshot *s)
{
	static const char key[] = "other_injection_targets";
	bool known;

	s->has_injections = json_in_has(at, key);
	if (!s->has_injections)
		return;
	s->injections =
		json_in_items(at, key, &known, read_injection,
			      sizeof(*s->injections), &s->injection_count);
	json_in_both(at, key, known, s->other_injections_known);
	check_injections(at, key, s);
}

static void read_wakeup(const struct json_at *at, void *item)
{
	struct wakeup_count *wakeup = item;

	json_in_vm(at, &wakeup->vm);
	wakeup->vcpu = json_in_known(at, "vcpu");
	wakeup->count = json_in_uint(at, "count");
}

static void read_lost(const struct json_at *at, struct snapshot *s)
{
	struct json_at object = json_in_object(at, "lost", NULL);

	for (int i = 0; i < LOST_KIND_COUNT; i++)
		s->lost[i] =
			json_in_uint(&object, loss_name((enum loss_kind)i));
}

static void read_snapshot(const struct json_at *at, struct snapshot *s)
{
	s->interval_ns = json_in_uint(at, "interval_ns");
	s->duration_ns = json_in_uint(at, "duration_ns");
	s->vectors = json_in_items(at, "vectors", NULL, read_vector,
				   sizeof(*s->vectors), &s->vector_count);
	s->other_injections_known = json_in_uint_known(at, "other_injections",
						       &s->other_injections);
	read_injections(at, s);
	s->running_injections_known = json_in_uint_known(
		at, "running_injections", &s->running_injections);
	read_host_vectors(at, s);
	s->wakeup_events_known =
		json_in_uint_known(at, "wakeup_events", &s->wakeup_events);
	s->wakeups =
		json_in_items(at, "woken_vcpus", &s->wakeups_known, read_wakeup,
			      sizeof(*s->wakeups), &s->wakeup_count);
	read_lost(at, s);
}

void saved_snapshot_read(const struct json_at *at, struct saved_record *saved)
{
	saved->snapshot = snapshot_new(0);
	if (!saved->snapshot) {
		at->in->error = -ENOMEM;
		return;
	}
	saved->record.snapshot = saved->snapshot;
	saved->snapshot->time_ns = saved->record.time_ns;
	saved->snapshot->ts_ns = saved->record.ts_ns;
	read_snapshot(at, saved->snapshot);
}
