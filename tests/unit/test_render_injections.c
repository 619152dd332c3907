// SPDX-License-Identifier: GPL-2.0-only
/* Where other injections went, in the table and in JSON. */
#include "json_support.h"

#include <stdlib.h>
#include <string.h>

#include "render.h"

static const struct table_options screen = {.width = 80};
static const struct table_options piped = {.exact = true};

/* 1000 + the first ones' counts, and as many more targets as @more. */
static struct snapshot *make_snapshot(size_t more)
{
	const struct injection_count known[] = {
		{{true, 4321, "qemu-system-x86"}, 0, 0xec, 600},
		{{true, 4321, "qemu-system-x86"}, 13, 0xfd, 1234567},
		{{true, 99, ""}, 2, 0x0a, 1},
		{{false, 0, ""}, -1, -1, 400},
	};
	struct snapshot *s = snapshot_new(0);

	assert_non_null(s);
	s->has_injections = true;
	s->other_injections_known = true;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		assert_int_equal(snapshot_add_injections(s, &known[i]), 0);
		s->other_injections += known[i].count;
	}
	for (size_t i = 0; i < more; i++) {
		struct injection_count added = known[0];

		added.vcpu = 100 + (int)i;
		added.count = 200;
		assert_int_equal(snapshot_add_injections(s, &added), 0);
		s->other_injections += added.count;
	}
	snapshot_finish(s, NULL, 0);
	return s;
}

static char *shown(const struct snapshot *s, const struct table_options *o)
{
	struct capture capture;

	assert_int_equal(render_table(capture_begin(&capture), s, o), 0);
	return capture_end(&capture);
}

static void targets_are_told_most_first(void **state)
{
	struct snapshot *s = make_snapshot(0);
	char *text = shown(s, &screen);

	(void)state;
	assert_non_null(strstr(
		text, "\nKVM injected 1.2M other interrupts (virtio, IPIs, "
		      "timers)\n"
		      "  into VM 4321 qemu-system-x86 v13:0xfd: 1.2M\n"
		      "  into VM 4321 qemu-system-x86 v0:0xec: 600\n"
		      "  into v?:?: 400\n"
		      "  into VM 99 (gone) v2:0x0a: 1\n"
		      "  no interrupt vector"));
	free(text);
	snapshot_free(s);
}

/* There is room for a few; the rest is one number. */
static void the_rest_is_summed_up(void **state)
{
	struct snapshot *s = make_snapshot(1);
	char *text = shown(s, &screen);

	(void)state;
	assert_non_null(strstr(text,
			       "  into VM 4321 qemu-system-x86 v100:0xec: 200\n"
			       "  ... and into 1 more target: 1\n"));
	free(text);
	snapshot_free(s);

	s = make_snapshot(5000);
	text = shown(s, &piped);
	assert_non_null(strstr(text,
			       "  into VM 4321 qemu-system-x86 v100:0xec: 200\n"
			       "  ... and into 5000 more targets: 999801\n"));
	assert_int_equal(count_lines(text), 8);
	free(text);
	snapshot_free(s);
}

/* Also with a name that has to be escaped, and no terminal to cut lines for. */
static void lines_fit(void **state)
{
	struct injection_count added = {
		{true, 4194304, ""}, 16383, 0xff, UINT64_MAX};
	struct snapshot *s = snapshot_new(0);
	char *text;

	(void)state;
	memset(added.vm.comm, '\033', COMM_LEN - 1);
	s->has_injections = true;
	s->other_injections_known = true;
	s->other_injections = UINT64_MAX;
	assert_int_equal(snapshot_add_injections(s, &added), 0);
	snapshot_finish(s, NULL, 0);
	text = shown(s, &piped);
	assert_non_null(strstr(text, "  into VM 4194304 \\x1b\\x1b"));
	assert_non_null(strstr(text, "~ v16383:0xff: 18446744073709551615\n"));
	assert_true(widest(text) < 80);
	assert_null(strchr(text, '\033'));
	free(text);
	snapshot_free(s);
}

static void nothing_is_told_of_none(void **state)
{
	struct snapshot *s = make_snapshot(9);
	char *text;

	(void)state;
	s->injection_count = 0;
	text = shown(s, &screen);
	assert_null(strstr(text, "into"));
	free(text);

	s->injection_count = 4;
	s->other_injections_known = false;
	text = shown(s, &screen);
	assert_null(strstr(text, "inject"));
	assert_null(strstr(text, "into"));
	free(text);
	snapshot_free(s);
}

static struct json_object *record_of(const struct snapshot *s)
{
	struct capture capture;

	assert_int_equal(render_json_snapshot(capture_begin(&capture), s), 0);
	return parse_line(&capture);
}

#define KEY "other_injection_targets"

static void json_has_all(void **state)
{
	struct snapshot *s = make_snapshot(70);
	struct json_object *record = record_of(s), *object;

	(void)state;
	assert_int_equal(json_object_array_length(member(record, KEY)), 74);
	check_number(record, "other_injections", s->other_injections);
	/* By VM: one that is not known comes first. */
	object = item(record, KEY, 0);
	check_keys(object, "vm vcpu guest_vector count ");
	check_null(object, "vm");
	check_null(object, "vcpu");
	check_null(object, "guest_vector");
	check_number(object, "count", 400);
	object = item(record, KEY, 1);
	check_number(member(object, "vm"), "pid", 99);
	check_null(member(object, "vm"), "comm");
	check_number(object, "vcpu", 2);
	check_number(object, "guest_vector", 0x0a);
	object = item(record, KEY, 3);
	check_text(member(object, "vm"), "comm", "qemu-system-x86");
	check_number(object, "vcpu", 13);
	check_number(object, "guest_vector", 0xfd);
	check_number(object, "count", 1234567);
	json_object_put(record);
	snapshot_free(s);
}

/* Unasked, not known, none: three different things. */
static void json_tells_why_there_are_none(void **state)
{
	struct snapshot *s = make_snapshot(0);
	struct json_object *record;

	(void)state;
	s->injection_count = 0;
	record = record_of(s);
	check_texts(record, KEY, "");
	json_object_put(record);

	s->other_injections_known = false;
	record = record_of(s);
	check_null(record, KEY);
	check_null(record, "other_injections");
	json_object_put(record);

	s->has_injections = false;
	record = record_of(s);
	assert_false(json_object_object_get_ex(record, KEY, NULL));
	json_object_put(record);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_told_most_first),
		cmocka_unit_test(the_rest_is_summed_up),
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(nothing_is_told_of_none),
		cmocka_unit_test(json_has_all),
		cmocka_unit_test(json_tells_why_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
