// SPDX-License-Identifier: GPL-2.0-only
/* One change, as a line and as a record. */
#include "json_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"

/* 2026-01-31T23:59:58.000000042Z */
#define TIME_NS INT64_C(1769903998000000042)
#define TIME    "2026-01-31T23:59:58.000000042Z"

static const struct change posted = {
	.time_ns = TIME_NS,
	.ts_ns = 77,
	.kind = CHANGE_POSTED,
	.has_vector = true,
	.vector = {{0, 3, 0, 0}, VECTOR_MSIX, 12},
	.irq = 137,
	.gsi = 24,
	.vcpu = 0,
	.guest_vector = 0x41,
	.descriptor = 0x25e6e40,
	.vm = {true, 4321, "qemu-system-x86"},
};

static const struct change nothing_known = {
	.time_ns = TIME_NS,
	.kind = CHANGE_IRQFD_SHUTDOWN,
	.irq = -1,
	.gsi = -1,
	.vcpu = -1,
	.guest_vector = -1,
};

static void check_line(const struct change *change, const char *expected)
{
	struct capture capture;
	char *text;

	assert_int_equal(render_change(capture_begin(&capture), change), 0);
	text = capture_end(&capture);
	assert_string_equal(text, expected);
	free(text);
}

static struct json_object *record_of(const struct change *change)
{
	struct json_object *record;
	struct capture capture;

	assert_int_equal(render_json_change(capture_begin(&capture), change),
			 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns event device kind vector "
			   "irq result gsi vcpu guest_vector descriptor vm ");
	check_text(record, "type", "event");
	check_number(record, "schema", 1);
	check_text(record, "time", TIME);
	check_number(record, "ts_ns", change->ts_ns);
	return record;
}

static void all_is_known(void **state)
{
	struct json_object *record = record_of(&posted);

	(void)state;
	check_line(&posted, "23:59:58.000000042Z 0000:03:00.0 msix 12 posted "
			    "IRQ 137 GSI 24 vCPU 0 vector 0x41 "
			    "descriptor 0x25e6e40 VM 4321 qemu-system-x86\n");
	check_text(record, "event", "posted");
	check_text(record, "device", "0000:03:00.0");
	check_text(record, "kind", "msix");
	check_number(record, "vector", 12);
	check_number(record, "irq", 137);
	check_number(record, "result", 0);
	check_number(record, "gsi", 24);
	check_number(record, "vcpu", 0);
	check_number(record, "guest_vector", 0x41);
	check_text(record, "descriptor", "0x25e6e40");
	check_number(member(record, "vm"), "pid", 4321);
	check_text(member(record, "vm"), "comm", "qemu-system-x86");
	json_object_put(record);
}

static void nothing_is_known(void **state)
{
	static const char *const keys[] = {
		"device", "kind", "vector",       "irq",        "gsi",
		"vcpu",   "vm",   "guest_vector", "descriptor",
	};
	struct json_object *record = record_of(&nothing_known);

	(void)state;
	check_line(&nothing_known, "23:59:58.000000042Z - irqfd_shutdown\n");
	check_text(record, "event", "irqfd_shutdown");
	check_number(record, "result", 0);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		check_null(record, keys[i]);
	json_object_put(record);
}

/* 0 is a number like others: GSI 0, vCPU 0 and vector 0 exist. */
static void zero_is_known(void **state)
{
	struct change change = nothing_known;
	struct json_object *record;

	(void)state;
	change.kind = CHANGE_REMAPPED;
	change.has_vector = true;
	change.vector.kind = VECTOR_INTX;
	change.irq = change.gsi = change.vcpu = change.guest_vector = 0;
	check_line(&change, "23:59:58.000000042Z 0000:00:00.0 intx remapped "
			    "IRQ 0 GSI 0 vCPU 0 vector 0x00\n");
	record = record_of(&change);
	check_text(record, "kind", "intx");
	check_number(record, "vector", 0);
	check_number(record, "irq", 0);
	check_number(record, "gsi", 0);
	check_number(record, "vcpu", 0);
	check_number(record, "guest_vector", 0);
	json_object_put(record);
}

static void failures_say_why(void **state)
{
	struct change change = nothing_known;
	struct json_object *record, *result;

	(void)state;
	change.kind = CHANGE_POSTED;
	change.result = -ENODEV;
	change.irq = 137;
	check_line(&change, "23:59:58.000000042Z - posted FAILED "
			    "(No such device) IRQ 137\n");
	record = record_of(&change);
	result = member(record, "result");
	assert_true(json_object_is_type(result, json_type_int));
	assert_int_equal(json_object_get_int(result), -ENODEV);
	json_object_put(record);
}

static void each_kind_has_a_word(void **state)
{
	static const char *const words[CHANGE_KIND_COUNT] = {
		[CHANGE_POSTED] = "posted",
		[CHANGE_REMAPPED] = "remapped",
		[CHANGE_IRQFD_ASSIGNED] = "irqfd_assigned",
		[CHANGE_IRQFD_SHUTDOWN] = "irqfd_shutdown",
		[CHANGE_BYPASS_CONNECTED] = "bypass_connected",
		[CHANGE_BYPASS_DISCONNECTED] = "bypass_disconnected",
	};

	(void)state;
	for (int i = 0; i < CHANGE_KIND_COUNT; i++) {
		struct change change = nothing_known;
		struct json_object *record;
		char line[100];

		change.kind = (enum change_kind)i;
		snprintf(line, sizeof(line), "23:59:58.000000042Z - %s\n",
			 words[i]);
		check_line(&change, line);
		record = record_of(&change);
		check_text(record, "event", words[i]);
		json_object_put(record);
	}
}

static void names_can_do_no_harm(void **state)
{
	struct change change = nothing_known;
	struct json_object *record;

	(void)state;
	change.vm = (struct vm_identity){true, 1, "a\033]0;\n\xff\x9b"};
	check_line(&change, "23:59:58.000000042Z - irqfd_shutdown VM 1 "
			    "a\\x1b]0;\\x0a\\xff\\x9b\n");
	record = record_of(&change);
	check_text(member(record, "vm"), "comm",
		   "a\033]0;\n\xef\xbf\xbd\xef\xbf\xbd");
	json_object_put(record);

	change.vm = (struct vm_identity){true, 4194304, ""};
	check_line(&change, "23:59:58.000000042Z - irqfd_shutdown VM 4194304 "
			    "(gone)\n");
	record = record_of(&change);
	check_text(member(record, "vm"), "comm", NULL);
	json_object_put(record);
}

/* The longest names of vectors and words are not cut. */
static void extremes_are_whole(void **state)
{
	static const struct change change = {
		.time_ns = TIME_NS + 999999957,
		.kind = CHANGE_BYPASS_DISCONNECTED,
		.has_vector = true,
		.vector = {{UINT32_MAX, 0xff, 0x1f, 7}, VECTOR_MSIX, 2047},
		.irq = INT32_MAX,
		.gsi = 4095,
		.vcpu = 4095,
		.guest_vector = 0xff,
		.descriptor = UINT64_MAX,
	};

	(void)state;
	check_line(&change, "23:59:58.999999999Z ffffffff:ff:1f.7 msix 2047 "
			    "bypass_disconnected IRQ 2147483647 GSI 4095 "
			    "vCPU 4095 vector 0xff "
			    "descriptor 0xffffffffffffffff\n");
}

static void write_errors_are_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(render_change(full, &posted), -ENOSPC);
	assert_int_equal(render_json_change(full, &posted), -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_known),
		cmocka_unit_test(nothing_is_known),
		cmocka_unit_test(zero_is_known),
		cmocka_unit_test(failures_say_why),
		cmocka_unit_test(each_kind_has_a_word),
		cmocka_unit_test(names_can_do_no_harm),
		cmocka_unit_test(extremes_are_whole),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
