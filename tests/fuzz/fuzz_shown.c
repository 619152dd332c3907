// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strings from outside in every output: a process's name, a driver's, a
 * symbol's and a module's, each up to a NUL. None breaks a terminal, a line,
 * a stack or a record.
 */
#include "support.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "render_inspect.h"
#include "render_metrics.h"
#include "text_escape.h"

struct strings {
	const char *comm, *driver, *symbol, *module;
};

/* What is shown, and as much in plain words. */
struct shown {
	struct snapshot *snapshot;
	struct change change;
	struct frame frames[2];
	struct counted_stack stack;
	struct stack_list stacks;
	struct inspected_device device;
	struct inspected_vector vector;
	struct inspect_report report;
};

static void set_up(struct shown *shown, const struct strings *strings)
{
	struct vm_identity vm = {.known = true, .pid = 7};

	*shown = (struct shown){.snapshot = snapshot_new(1)};
	REQUIRE(shown->snapshot);
	(void)snprintf(vm.comm, sizeof(vm.comm), "%s", strings->comm);
	shown->snapshot->vectors[0].vm = vm;
	shown->snapshot->vectors[0].paths[PATH_IRQFD] = 3;
	shown->snapshot->has_injections = true;
	shown->snapshot->other_injections_known = true;
	REQUIRE(!snapshot_add_injections(shown->snapshot,
					 &(struct injection_count){.vm = vm}));
	snapshot_finish(shown->snapshot, NULL, 1);
	shown->change = (struct change){.vm = vm};
	shown->frames[0] =
		(struct frame){1, strings->symbol, strings->module, 1};
	shown->frames[1] = (struct frame){2, strings->symbol, NULL, 2};
	shown->stack = (struct counted_stack){
		.has_vector = true,
		.count = 1,
		.frames = shown->frames,
		.frame_count = 2,
	};
	shown->stacks = (struct stack_list){&shown->stack, 1};
	(void)snprintf(shown->device.driver, sizeof(shown->device.driver), "%s",
		       strings->driver);
	shown->vector.configured.vm = vm;
	shown->report = (struct inspect_report){
		.devices = &shown->device,
		.device_count = 1,
		.vectors = &shown->vector,
		.vector_count = 1,
	};
}

enum output_kind {
	OUT_TABLE,
	OUT_SUMMARY,
	OUT_CHANGE,
	OUT_INSPECT,
	OUT_STACKS,
	OUT_FOLDED,
	OUT_METRICS,
	OUT_JSON_SNAPSHOT,
	OUT_JSON_CHANGE,
	OUT_JSON_INSPECT,
	OUT_JSON_STACKS,
	OUT_COUNT
};

static int render(FILE *file, const struct shown *shown, enum output_kind kind)
{
	static const struct table_options options = {.all = true};
	static const struct run_info info = {"1", "6.1", NULL, 0};

	switch (kind) {
	case OUT_TABLE:
		return render_table(file, shown->snapshot, &options);
	case OUT_SUMMARY:
		return render_summary(file, shown->snapshot, &options);
	case OUT_CHANGE:
		return render_change(file, &shown->change);
	case OUT_INSPECT:
		return render_inspect(file, &shown->report, &options);
	case OUT_STACKS:
		return render_stacks(file, &shown->stacks);
	case OUT_FOLDED:
		return render_folded(file, &shown->stacks);
	case OUT_METRICS:
		return render_metrics(
			file, &(struct metrics){info, shown->snapshot, true},
			METRICS_OPENMETRICS, false);
	case OUT_JSON_SNAPSHOT:
		return render_json_snapshot(file, shown->snapshot);
	case OUT_JSON_CHANGE:
		return render_json_change(file, &shown->change);
	case OUT_JSON_INSPECT:
		return render_json_inspect(file, &shown->report, &info);
	default:
		return render_json_stacks(file, &shown->stacks, 0, 0);
	}
}

static char *render_text(const struct shown *shown, enum output_kind kind)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	REQUIRE(file);
	REQUIRE(render(file, shown, kind) == 0);
	REQUIRE(!fclose(file));
	REQUIRE(strlen(text) == size);
	return text;
}

static size_t count(const char *text, char wanted)
{
	size_t found = 0;

	for (; *text; text++)
		found += *text == wanted;
	return found;
}

/* One record on one line, whose strings a strict reader takes. */
static struct json_object *read_record(const char *text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *record;
	size_t length = strlen(text);

	REQUIRE(tokener && length && text[length - 1] == '\n');
	REQUIRE(!json_text_parse(tokener, text, length - 1, &record) && record);
	json_tokener_free(tokener);
	return record;
}

/* Does the record have @text, made UTF-8, as a value of @key somewhere? */
static bool has_value(struct json_object *value, const char *key,
		      const char *text)
{
	bool found = false;

	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			found |= has_value(json_object_array_get_idx(value, i),
					   key, text);
	if (!json_object_is_type(value, json_type_object))
		return found;
	json_object_object_foreach(value, name, member)
	{
		const char *string =
			json_object_is_type(member, json_type_string)
				? json_object_get_string(member)
				: NULL;

		found |=
			has_value(member, key, text) ||
			(string && !strcmp(name, key) && !strcmp(string, text));
	}
	return found;
}

/* An empty name of a process or a driver is null. */
static void check_value(struct json_object *record, const char *key,
			const char *text)
{
	char *expected = malloc(3 * strlen(text) + 1);

	REQUIRE(expected);
	(void)text_to_utf8(text, expected, 3 * strlen(text) + 1);
	REQUIRE(!*text || has_value(record, key, expected));
	free(expected);
}

static void check_json(const struct shown *shown, enum output_kind kind,
		       const char *text)
{
	struct json_object *record = read_record(text);
	const struct frame *frame = &shown->frames[0];

	if (kind == OUT_JSON_SNAPSHOT || kind == OUT_JSON_CHANGE)
		check_value(record, "comm", shown->change.vm.comm);
	if (kind == OUT_JSON_INSPECT)
		check_value(record, "driver", shown->device.driver);
	if (kind == OUT_JSON_STACKS) {
		check_value(record, "symbol", frame->symbol);
		check_value(record, "module", frame->module);
	}
	json_object_put(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct strings plain = {"a", "a", "a", "a"};
	struct shown shown, usual;
	char *texts[4];

	for (int i = 0; i < 4; i++) {
		size_t length = size ? strnlen((const char *)data, size) : 0;

		texts[i] = fuzz_string(data, length);
		length += length < size;
		data += length;
		size -= length;
	}
	set_up(&shown,
	       &(struct strings){texts[0], texts[1], texts[2], texts[3]});
	set_up(&usual, &plain);
	for (enum output_kind kind = 0; kind < OUT_COUNT; kind++) {
		char *text = render_text(&shown, kind);
		char *expected = render_text(&usual, kind);

		fuzz_check_harmless(text);
		REQUIRE(count(text, '\n') == count(expected, '\n'));
		if (kind == OUT_FOLDED)
			REQUIRE(count(text, ';') == count(expected, ';'));
		if (kind >= OUT_JSON_SNAPSHOT)
			check_json(&shown, kind, text);
		free(expected);
		free(text);
	}
	snapshot_free(usual.snapshot);
	snapshot_free(shown.snapshot);
	for (int i = 0; i < 4; i++)
		free(texts[i]);
	return 0;
}
