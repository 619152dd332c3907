// SPDX-License-Identifier: GPL-2.0-only
#include "render.h"

#include <inttypes.h>

#include "json_out.h"

static void add_paths(struct json_out *out, struct json_object *parent,
		      const char *key, const uint64_t paths[PATH_COUNT])
{
	struct json_object *object = json_out_object(out, parent, key);

	for (int i = 0; i < PATH_COUNT; i++)
		json_out_uint(out, object, path_name(i), paths[i]);
}

static void add_device(struct json_out *out, struct json_object *parent,
		       const struct pci_address *device, enum vector_kind kind,
		       unsigned int vector)
{
	char address[PCI_ADDRESS_LEN];

	pci_address_format(device, address);
	json_out_string(out, parent, "device", address);
	json_out_string(out, parent, "kind", vector_kind_name(kind));
	json_out_uint(out, parent, "vector", vector);
}

static void add_vm(struct json_out *out, struct json_object *parent,
		   const struct vm_identity *vm)
{
	struct json_object *object;

	if (!vm->known) {
		json_out_null(out, parent, "vm");
		return;
	}
	object = json_out_object(out, parent, "vm");
	json_out_known(out, object, "pid", vm->pid);
	/* The name goes with the process; unknown is null, not "". */
	json_out_string(out, object, "comm", *vm->comm ? vm->comm : NULL);
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
		     const struct vector_snapshot *vector)
{
	struct json_object *array = json_out_array(out, parent, "cpus");

	for (size_t i = 0; i < vector->cpu_count; i++) {
		struct json_object *object = json_out_object(out, array, NULL);

		json_out_uint(out, object, "cpu", vector->cpus[i].cpu);
		json_out_uint(out, object, "count", vector->cpus[i].count);
	}
}

static void add_vector(struct json_out *out, struct json_object *array,
		       const struct vector_snapshot *vector)
{
	struct json_object *object = json_out_object(out, array, NULL);

	add_device(out, object, &vector->device, vector->kind, vector->vector);
	json_out_known(out, object, "irq", vector->irq);
	json_out_uint(out, object, "count", vector->count);
	json_out_uint(out, object, "count_delta", vector->count_delta);
	add_paths(out, object, "paths", vector->paths);
	add_paths(out, object, "paths_delta", vector->paths_delta);
	add_vm(out, object, &vector->vm);
	add_targets(out, object, vector);
	add_cpus(out, object, vector);
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

static void add_lost(struct json_out *out, const struct snapshot *s)
{
	struct json_object *object = json_out_object(out, out->record, "lost");

	for (int i = 0; i < LOST_KIND_COUNT; i++)
		json_out_uint(out, object, loss_name(i), s->lost[i]);
}

static void add_snapshot(struct json_out *out, const struct snapshot *s)
{
	struct json_object *vectors;

	json_out_uint(out, out->record, "interval_ns", s->interval_ns);
	vectors = json_out_array(out, out->record, "vectors");
	for (size_t i = 0; i < s->vector_count; i++)
		add_vector(out, vectors, &s->vectors[i]);
	if (s->other_injections_known)
		json_out_uint(out, out->record, "other_injections",
			      s->other_injections);
	else
		json_out_null(out, out->record, "other_injections");
	add_host_vectors(out, s);
	add_lost(out, s);
}

static void add_probe(struct json_out *out, struct json_object *array,
		      const struct probe_status *probe)
{
	struct json_object *object = json_out_object(out, array, NULL);
	bool off = probe->method == METHOD_OFF;

	json_out_string(out, object, "name", probe->name);
	json_out_string(out, object, "method",
			attach_method_name(probe->method));
	json_out_string(out, object, "module", probe->module);
	json_out_string(out, object, "function", probe->function);
	json_out_string(out, object, "reason",
			*probe->reason ? probe->reason : NULL);
	json_out_bool(out, object, "required", probe->required);
	json_out_string(out, object, "lost_without",
			off ? probe->without : NULL);
}

static int render_run(FILE *file, const char *type, const struct run_info *info,
		      int64_t time_ns, uint64_t ts_ns)
{
	struct json_object *probes;
	struct json_out out;

	json_out_begin(&out, type, time_ns, ts_ns);
	json_out_string(&out, out.record, "version", info->version);
	json_out_string(&out, out.record, "kernel", info->kernel_release);
	probes = json_out_array(&out, out.record, "probes");
	for (size_t i = 0; i < info->probe_count; i++)
		add_probe(&out, probes, &info->probes[i]);
	return json_out_write(&out, file);
}

int render_json_start(FILE *file, const struct run_info *info, int64_t time_ns,
		      uint64_t ts_ns)
{
	return render_run(file, "start", info, time_ns, ts_ns);
}

int render_json_probes(FILE *file, const struct run_info *info, int64_t time_ns,
		       uint64_t ts_ns)
{
	return render_run(file, "probes", info, time_ns, ts_ns);
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
	char address[24];

	/* Readers that keep numbers as doubles would lose its last bits. */
	snprintf(address, sizeof(address), "0x%" PRIx64, frame->address);
	json_out_string(out, object, "symbol", frame->symbol);
	json_out_string(out, object, "module", frame->module);
	if (frame->symbol)
		json_out_uint(out, object, "offset_bytes", frame->offset_bytes);
	else
		json_out_null(out, object, "offset_bytes");
	json_out_string(out, object, "address", address);
}

static void add_stack(struct json_out *out, struct json_object *array,
		      const struct counted_stack *stack)
{
	struct json_object *object = json_out_object(out, array, NULL);
	struct json_object *frames;

	add_device(out, object, &stack->vector.device, stack->vector.kind,
		   stack->vector.vector);
	json_out_string(out, object, "path", path_name(stack->path));
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

int render_json_error(FILE *file, const char *message, int64_t time_ns,
		      uint64_t ts_ns)
{
	struct json_out out;

	json_out_begin(&out, "error", time_ns, ts_ns);
	json_out_string(&out, out.record, "message", message);
	return json_out_write(&out, file);
}
