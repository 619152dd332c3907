// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>

#include "json_parts_in.h"
#include "saved_parts.h"

/* --- of --inspect --- */

static void read_inspected_device(const struct json_at *at, void *item)
{
	struct inspected_device *device = item;

	json_in_device(at, &device->device);
	json_in_copy_known(at, "driver", device->driver,
			   sizeof(device->driver));
	device->vectors = json_in_uint(at, "vectors");
}

static void read_inspected_vector(const struct json_at *at, void *item)
{
	struct inspected_vector *vector = item;

	json_in_name(at, &vector->name);
	vector->irq = (unsigned int)json_in_upto(at, "irq", INT_MAX);
	json_in_configured(at, &vector->configured);
}

void saved_inspection_read(const struct json_at *at, struct saved_record *saved)
{
	struct inspect_report *report = &saved->inspection;

	saved_run_read(at, saved);
	report->time_ns = saved->record.time_ns;
	report->ts_ns = saved->record.ts_ns;
	json_in_host(at, &report->host);
	report->devices =
		json_in_items(at, "devices", NULL, read_inspected_device,
			      sizeof(*report->devices), &report->device_count);
	report->vectors =
		json_in_items(at, "vectors", NULL, read_inspected_vector,
			      sizeof(*report->vectors), &report->vector_count);
	saved->record.inspection = report;
}

/* --- of --doctor --- */

static const char *status_word(int number)
{
	return fact_status_name((enum fact_status)number);
}

static void read_fact(const struct json_at *at, void *item)
{
	struct doctor_fact *fact = item;

	fact->name = json_in_string(at, "fact");
	json_in_copy_known(at, "subject", fact->subject, sizeof(fact->subject));
	fact->status = (enum fact_status)json_in_word(at, "status", status_word,
						      DOCTOR_STATUSES, NULL);
	json_in_copy(at, "found", fact->found, sizeof(fact->found));
	json_in_copy_known(at, "consequence", fact->consequence,
			   sizeof(fact->consequence));
	json_in_copy_known(at, "remedy", fact->remedy, sizeof(fact->remedy));
}

static void read_probe(const struct json_at *at, void *item)
{
	struct probe_finding *probe = item;
	bool tried;

	json_in_probe(at, &probe->status, &tried);
	probe->expected = json_in_method(at, "expected_method", NULL);
}

/* All probes were, or none: those have no method. */
static bool probes_were_tried(const struct json_at *at)
{
	size_t count, tried = 0;
	struct json_at array = json_in_array(at, "probes", &count, NULL);

	for (size_t i = 0; i < count; i++)
		tried += json_object_object_get(
				 json_object_array_get_idx(array.value, i),
				 "method") != NULL;
	if (tried && tried < count)
		json_in_wrong(at, "probes", "only some of them have a method");
	return tried;
}

static void read_device(const struct json_at *at, void *item)
{
	struct device_vectors *device = item;

	json_in_device(at, &device->device);
	json_in_copy_known(at, "driver", device->driver,
			   sizeof(device->driver));
	device->is_vfio = json_in_bool(at, "vfio");
	device->count = json_in_uint(at, "vectors");
}

static void read_findings(const struct json_at *at,
			  struct doctor_findings *findings)
{
	json_in_copy(at, "kernel", findings->host.release,
		     sizeof(findings->host.release));
	json_in_host(at, &findings->host.posting);
	findings->probes = json_in_items(at, "probes", NULL, read_probe,
					 sizeof(*findings->probes),
					 &findings->probe_count);
	findings->trial.probes_tried = !at->in->error && probes_were_tried(at);
	findings->devices = json_in_items(at, "devices", NULL, read_device,
					  sizeof(*findings->devices),
					  &findings->device_count);
}

void saved_doctor_read(const struct json_at *at, struct saved_record *saved)
{
	struct doctor_report *report = &saved->report;

	saved->record.run.version = json_in_string(at, "version");
	report->time_ns = saved->record.time_ns;
	report->ts_ns = saved->record.ts_ns;
	report->exit_code =
		(enum exit_code)json_in_upto(at, "exit_status", EXIT_INPUT);
	report->facts =
		json_in_items(at, "facts", NULL, read_fact,
			      sizeof(*report->facts), &report->fact_count);
	read_findings(at, &saved->findings);
	saved->record.report = report;
	saved->record.findings = &saved->findings;
}
