// SPDX-License-Identifier: GPL-2.0-only
#include "json_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"

/* 2026-01-31T23:59:58.000000042Z */
#define TIME_NS INT64_C(1769903998000000042)
#define TIME    "2026-01-31T23:59:58.000000042Z"

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

static void check_run(run_fn *fn, const char *type, const char *keys)
{
	struct capture capture;
	struct json_object *record, *probe;

	assert_int_equal(fn(capture_begin(&capture), &run, TIME_NS, 77), 0);
	record = parse_line(&capture);
	check_keys(record, keys);
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
	check_run(render_json_start, "start",
		  "type schema time ts_ns interval_ns version kernel probes ");
	check_run(render_json_probes, "probes",
		  "type schema time ts_ns version kernel probes ");
}

static struct snapshot *make_snapshot(void)
{
	struct snapshot *before = snapshot_new(1), *s = snapshot_new(2);

	set_vector(&before->vectors[0], 3, VECTOR_MSIX, 4, 137, PATH_IRQFD, 10);
	before->ts_ns = 7;
	snapshot_finish(before, NULL, 2);
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 4, 137, PATH_IRQFD,
		   UINT64_C(1) << 63);
	s->vectors[0].paths[PATH_EVENTFD] = 2;
	s->vectors[0].posting_changes = 6;
	s->vectors[0].posting_failures = 2;
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
	s->vectors[1].ever_posted = NOT_KNOWN;
	configured_unknown(&s->vectors[0].configured);
	configured_unknown(&s->vectors[1].configured);
	snapshot_finish(s, before, 2);
	snapshot_free(before);
	return s;
}

#define PATH_KEYS                                                              \
	"eventfd irqfd irqfd_deferred irqfd_dropped unclaimed unknown posted "

static void check_first_vector(struct json_object *vector)
{
	struct json_object *object;

	check_keys(vector,
		   "device kind vector irq count count_delta countable paths "
		   "paths_delta ever_posted vm targets cpus configured "
		   "posting_changes posting_failures ");
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
	check_number(object, "posted", 0);
	object = member(vector, "paths_delta");
	check_keys(object, PATH_KEYS);
	check_number(object, "irqfd", (UINT64_C(1) << 63) - 10);
	check_number(object, "posted", 0);
	check_text(member(vector, "configured"), "path", "unknown");
	check_number(vector, "posting_changes", 6);
	check_number(vector, "posting_failures", 2);
	object = member(vector, "vm");
	check_keys(object, "pid comm comm_hex ");
	check_number(object, "pid", 4321);
	check_text(object, "comm", "qemu \"\xef\xbf\xbd\x1b");
	check_text(object, "comm_hex", "71656d752022ff1b");
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

	check_number(record, "interval_ns", 70);
	check_number(record, "duration_ns", 75);
	assert_int_equal(json_object_array_length(member(record, "vectors")),
			 2);
	check_first_vector(item(record, "vectors", 0));
	vector = item(record, "vectors", 1);
	check_text(vector, "kind", "intx");
	check_null(vector, "irq");
	check_keys(member(vector, "vm"), "pid comm ");
	check_text(member(vector, "vm"), "comm", NULL);
	check_null(vector, "ever_posted");
	object = item(vector, "targets", 0);
	check_null(object, "vcpu");
	check_null(object, "guest_vector");
	check_null(member(vector, "paths"), "posted");
	check_null(member(vector, "paths_delta"), "posted");
	check_null(record, "other_injections");
	check_null(record, "running_injections");
	check_null(record, "wakeup_events");
	check_null(record, "woken_vcpus");
	object = member(record, "host_vectors");
	check_keys(object, "PIN NPI PIW PMN ");
	check_null(object, "PIN");
	check_number(object, "PIW", 0);
	object = member(record, "host_vector_cpus");
	check_keys(object, "PIN NPI PIW PMN ");
	check_null(object, "PIN");
	check_texts(object, "PIW", "");
	object = member(record, "lost");
	check_keys(object, "vector_table_full unregistered_vector "
			   "counter_table_full target_table_full stack "
			   "event wakeup skipped_run unseen_interrupt ");
	check_number(object, "stack", 9);
	check_number(object, "skipped_run", 0);
}

#define SNAPSHOT_KEYS                                                          \
	"type schema time ts_ns interval_ns duration_ns vectors "              \
	"other_injections running_injections host_vectors host_vector_cpus "   \
	"wakeup_events woken_vcpus lost "

static void snapshots(void **state)
{
	struct snapshot *s = make_snapshot();
	struct json_object *record;
	struct capture capture;

	(void)state;
	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	record = parse_line(&capture);
	check_keys(record, SNAPSHOT_KEYS);
	check_head(record, "snapshot");
	check_snapshot(record);
	json_object_put(record);

	assert_int_equal(render_json_end(capture_begin(&capture), s, "signal"),
			 0);
	record = parse_line(&capture);
	check_keys(record, SNAPSHOT_KEYS "reason ");
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

/* The host cannot count what is posted: 0 only if nothing ever was. */
static void posted_is_null_unless_it_never_was(void **state)
{
	static const enum known ever[] = {KNOWN_NO, KNOWN_YES, NOT_KNOWN};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ever); i++) {
		struct snapshot *s = snapshot_new(1);
		struct json_object *record, *vector;
		struct capture capture;

		set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 1, PATH_IRQFD, 5);
		configured_unknown(&s->vectors[0].configured);
		s->vectors[0].configured.path = CONFIGURED_POSTED;
		s->vectors[0].ever_posted = ever[i];
		snapshot_finish(s, NULL, 0);
		assert_int_equal(
			render_json_snapshot(capture_begin(&capture), s), 0);
		record = parse_line(&capture);
		vector = item(record, "vectors", 0);
		check_text(member(vector, "configured"), "path", "posted");
		/* Not a part of the count, which is of what was counted. */
		check_number(vector, "count", 5);
		if (ever[i] == NOT_KNOWN)
			check_null(vector, "ever_posted");
		else
			check_bool(vector, "ever_posted", ever[i] == KNOWN_YES);
		if (ever[i] == KNOWN_NO) {
			check_number(member(vector, "paths"), "posted", 0);
			check_number(member(vector, "paths_delta"), "posted",
				     0);
		} else {
			check_null(member(vector, "paths"), "posted");
			check_null(member(vector, "paths_delta"), "posted");
		}
		json_object_put(record);
		snapshot_free(s);
	}
}

static struct snapshot *make_posting_snapshot(void)
{
	static const struct wakeup_count woken[] = {
		{{true, 4321, "qemu"}, 0, 5},
		{{true, 99, ""}, 3, UINT64_C(1) << 63},
		{{false, 0, ""}, -1, 1},
	};
	struct snapshot *s = snapshot_new(0);

	s->running_injections_known = true;
	s->running_injections = UINT64_C(1) << 60;
	s->wakeup_events_known = true;
	s->wakeup_events = 7;
	s->wakeups_known = true;
	s->wakeups = malloc(sizeof(woken));
	assert_non_null(s->wakeups);
	memcpy(s->wakeups, woken, sizeof(woken));
	s->wakeup_count = ARRAY_SIZE(woken);
	s->host_vector_known[HOST_PIN] = true;
	s->host_vectors[HOST_PIN] = 12;
	snapshot_add_cpu(&s->host_vector_cpus[HOST_PIN],
			 &s->host_vector_cpu_count[HOST_PIN], 300, 12);
	/* What is not known is not shown, whatever there is of it. */
	snapshot_add_cpu(&s->host_vector_cpus[HOST_NPI],
			 &s->host_vector_cpu_count[HOST_NPI], 1, 1);
	snapshot_finish(s, NULL, 0);
	return s;
}

static void accounts_of_posting(void **state)
{
	struct snapshot *s = make_posting_snapshot();
	struct json_object *record, *object;
	struct capture capture;

	(void)state;
	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	record = parse_line(&capture);
	check_number(record, "running_injections", UINT64_C(1) << 60);
	object = member(record, "host_vector_cpus");
	assert_int_equal(json_object_array_length(member(object, "PIN")), 1);
	check_keys(item(object, "PIN", 0), "cpu count ");
	check_number(item(object, "PIN", 0), "cpu", 300);
	check_number(item(object, "PIN", 0), "count", 12);
	check_null(object, "NPI");
	check_number(record, "wakeup_events", 7);
	assert_int_equal(
		json_object_array_length(member(record, "woken_vcpus")), 3);
	/* By VM: one that is not known comes first. */
	object = item(record, "woken_vcpus", 0);
	check_keys(object, "vm vcpu count ");
	check_null(object, "vm");
	check_null(object, "vcpu");
	check_number(object, "count", 1);
	object = item(record, "woken_vcpus", 1);
	check_null(member(object, "vm"), "comm");
	check_number(object, "vcpu", 3);
	check_number(object, "count", UINT64_C(1) << 63);
	object = item(record, "woken_vcpus", 2);
	check_number(member(object, "vm"), "pid", 4321);
	check_text(member(object, "vm"), "comm", "qemu");
	check_number(object, "vcpu", 0);
	json_object_put(record);
	snapshot_free(s);
}

static void no_wakeups_are_an_empty_array(void **state)
{
	struct snapshot *s = snapshot_new(0);
	struct json_object *record;
	struct capture capture;

	(void)state;
	s->wakeups_known = true;
	s->running_injections_known = true;
	snapshot_finish(s, NULL, 0);
	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	record = parse_line(&capture);
	check_texts(record, "woken_vcpus", "");
	/* That events are counted is another matter. */
	check_null(record, "wakeup_events");
	check_number(record, "running_injections", 0);
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
	check_keys(stack, "device kind vector path event count frames ");
	check_text(stack, "device", "0000:03:00.0");
	check_text(stack, "kind", "msix");
	check_number(stack, "vector", 4);
	check_text(stack, "path", "irqfd");
	check_null(stack, "event");
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

static void stacks_of_events(void **state)
{
	struct stack_list list = {0};
	struct json_object *record, *stack;
	struct capture capture;

	(void)state;
	add_stack(&list, 3, 4, STACK_OF_CHANGE + CHANGE_POSTED, 2, NULL, 0);
	add_stack(&list, 3, 4, STACK_OF_WAKEUP, 3, NULL, 0);
	list.stacks[1].has_vector = false;
	assert_int_equal(
		render_json_stacks(capture_begin(&capture), &list, TIME_NS, 77),
		0);
	record = parse_line(&capture);
	stack = item(record, "stacks", 0);
	check_text(stack, "device", "0000:03:00.0");
	check_null(stack, "path");
	check_text(stack, "event", "posted");
	check_number(stack, "count", 2);
	stack = item(record, "stacks", 1);
	check_keys(stack, "device kind vector path event count frames ");
	check_null(stack, "device");
	check_null(stack, "kind");
	check_null(stack, "vector");
	check_null(stack, "path");
	check_text(stack, "event", "wakeup");
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

/* A device that takes nothing, and does not say why. */
static ssize_t take_nothing(void *arg, const char *text, size_t size)
{
	(void)arg;
	(void)text;
	(void)size;
	return 0;
}

static void errors_without_a_cause_are_told(void **state)
{
	static const cookie_io_functions_t functions = {.write = take_nothing};
	FILE *file = fopencookie(NULL, "w", functions);

	(void)state;
	assert_non_null(file);
	assert_int_equal(render_json_error(file, "x", 0, 0), -EIO);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_and_probes),
		cmocka_unit_test(snapshots),
		cmocka_unit_test(unknown_vm_and_known_injections),
		cmocka_unit_test(posted_is_null_unless_it_never_was),
		cmocka_unit_test(accounts_of_posting),
		cmocka_unit_test(no_wakeups_are_an_empty_array),
		cmocka_unit_test(no_vectors_is_an_empty_array),
		cmocka_unit_test(stacks),
		cmocka_unit_test(stacks_of_events),
		cmocka_unit_test(errors_and_early_times),
		cmocka_unit_test(write_errors_are_told),
		cmocka_unit_test(errors_without_a_cause_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
