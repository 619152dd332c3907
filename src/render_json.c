// SPDX-License-Identifier: GPL-2.0-only
#include "render.h"

#include "json_out.h"
#include "json_parts.h"

/* What the IOMMU posts, the host cannot count: none, or not known. */
static void add_paths(struct json_out *out, struct json_object *parent,
		      const char *key, const struct vector_snapshot *vector,
		      const uint64_t paths[PATH_COUNT])
{
	struct json_object *object = json_out_object(out, parent, key);

	for (int i = 0; i < PATH_COUNT; i++)
		json_out_uint(out, object, path_name(i), paths[i]);
	if (vector->ever_posted == KNOWN_NO)
		json_out_uint(out, object, "posted", 0);
	else
		json_out_null(out, object, "posted");
}

static void add_targets(struct json_out *out, struct json_object *parent,
			const struct vector_snapshot *vector)
{
	struct json_object *array = json_out_array(out, parent, "targets");

	for (size_t i = 0; i < vector->target_count; i++) {
		const struct target *target = &vector->targets[i];
		struct json_object *object = json_out_object(out, array, NULL);

		json_out_known(out, object, "vcpu", target->vcpu);
		json_out_known(out, object, "guest_vector",
			       target->guest_vector);
		json_out_uint(out, object, "count", target->count);
	}
}

static void add_cpus(struct json_out *out, struct json_object *parent,
		     const char *key, const struct cpu_count *cpus,
		     size_t count)
{
	struct json_object *array = json_out_array(out, parent, key);

	for (size_t i = 0; i < count; i++) {
		struct json_object *object = json_out_object(out, array, NULL);

		json_out_uint(out, object, "cpu", cpus[i].cpu);
		json_out_uint(out, object, "count", cpus[i].count);
	}
}

static void add_vector(struct json_out *out, struct json_object *array,
		       const void *vectors, size_t nth)
{
	const struct vector_snapshot *vector =
		(const struct vector_snapshot *)vectors + nth;
	struct json_object *object = json_out_object(out, array, NULL);

	json_add_name(out, object, &vector->name);
	json_out_known(out, object, "irq", vector->irq);
	json_out_uint(out, object, "count", vector->count);
	json_out_uint(out, object, "count_delta", vector->count_delta);
	json_out_bool(out, object, "countable", !vector_is_posted(vector));
	add_paths(out, object, "paths", vector, vector->paths);
	add_paths(out, object, "paths_delta", vector, vector->paths_delta);
	json_add_known(out, object, "ever_posted", vector->ever_posted);
	json_add_vm(out, object, &vector->vm);
	add_targets(out, object, vector);
	add_cpus(out, object, "cpus", vector->cpus, vector->cpu_count);
	json_add_configured(out, object, &vector->configured);
	json_out_uint(out, object, "posting_changes", vector->posting_changes);
	json_out_uint(out, object, "posting_failures",
		      vector->posting_failures);
}

static void add_host_vectors(struct json_out *out, const struct snapshot *s)
{
	struct json_object *object =
		json_out_object(out, out->record, "host_vectors");

	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		if (s->host_vector_known[i])
			json_out_uint(out, object, host_vector_name(i),
				      s->host_vectors[i]);
		else
			json_out_null(out, object, host_vector_name(i));
	}
}

/* How they came about, CPU by CPU; null where a counter is not known. */
static void add_host_vector_cpus(struct json_out *out, const struct snapshot *s)
{
	struct json_object *object =
		json_out_object(out, out->record, "host_vector_cpus");

	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		const char *name = host_vector_name(i);

		if (s->host_vector_known[i])
			add_cpus(out, object, name, s->host_vector_cpus[i],
				 s->host_vector_cpu_count[i]);
		else
			json_out_null(out, object, name);
	}
}

static void add_wakeups(struct json_out *out, const struct snapshot *s)
{
	struct json_object *array;

	if (!s->wakeups_known) {
		json_out_null(out, out->record, "woken_vcpus");
		return;
	}
	array = json_out_array(out, out->record, "woken_vcpus");
	for (size_t i = 0; i < s->wakeup_count; i++) {
		struct json_object *object = json_out_object(out, array, NULL);

		json_add_vm(out, object, &s->wakeups[i].vm);
		json_out_known(out, object, "vcpu", s->wakeups[i].vcpu);
		json_out_uint(out, object, "count", s->wakeups[i].count);
	}
}

static void add_injection(struct json_out *out, struct json_object *array,
			  const void *injections, size_t nth)
{
	const struct injection_count *injection =
		(const struct injection_count *)injections + nth;
	struct json_object *object = json_out_object(out, array, NULL);

	json_add_vm(out, object, &injection->vm);
	json_out_known(out, object, "vcpu", injection->vcpu);
	json_out_known(out, object, "guest_vector", injection->guest_vector);
	json_out_uint(out, object, "count", injection->count);
}

/* Only where they were asked for. */
static void add_injections(struct json_out *out, const struct snapshot *s)
{
	static const char key[] = "other_injection_targets";

	if (s->has_injections && !s->other_injections_known)
		json_out_null(out, out->record, key);
	else if (s->has_injections)
		json_out_items(out, key, add_injection, s->injections,
			       s->injection_count);
}

static void add_uint_or_null(struct json_out *out, const char *key, bool known,
			     uint64_t value)
{
	if (known)
		json_out_uint(out, out->record, key, value);
	else
		json_out_null(out, out->record, key);
}

static void add_lost(struct json_out *out, const struct snapshot *s)
{
	struct json_object *object = json_out_object(out, out->record, "lost");

	for (int i = 0; i < LOST_KIND_COUNT; i++)
		json_out_uint(out, object, loss_name(i), s->lost[i]);
}

static void add_snapshot(struct json_out *out, const struct snapshot *s)
{
	json_out_uint(out, out->record, "interval_ns", s->interval_ns);
	json_out_uint(out, out->record, "duration_ns", s->duration_ns);
	json_out_items(out, "vectors", add_vector, s->vectors, s->vector_count);
	add_uint_or_null(out, "other_injections", s->other_injections_known,
			 s->other_injections);
	add_injections(out, s);
	add_uint_or_null(out, "running_injections", s->running_injections_known,
			 s->running_injections);
	add_host_vectors(out, s);
	add_host_vector_cpus(out, s);
	add_uint_or_null(out, "wakeup_events", s->wakeup_events_known,
			 s->wakeup_events);
	add_wakeups(out, s);
	add_lost(out, s);
}

int render_json_start(FILE *file, const struct run_info *info, int64_t time_ns,
		      uint64_t ts_ns)
{
	struct json_out out;

	json_out_begin(&out, "start", time_ns, ts_ns);
	json_out_uint(&out, out.record, "interval_ns", info->interval_ns);
	json_add_run(&out, info);
	return json_out_write(&out, file);
}

int render_json_probes(FILE *file, const struct run_info *info, int64_t time_ns,
		       uint64_t ts_ns)
{
	struct json_out out;

	json_out_begin(&out, "probes", time_ns, ts_ns);
	json_add_run(&out, info);
	return json_out_write(&out, file);
}

int render_json_snapshot(FILE *file, const struct snapshot *s)
{
	struct json_out out;

	json_out_begin(&out, "snapshot", s->time_ns, s->ts_ns);
	add_snapshot(&out, s);
	return json_out_write(&out, file);
}

int render_json_end(FILE *file, const struct snapshot *s, const char *reason)
{
	struct json_out out;

	json_out_begin(&out, "end", s->time_ns, s->ts_ns);
	add_snapshot(&out, s);
	json_out_string(&out, out.record, "reason", reason);
	return json_out_write(&out, file);
}

static void add_frame(struct json_out *out, struct json_object *array,
		      const struct frame *frame)
{
	struct json_object *object = json_out_object(out, array, NULL);
	json_out_string(out, object, "symbol", frame->symbol);
	json_out_string(out, object, "module", frame->module);
	if (frame->symbol)
		json_out_uint(out, object, "offset_bytes", frame->offset_bytes);
	else
		json_out_null(out, object, "offset_bytes");
	json_out_hex(out, object, "address", frame->address);
}

static void add_stack(struct json_out *out, struct json_object *array,
		      const struct counted_stack *stack)
{
	struct json_object *object = json_out_object(out, array, NULL);
	const char *label = stack_label_name(stack->label);
	bool event = stack_is_of_event(stack);
	struct json_object *frames;

	json_add_name(out, object, stack->has_vector ? &stack->vector : NULL);
	json_out_string(out, object, "path", event ? NULL : label);
	json_out_string(out, object, "event", event ? label : NULL);
	json_out_uint(out, object, "count", stack->count);
	frames = json_out_array(out, object, "frames");
	for (size_t i = 0; i < stack->frame_count; i++)
		add_frame(out, frames, &stack->frames[i]);
}

int render_json_stacks(FILE *file, const struct stack_list *list,
		       int64_t time_ns, uint64_t ts_ns)
{
	struct json_object *stacks;
	struct json_out out;

	json_out_begin(&out, "stacks", time_ns, ts_ns);
	stacks = json_out_array(&out, out.record, "stacks");
	for (size_t i = 0; i < list->count; i++)
		add_stack(&out, stacks, &list->stacks[i]);
	return json_out_write(&out, file);
}

int render_json_change(FILE *file, const struct change *change)
{
	struct json_out out;

	json_out_begin(&out, "event", change->time_ns, change->ts_ns);
	json_out_string(&out, out.record, "event", change_name(change->kind));
	json_add_name(&out, out.record,
		      change->has_vector ? &change->vector : NULL);
	json_out_known(&out, out.record, "irq", change->irq);
	json_out_int(&out, out.record, "result", change->result);
	json_out_known(&out, out.record, "gsi", change->gsi);
	json_out_known(&out, out.record, "vcpu", change->vcpu);
	json_out_known(&out, out.record, "guest_vector", change->guest_vector);
	if (change->descriptor)
		json_out_hex(&out, out.record, "descriptor",
			     change->descriptor);
	else
		json_out_null(&out, out.record, "descriptor");
	json_add_vm(&out, out.record, &change->vm);
	return json_out_write(&out, file);
}

int render_json_error(FILE *file, const char *message, int64_t time_ns,
		      uint64_t ts_ns)
{
	struct json_out out;

	json_out_begin(&out, "error", time_ns, ts_ns);
	json_out_string(&out, out.record, "message", message);
	return json_out_write(&out, file);
}
