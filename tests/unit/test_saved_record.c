// SPDX-License-Identifier: GPL-2.0-only
/* Records, read back: all that was in them, and nothing that was not. */
#include "record_scene.h"

#include "json_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record_reader.h"
#include "render.h"
#include "render_doctor.h"
#include "render_inspect.h"

/* Reads one line; @problem gets what is wrong with it. */
static enum record_reading read_line(const char *text,
				     struct saved_record *saved,
				     char problem[200])
{
	struct record_reader reader;
	FILE *file = open_text(text, strlen(text));
	enum record_reading reading;

	record_reader_open(&reader, file);
	reading = record_reader_next(&reader, saved);
	snprintf(problem, 200, "%s", reader.in.problem);
	if (reading == READ_FAILED)
		assert_int_equal(reader.in.error, -EBADMSG);
	record_reader_close(&reader);
	fclose(file);
	return reading;
}

/* What is written of what was read; NULL if it cannot be read. */
static char *again(const char *text, char problem[200])
{
	struct saved_record saved;
	char *line = NULL;

	if (read_line(text, &saved, problem) == READ_RECORD)
		line = line_of(&saved.record);
	saved_record_free(&saved);
	return line;
}

/* All of a record for people. */
static void render_all(FILE *out, const struct record *r)
{
	static const struct table_options o = {.all = true, .exact = true};

	if (r->snapshot) {
		render_table(out, r->snapshot, &o);
		render_summary(out, r->snapshot, &o);
	}
	if (r->change)
		render_change(out, r->change);
	if (r->stacks) {
		render_stacks(out, r->stacks);
		render_folded(out, r->stacks);
	}
	if (r->inspection)
		render_inspect(out, r->inspection, &o);
	if (r->report)
		render_doctor(out, r->report, &o);
}

static char *shown(const struct record *record)
{
	struct capture capture;

	render_all(capture_begin(&capture), record);
	return capture_end(&capture);
}

/* Of a scene only what a record of its type has. */
static void keep_own(struct record *r)
{
	bool counts = r->type == RECORD_SNAPSHOT || r->type == RECORD_END;

	r->snapshot = counts ? r->snapshot : NULL;
	r->change = r->type == RECORD_EVENT ? r->change : NULL;
	r->stacks = r->type == RECORD_STACKS ? r->stacks : NULL;
	r->inspection = r->type == RECORD_INSPECT ? r->inspection : NULL;
	r->report = r->type == RECORD_DOCTOR ? r->report : NULL;
}

static void check_same(enum record_type type, enum fullness fullness)
{
	struct saved_record saved;
	struct record_scene scene;
	char problem[200], *line, *text, *written, *shown_again;

	scene_make(&scene, type, fullness);
	keep_own(&scene.record);
	line = line_of(&scene.record);
	keep_line(line);
	text = shown(&scene.record);
	if (read_line(line, &saved, problem) != READ_RECORD)
		fail_msg("%s: %s", record_type_name(type), problem);
	assert_int_equal(saved.record.type, type);
	written = line_of(&saved.record);
	shown_again = shown(&saved.record);
	assert_string_equal(written, line);
	assert_string_equal(shown_again, text);
	free(shown_again);
	free(written);
	free(text);
	free(line);
	saved_record_free(&saved);
	scene_free(&scene);
}

static void are_the_same_again(void **state)
{
	(void)state;
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (int fullness = 0; fullness < FULLNESS_COUNT; fullness++)
			check_same((enum record_type)type,
				   (enum fullness)fullness);
}

/* Numbers as such, not only as text that is equal. */
static void fields(void **state)
{
	struct saved_record saved;
	struct record_scene scene;
	const struct vector_snapshot *vector, *other;
	char problem[200], *line;

	(void)state;
	scene_make(&scene, RECORD_SNAPSHOT, FULL_POSTED);
	line = line_of(&scene.record);
	assert_int_equal(read_line(line, &saved, problem), READ_RECORD);
	assert_true(saved.snapshot->time_ns == scene.snapshot->time_ns);
	assert_int_equal(saved.snapshot->ts_ns, 5000);
	assert_int_equal(saved.snapshot->interval_ns, 4000);
	assert_int_equal(saved.snapshot->duration_ns, 4000);
	assert_int_equal(saved.snapshot->vector_count, 3);
	/* By device and kind: MSI-X, MSI; the INTx of another device. */
	vector = &saved.snapshot->vectors[0];
	other = &saved.snapshot->vectors[2];
	assert_int_equal(vector->irq, 137);
	assert_int_equal(other->irq, -1);
	assert_int_equal(saved.snapshot->vectors[1].irq, 0);
	assert_true(vector->count == scene.snapshot->vectors[0].count);
	assert_int_equal(vector->ever_posted, KNOWN_YES);
	assert_int_equal(other->ever_posted, NOT_KNOWN);
	assert_true(vector->vm.known && !other->vm.known);
	assert_string_equal(vector->vm.comm, "qemu \"\xff\x1b\\");
	assert_int_equal(vector->targets[0].vcpu, -1);
	assert_int_equal(vector->targets[1].guest_vector, 0x41);
	assert_int_equal(vector->configured.reasons, 0);
	assert_int_equal(vector->configured.bypass_joined, KNOWN_YES);
	assert_int_equal(other->configured.bypass_joined, NOT_KNOWN);
	assert_int_equal(vector->configured.route.delivery_mode,
			 DELIVERY_LOWEST);
	assert_true(saved.snapshot->other_injections_known);
	assert_false(saved.snapshot->host_vector_known[HOST_PMN]);
	saved_record_free(&saved);
	free(line);
	scene_free(&scene);
}

/* --- every value, changed --- */

enum mutation {
	TO_NULL,
	TO_NOTHING, /* the key is gone */
	TO_TEXT,
	TO_NUL_TEXT,
	TO_NEGATIVE,
	TO_HUGE,
	TO_DOUBLE,
	TO_BOOL,
	TO_OBJECT,
	TO_ARRAY,
	TO_ARRAY_OF_ARRAYS,
	MUTATION_COUNT
};

static const char *const values[MUTATION_COUNT] = {
	[TO_NULL] = "null",
	[TO_TEXT] = "\"0x\"",
	[TO_NUL_TEXT] = "\"a\\u0000b\"",
	[TO_NEGATIVE] = "-1",
	[TO_HUGE] = "18446744073709551616",
	[TO_DOUBLE] = "1e308",
	[TO_BOOL] = "true",
	[TO_OBJECT] = "{}",
	[TO_ARRAY] = "[]",
	[TO_ARRAY_OF_ARRAYS] = "[[[{}]]]",
};

/* Which value of a record is changed, and how. */
struct change_at {
	enum mutation mutation;
	size_t left; /* values to go until then */
	char path[200]; /* of it */
};

static bool change_value(struct change_at *at, struct json_object *value,
			 const char *path);

/* Is @key of @object the one? Then it has been changed. */
static bool change_member(struct change_at *at, struct json_object *object,
			  const char *key, const char *path)
{
	struct json_object *value = json_object_object_get(object, key);
	char below[200];

	snprintf(below, sizeof(below), "%s.%s", path, key);
	if (at->left--)
		return change_value(at, value, below);
	snprintf(at->path, sizeof(at->path), "%s", below);
	if (at->mutation == TO_NOTHING)
		json_object_object_del(object, key);
	else
		json_object_object_add(
			object, key, json_tokener_parse(values[at->mutation]));
	return true;
}

static bool change_item(struct change_at *at, struct json_object *array,
			size_t index, const char *path)
{
	struct json_object *value = json_object_array_get_idx(array, index);

	if (at->left--)
		return change_value(at, value, path);
	snprintf(at->path, sizeof(at->path), "%s[]", path);
	if (at->mutation == TO_NOTHING)
		json_object_array_del_idx(array, index, 1);
	else
		json_object_array_put_idx(
			array, index, json_tokener_parse(values[at->mutation]));
	return true;
}

static bool change_value(struct change_at *at, struct json_object *value,
			 const char *path)
{
	if (json_object_is_type(value, json_type_array)) {
		size_t count = json_object_array_length(value);

		for (size_t i = 0; i < count; i++)
			if (change_item(at, value, i, path))
				return true;
		return false;
	}
	if (!json_object_is_type(value, json_type_object))
		return false;
	json_object_object_foreach(value, key, unused)
	{
		(void)unused;
		if (change_member(at, value, key, path))
			return true;
	}
	return false;
}

/* @line with one value changed, to be freed; NULL: it has not so many. */
static char *changed(const char *line, struct change_at *at)
{
	struct json_object *record = json_tokener_parse(line);
	char *text = NULL;

	if (change_value(at, record, ""))
		text = strdup(json_object_to_json_string_ext(
			record, JSON_C_TO_STRING_PLAIN));
	json_object_put(record);
	return text;
}

/* Takes out what only repeats what is said elsewhere. */
static void strip(struct json_object *value)
{
	static const char *const derived[] = {"countable", "verdict", "posted"};

	if (json_object_is_type(value, json_type_array)) {
		size_t count = json_object_array_length(value);

		for (size_t i = 0; i < count; i++)
			strip(json_object_array_get_idx(value, i));
	}
	if (!json_object_is_type(value, json_type_object))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(derived); i++)
		json_object_object_del(value, derived[i]);
	if (json_object_object_get(value, "reasons"))
		json_object_object_del(value, "reason");
	if (json_object_object_get(value, "comm_hex"))
		json_object_object_del(value, "comm");
	json_object_object_foreach(value, key, below)
	{
		(void)key;
		strip(below);
	}
}

static void assert_same_json(const char *a, const char *b, const char *path)
{
	struct json_object *left = json_tokener_parse(a);
	struct json_object *right = json_tokener_parse(b);

	strip(left);
	strip(right);
	if (!json_object_equal(left, right))
		fail_msg("%s: %s\nis not %s", path,
			 json_object_to_json_string(left),
			 json_object_to_json_string(right));
	json_object_put(left);
	json_object_put(right);
}

/*
 * A record with a value changed is refused, or says the same when written
 * again: what is null does not become 0, what is wrong is not passed over.
 */
static bool check_changed(const char *line, enum mutation mutation, size_t nth)
{
	struct change_at at = {.mutation = mutation, .left = nth};
	char *text = changed(line, &at), *written, problem[200];

	if (!text)
		return false;
	written = again(text, problem);
	if (written)
		assert_same_json(written, text, at.path);
	else if (mutation == TO_NOTHING)
		assert_non_null(strstr(problem, ": missing"));
	else if (!*problem) /* of a type that is not known */
		assert_string_equal(at.path, ".type");
	free(written);
	free(text);
	return true;
}

static void changed_values_are_refused_or_kept(void **state)
{
	(void)state;
	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		struct record_scene scene;
		char *line;

		/* Read as a snapshot is. */
		if (type == RECORD_END)
			continue;

		scene_make(&scene, (enum record_type)type, FULL);
		line = line_of(&scene.record);
		for (int mutation = 0; mutation < MUTATION_COUNT; mutation++)
			for (size_t nth = 0;
			     check_changed(line, (enum mutation)mutation, nth);
			     nth++)
				;
		free(line);
		scene_free(&scene);
	}
}

/* --- lines of their own --- */

#define HEAD                                                                   \
	"\"schema\":1,\"time\":\"2026-01-31T23:59:58.000000042Z\",\"ts_ns\":5"

static void refusals(void **state)
{
	static const struct {
		const char *line, *problem;
	} cases[] = {
		{"{}", "type: missing"},
		{"[]", "not an object"},
		{"null\n", "not an object"},
		{"7\n", "not an object"},
		{"{\"type\":\"error\"}", "schema: missing"},
		{"{\"type\":\"error\",\"schema\":2}",
		 "schema: written by a newer pitrace; this one reads schema 1"},
		{"{\"type\":\"news\",\"schema\":2}",
		 "schema: written by a newer pitrace; this one reads schema 1"},
		{"{\"type\":\"error\",\"schema\":0}",
		 "schema: not one that there is (this is schema 1)"},
		{"{\"type\":\"error\",\"schema\":1.0}",
		 "schema: not a whole number"},
		{"{\"type\":\"error\",\"schema\":1}", "time: missing"},
		{"{\"type\":\"error\"," HEAD "}", "message: missing"},
		{"{\"type\":\"stacks\"," HEAD ",\"stacks\":[{},{}]}",
		 "stacks[0].device: missing"},
		{"{\"type\":\"stacks\"," HEAD ",\"stacks\":[7]}",
		 "stacks[0]: not an object"},
		{"{\"type\":\"stacks\"," HEAD ",\"stacks\":[{\"frames\":[],"
		 "\"device\":null,\"kind\":null,\"vector\":null,"
		 "\"path\":\"irqfd_other\"}]}",
		 "stacks[0].path: not a word that this version knows"},
		{"{\"type\":\"stacks\"," HEAD ",\"stacks\":[{\"frames\":[],"
		 "\"device\":\"03:00.8\"}]}",
		 "stacks[0].device: not the address of a device"},
		{"{\"type\":\"error\",\"schema\":1,\"time\":"
		 "\"2026-02-30T00:00:00.000000000Z\"}",
		 "time: not a time such as \"2026-01-31T23:59:59.000000001Z\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char problem[200];

		assert_null(again(cases[i].line, problem));
		assert_string_equal(problem, cases[i].problem);
	}
}

/* The rest of them is shown: it cannot be less than nothing. */
static void injections_are_no_more_than_all(void **state)
{
	struct record_scene scene;
	char problem[200], *line, *text;

	(void)state;
	scene_make(&scene, RECORD_SNAPSHOT, FULL);
	line = line_of(&scene.record);
	text = again(line, problem);
	assert_non_null(text);
	free(text);
	free(line);
	scene.snapshot->other_injections--;
	line = line_of(&scene.record);
	assert_null(again(line, problem));
	assert_string_equal(problem, "other_injection_targets: more than "
				     "other_injections altogether");
	free(line);
	scene_free(&scene);
}

/* What a later pitrace may add, and what JSON lets stand. */
static void more_than_is_known_is_ignored(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"error\"," HEAD ",\"message\":\"m\",\"new\":{\"a\":"
		"[1e308,-1]}}",
		"{\"new\":null,\"message\":\"m\",\"type\":\"error\"," HEAD "}",
		"{\"type\":\"error\"," HEAD ",\"message\":\"a\",\"message\":"
		"\"m\"}",
		" {\t\"type\" : \"error\", " HEAD ", \"message\" : \"\\u006d\" "
		"} \r\n",
	};
	static const char expected[] =
		"{\"type\":\"error\"," HEAD ",\"message\":\"m\"}\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char problem[200], *written = again(lines[i], problem);

		assert_string_equal(problem, "");
		assert_string_equal(written, expected);
		free(written);
	}
}

static void names_that_are_no_text_are_whole(void **state)
{
	static const struct {
		const char *vm; /* of a record */
		const char *comm; /* NULL: it is refused */
	} cases[] = {
		{"\"comm\":\"abc\"", "abc"},
		{"\"comm\":null", ""},
		{"\"comm\":\"a\\ufffdc\",\"comm_hex\":\"61ff63\"", "a\xff"
								   "c"},
		{"\"comm\":\"fifteen bytes !\"", "fifteen bytes !"},
		{"\"comm\":\"fifteen bytes !!\"", NULL},
		{"\"comm\":\"a\",\"comm_hex\":\"61f\"", NULL},
		{"\"comm\":\"a\",\"comm_hex\":\"6100\"", NULL},
		{"\"comm\":\"a\",\"comm_hex\":\"6G\"", NULL},
		{"\"comm\":\"a\",\"comm_hex\":null", NULL},
		{"\"comm\":\"a\","
		 "\"comm_hex\":\"61616161616161616161616161616161\"",
		 NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct saved_record saved;
		char line[600], problem[200];
		enum record_reading reading;

		snprintf(line, sizeof(line),
			 "{\"type\":\"event\"," HEAD ",\"event\":\"posted\","
			 "\"device\":null,\"kind\":null,\"vector\":null,"
			 "\"irq\":1,\"result\":0,\"gsi\":1,"
			 "\"vcpu\":1,\"guest_vector\":1,\"descriptor\":null,"
			 "\"vm\":{\"pid\":1,%s}}",
			 cases[i].vm);
		reading = read_line(line, &saved, problem);
		if (cases[i].comm) {
			assert_int_equal(reading, READ_RECORD);
			assert_string_equal(saved.change.vm.comm,
					    cases[i].comm);
		} else {
			assert_int_equal(reading, READ_FAILED);
			assert_non_null(strstr(problem, "vm.comm"));
		}
		saved_record_free(&saved);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_the_same_again),
		cmocka_unit_test(fields),
		cmocka_unit_test(changed_values_are_refused_or_kept),
		cmocka_unit_test(refusals),
		cmocka_unit_test(injections_are_no_more_than_all),
		cmocka_unit_test(more_than_is_known_is_ignored),
		cmocka_unit_test(names_that_are_no_text_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
