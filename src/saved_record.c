// SPDX-License-Identifier: GPL-2.0-only
#include "saved_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_parts_in.h"
#include "json_schema.h"
#include "saved_parts.h"

static void read_probe(const struct json_at *at, void *item)
{
	json_in_probe(at, item, NULL);
}

void saved_run_read(const struct json_at *at, struct saved_record *saved)
{
	struct run_info *run = &saved->record.run;

	run->version = json_in_string(at, "version");
	json_in_copy(at, "kernel", run->kernel_release,
		     sizeof(run->kernel_release));
	saved->probes =
		json_in_items(at, "probes", NULL, read_probe,
			      sizeof(*saved->probes), &run->probe_count);
	run->probes = saved->probes;
}

static const char *change_word(int number)
{
	return change_name((enum change_kind)number);
}

static void read_change(const struct json_at *at, struct saved_record *saved)
{
	struct change *change = &saved->change;

	change->time_ns = saved->record.time_ns;
	change->ts_ns = saved->record.ts_ns;
	change->kind = (enum change_kind)json_in_word(at, "event", change_word,
						      CHANGE_KIND_COUNT, NULL);
	change->has_vector = json_in_name_known(at, &change->vector);
	change->irq = json_in_known(at, "irq");
	change->result = json_in_errno(at, "result");
	change->gsi = json_in_known(at, "gsi");
	change->vcpu = json_in_known(at, "vcpu");
	change->guest_vector = json_in_known(at, "guest_vector");
	(void)json_in_hex_known(at, "descriptor", &change->descriptor);
	json_in_vm(at, &change->vm);
	saved->record.change = change;
}

static const char *end_word(int number)
{
	static const char *const words[] = {"duration", "count", "signal"};

	return words[number];
}

static void read_end(const struct json_at *at, struct saved_record *saved)
{
	saved->record.text =
		end_word(json_in_word(at, "reason", end_word, 3, NULL));
	saved_snapshot_read(at, saved);
}

static void read_data(const struct json_at *at, struct saved_record *saved)
{
	switch (saved->record.type) {
	case RECORD_START:
		saved->record.run.interval_ns = json_in_uint(at, "interval_ns");
		saved_run_read(at, saved);
		break;
	case RECORD_PROBES:
		saved_run_read(at, saved);
		break;
	case RECORD_END:
		read_end(at, saved);
		break;
	case RECORD_SNAPSHOT:
		saved_snapshot_read(at, saved);
		break;
	case RECORD_EVENT:
		read_change(at, saved);
		break;
	case RECORD_STACKS:
		saved_stacks_read(at, saved);
		break;
	case RECORD_ERROR:
		saved->record.text = json_in_string(at, "message");
		break;
	case RECORD_INSPECT:
		saved_inspection_read(at, saved);
		break;
	case RECORD_DOCTOR:
		saved_doctor_read(at, saved);
		break;
	case RECORD_TYPE_COUNT:
		break;
	}
}

/* Newer ones are told from what is no record of ours at all. */
static void check_schema(const struct json_at *at)
{
	uint64_t schema = json_in_uint(at, "schema");
	char text[120];

	if (schema == JSON_SCHEMA)
		return;
	(void)snprintf(text, sizeof(text),
		       schema > JSON_SCHEMA
			       ? "written by a newer pitrace; this one reads "
				 "schema %d"
			       : "not one that there is (this is schema %d)",
		       JSON_SCHEMA);
	json_in_wrong(at, "schema", text);
}

static enum record_type find_type(const struct json_at *at)
{
	const char *name = json_in_string(at, "type");
	int type = 0;

	while (type < RECORD_TYPE_COUNT &&
	       strcmp(name, record_type_name((enum record_type)type)) != 0)
		type++;
	return (enum record_type)type;
}

int saved_record_read(struct saved_record *saved, struct json_object *json,
		      struct json_in *in)
{
	struct json_at at = json_in_begin(in, json);
	struct record *record = &saved->record;

	*saved = (struct saved_record){.json = json};
	record->type = find_type(&at);
	check_schema(&at);
	if (in->error)
		return in->error;
	if (record->type == RECORD_TYPE_COUNT)
		return 0;
	record->time_ns = json_in_time(&at, "time");
	record->ts_ns = json_in_uint(&at, "ts_ns");
	read_data(&at, saved);
	return in->error ? in->error : 1;
}

struct snapshot *saved_record_take(struct saved_record *saved)
{
	struct snapshot *snapshot = saved->snapshot;

	saved->snapshot = NULL;
	saved->record.snapshot = NULL;
	return snapshot;
}

void saved_record_free(struct saved_record *saved)
{
	snapshot_free(saved->snapshot);
	stack_list_free(&saved->stacks);
	inspect_report_free(&saved->inspection);
	doctor_report_free(&saved->report);
	free(saved->findings.probes);
	free(saved->findings.devices);
	free(saved->probes);
	json_object_put(saved->json);
	*saved = (struct saved_record){.json = NULL};
}
