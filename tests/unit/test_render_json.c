// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "render.h"

/* 2026-01-31T23:59:58.000000042Z */
#define TIME_NS INT64_C(1769903998000000042)
#define TIME    "2026-01-31T23:59:58.000000042Z"

/* Ends a capture, which has to be one line, and parses it. */
static struct json_object *parse_line(struct capture *capture)
{
	char *text = capture_end(capture);
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *record;
	size_t len = strlen(text);

	assert_true(len > 0);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	assert_null(strstr(text, "\": "));
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
						JSON_TOKENER_VALIDATE_UTF8);
	record = json_tokener_parse_ex(tokener, text, (int)len - 1);
	if (!record)
		record = json_tokener_parse_ex(tokener, "", -1);
	assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
	json_tokener_free(tokener);
	free(text);
	return record;
}

/* The keys of an object, in their order, have to be these. */
static void check_keys(struct json_object *object, const char *keys)
{
	char found[500] = "";

	json_object_object_foreach(object, key, value)
	{
		(void)value;
		strncat(found, key, sizeof(found) - strlen(found) - 1);
		strncat(found, " ", sizeof(found) - strlen(found) - 1);
	}
	assert_string_equal(found, keys);
}

static struct json_object *member(struct json_object *object, const char *key)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(object, key, &value));
	return value;
}

static struct json_object *item(struct json_object *object, const char *key,
				size_t index)
{
	struct json_object *array = member(object, key);

	assert_true(json_object_is_type(array, json_type_array));
	assert_true(index < json_object_array_length(array));
	return json_object_array_get_idx(array, index);
}

static void check_text(struct json_object *object, const char *key,
		       const char *expected)
{
	struct json_object *value = member(object, key);

	if (!expected) {
		assert_null(value);
		return;
	}
	assert_true(json_object_is_type(value, json_type_string));
	assert_string_equal(json_object_get_string(value), expected);
}

static void check_number(struct json_object *object, const char *key,
			 uint64_t expected)
{
	struct json_object *value = member(object, key);

	assert_true(json_object_is_type(value, json_type_int));
	assert_true(json_object_get_uint64(value) == expected);
}

static void check_null(struct json_object *object, const char *key)
{
	assert_null(member(object, key));
}

static void check_head(struct json_object *record, const char *type)
{
	check_text(record, "type", type);
	check_number(record, "schema", 1);
	check_text(record, "time", TIME);
	check_number(record, "ts_ns", 77);
}

static const struct probe_status probes[] = {
	{.name = "handler",
	 .module = "vfio_pci_core",
	 .function = "vfio_msihandler",
	 .method = METHOD_FENTRY,
	 .required = true,
	 .without = "everything"},
	{.name = "irq_exit",
	 .function = "irq_handler_exit",
	 .method = METHOD_TRACEPOINT,
	 .without = "x",
	 .reason = "fell back"},
	{.name = "deliver",
	 .module = "kvm_intel",
	 .function = "vmx_deliver_interrupt",
	 .method = METHOD_OFF,
	 .without = "targets",
	 .reason = "no \"BTF\""},
};

static const struct run_info run = {
	.version = "0.1",
	.kernel_release = "6.1.0-42-amd64",
	.probes = probes,
	.probe_count = ARRAY_SIZE(probes),
};

typedef int run_fn(FILE *, const struct run_info *, int64_t, uint64_t);

static void check_run(run_fn *fn, const char *type)
{
	struct capture capture;
	struct json_object *record, *probe;

	assert_int_equal(fn(capture_begin(&capture), &run, TIME_NS, 77), 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns version kernel probes ");
	check_head(record, type);
	check_text(record, "version", "0.1");
	check_text(record, "kernel", "6.1.0-42-amd64");
	assert_int_equal(json_object_array_length(member(record, "probes")), 3);
	probe = item(record, "probes", 0);
	check_keys(probe, "name method module function reason required "
			  "lost_without ");
	check_text(probe, "name", "handler");
	check_text(probe, "method", "fentry");
	check_text(probe, "module", "vfio_pci_core");
	check_text(probe, "function", "vfio_msihandler");
	check_text(probe, "reason", NULL);
	assert_true(json_object_get_boolean(member(probe, "required")));
	check_text(probe, "lost_without", NULL);
	probe = item(record, "probes", 1);
	check_text(probe, "module", NULL);
	check_text(probe, "reason", "fell back");
	check_text(probe, "lost_without", NULL);
	probe = item(record, "probes", 2);
	check_text(probe, "method", "off");
	check_text(probe, "reason", "no \"BTF\"");
	check_text(probe, "lost_without", "targets");
	assert_false(json_object_get_boolean(member(probe, "required")));
	json_object_put(record);
}

static void start_and_probes(void **state)
{
	(void)state;
	check_run(render_json_start, "start");
	check_run(render_json_probes, "probes");
}

static struct snapshot *make_snapshot(void)
{
	struct snapshot *before = snapshot_new(1), *s = snapshot_new(2);

	set_vector(&before->vectors[0], 3, VECTOR_MSIX, 4, 137, PATH_IRQFD, 10);
	snapshot_finish(before, NULL, 0);
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 4, 137, PATH_IRQFD,
		   UINT64_C(1) << 63);
	s->vectors[0].paths[PATH_EVENTFD] = 2;
	set_target(&s->vectors[0], 1, 0x41, 300);
	s->vectors[0].vm = (struct vm_identity){true, 4321, "qemu \"\xff\x1b"};
	set_vector(&s->vectors[1], 4, VECTOR_INTX, 0, -1, PATH_UNKNOWN, 5);
	set_target(&s->vectors[1], -1, -1, 0);
	s->vectors[1].vm.known = true;
	s->time_ns = TIME_NS;
	s->ts_ns = 77;
	s->lost[LOST_STACK] = 9;
	s->host_vector_known[HOST_PIW] = true;
	s->host_vectors[HOST_PIW] = 0;
	snapshot_finish(s, before, 0);
	snapshot_free(before);
	return s;
}

#define PATH_KEYS                                                              \
	"eventfd irqfd irqfd_deferred irqfd_dropped unclaimed unknown "

static void check_first_vector(struct json_object *vector)
{
	struct json_object *object;

	check_keys(vector, "device kind vector irq count count_delta paths "
			   "paths_delta vm targets cpus ");
	check_text(vector, "device", "0000:03:00.0");
	check_text(vector, "kind", "msix");
	check_number(vector, "vector", 4);
	check_number(vector, "irq", 137);
	check_number(vector, "count", (UINT64_C(1) << 63) + 2);
	check_number(vector, "count_delta", (UINT64_C(1) << 63) - 8);
	object = member(vector, "paths");
	check_keys(object, PATH_KEYS);
	check_number(object, "irqfd", UINT64_C(1) << 63);
	check_number(object, "eventfd", 2);
	check_number(object, "unknown", 0);
	object = member(vector, "paths_delta");
	check_keys(object, PATH_KEYS);
	check_number(object, "irqfd", (UINT64_C(1) << 63) - 10);
	object = member(vector, "vm");
	check_keys(object, "pid comm ");
	check_number(object, "pid", 4321);
	check_text(object, "comm", "qemu \"\xef\xbf\xbd\x1b");
	object = item(vector, "targets", 0);
	check_keys(object, "vcpu guest_vector count ");
	check_number(object, "vcpu", 1);
	check_number(object, "guest_vector", 0x41);
	check_number(object, "count", 1);
	object = item(vector, "cpus", 0);
	check_keys(object, "cpu count ");
	check_number(object, "cpu", 300);
	check_number(object, "count", 1);
}

static void check_snapshot(struct json_object *record)
{
	struct json_object *vector, *object;

	check_number(record, "interval_ns", 77);
	assert_int_equal(json_object_array_length(member(record, "vectors")),
			 2);
	check_first_vector(item(record, "vectors", 0));
	vector = item(record, "vectors", 1);
	check_text(vector, "kind", "intx");
	check_null(vector, "irq");
	check_text(member(vector, "vm"), "comm", NULL);
	object = item(vector, "targets", 0);
	check_null(object, "vcpu");
	check_null(object, "guest_vector");
	check_null(record, "other_injections");
	object = member(record, "host_vectors");
	check_keys(object, "PIN NPI PIW PMN ");
	check_null(object, "PIN");
	check_number(object, "PIW", 0);
	object = member(record, "lost");
	check_keys(object, "vector_table_full unregistered_vector "
			   "counter_table_full target_table_full stack "
			   "skipped_run unseen_interrupt ");
	check_number(object, "stack", 9);
	check_number(object, "skipped_run", 0);
}

static void snapshots(void **state)
{
	struct snapshot *s = make_snapshot();
	struct json_object *record;
	struct capture capture;

	(void)state;
	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns interval_ns vectors "
			   "other_injections host_vectors lost ");
	check_head(record, "snapshot");
	check_snapshot(record);
	json_object_put(record);

	assert_int_equal(render_json_end(capture_begin(&capture), s, "signal"),
			 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns interval_ns vectors "
			   "other_injections host_vectors lost reason ");
	check_head(record, "end");
	check_snapshot(record);
	check_text(record, "reason", "signal");
	json_object_put(record);
	snapshot_free(s);
}

static void unknown_vm_and_known_injections(void **state)
{
	struct snapshot *s = snapshot_new(1);
	struct json_object *record, *vector;
	struct capture capture;

	(void)state;
	s->other_injections_known = true;
	s->other_injections = 0;
	snapshot_finish(s, NULL, 0);
	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	record = parse_line(&capture);
	check_text(record, "time", "1970-01-01T00:00:00.000000000Z");
	check_number(record, "other_injections", 0);
	vector = item(record, "vectors", 0);
	check_null(vector, "vm");
	assert_int_equal(json_object_array_length(member(vector, "cpus")), 0);
	assert_int_equal(json_object_array_length(member(vector, "targets")),
			 0);
	json_object_put(record);
	snapshot_free(s);
}

static void no_vectors_is_an_empty_array(void **state)
{
	struct snapshot *s = snapshot_new(0);
	struct json_object *record;
	struct capture capture;

	(void)state;
	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	record = parse_line(&capture);
	assert_int_equal(json_object_array_length(member(record, "vectors")),
			 0);
	json_object_put(record);
	snapshot_free(s);
}

static void stacks(void **state)
{
	static const struct frame frames[] = {
		{UINT64_MAX, "irqfd_wakeup", "kvm", 275},
		{0xffffffffc0003001, NULL, NULL, 0},
	};
	struct stack_list list = {0};
	struct json_object *record, *stack, *frame;
	struct capture capture;

	(void)state;
	add_stack(&list, 3, 4, PATH_IRQFD, 40, frames, 2);
	add_stack(&list, 3, 4, PATH_IRQFD, 1, NULL, 0);
	assert_int_equal(
		render_json_stacks(capture_begin(&capture), &list, TIME_NS, 77),
		0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns stacks ");
	check_head(record, "stacks");
	stack = item(record, "stacks", 0);
	check_keys(stack, "device kind vector path count frames ");
	check_text(stack, "device", "0000:03:00.0");
	check_text(stack, "kind", "msix");
	check_number(stack, "vector", 4);
	check_text(stack, "path", "irqfd");
	check_number(stack, "count", 40);
	frame = item(stack, "frames", 0);
	check_keys(frame, "symbol module offset_bytes address ");
	check_text(frame, "symbol", "irqfd_wakeup");
	check_text(frame, "module", "kvm");
	check_number(frame, "offset_bytes", 275);
	check_text(frame, "address", "0xffffffffffffffff");
	frame = item(stack, "frames", 1);
	check_null(frame, "symbol");
	check_null(frame, "module");
	check_null(frame, "offset_bytes");
	check_text(frame, "address", "0xffffffffc0003001");
	stack = item(record, "stacks", 1);
	assert_int_equal(json_object_array_length(member(stack, "frames")), 0);
	json_object_put(record);
	stack_list_free(&list);
}

static void errors_and_early_times(void **state)
{
	struct json_object *record;
	struct capture capture;

	(void)state;
	assert_int_equal(render_json_error(capture_begin(&capture),
					   "a/b\n\"\xc3", -1, 5),
			 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns message ");
	check_text(record, "type", "error");
	check_text(record, "time", "1969-12-31T23:59:59.999999999Z");
	check_text(record, "message", "a/b\n\"\xef\xbf\xbd");
	json_object_put(record);
}

static void write_errors_are_told(void **state)
{
	struct snapshot *s = make_snapshot();
	struct stack_list list = {0};
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(render_json_start(full, &run, 0, 0), -ENOSPC);
	assert_int_equal(render_json_snapshot(full, s), -ENOSPC);
	assert_int_equal(render_json_end(full, s, "error"), -ENOSPC);
	assert_int_equal(render_json_stacks(full, &list, 0, 0), -ENOSPC);
	assert_int_equal(render_json_error(full, "x", 0, 0), -ENOSPC);
	fclose(full);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_and_probes),
		cmocka_unit_test(snapshots),
		cmocka_unit_test(unknown_vm_and_known_injections),
		cmocka_unit_test(no_vectors_is_an_empty_array),
		cmocka_unit_test(stacks),
		cmocka_unit_test(errors_and_early_times),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
