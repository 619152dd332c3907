// SPDX-License-Identifier: GPL-2.0-only
#include "json_out.h"
#include "json_parts.h"
#include "render_doctor.h"

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static void add_fact(struct json_out *out, struct json_object *array,
		     const struct doctor_fact *fact)
{
	struct json_object *object = json_out_object(out, array, NULL);

	json_out_string(out, object, "fact", fact->name);
	json_out_string(out, object, "subject", text_or_null(fact->subject));
	json_out_string(out, object, "status", fact_status_name(fact->status));
	json_out_string(out, object, "found", fact->found);
	json_out_string(out, object, "consequence",
			text_or_null(fact->consequence));
	json_out_string(out, object, "remedy", text_or_null(fact->remedy));
}

/* As the probes of other records; what was not tried has no method. */
static void add_probe(struct json_out *out, struct json_object *array,
		      const struct probe_finding *probe, bool tried)
{
	struct json_object *object = json_out_object(out, array, NULL);
	const struct probe_status *status = &probe->status;
	bool off = status->method == METHOD_OFF;

	json_out_string(out, object, "name", status->name);
	json_out_string(out, object, "method",
			tried ? attach_method_name(status->method) : NULL);
	json_out_string(out, object, "expected_method",
			attach_method_name(probe->expected));
	json_out_string(out, object, "module", status->module);
	json_out_string(out, object, "function", status->function);
	json_out_string(out, object, "reason", text_or_null(status->reason));
	json_out_bool(out, object, "required", status->required);
	json_out_string(out, object, "lost_without",
			off ? status->without : NULL);
}

static void add_device(struct json_out *out, struct json_object *array,
		       const struct device_vectors *device)
{
	struct json_object *object = json_out_object(out, array, NULL);
	char address[PCI_ADDRESS_LEN];

	pci_address_format(&device->device, address);
	json_out_string(out, object, "device", address);
	json_out_string(out, object, "driver", text_or_null(device->driver));
	json_out_bool(out, object, "vfio", device->is_vfio);
	json_out_uint(out, object, "vectors", device->count);
}

static void add_lists(struct json_out *out, const struct doctor_report *report,
		      const struct doctor_findings *findings)
{
	struct json_object *array = json_out_array(out, out->record, "facts");

	for (size_t i = 0; i < report->fact_count; i++)
		add_fact(out, array, &report->facts[i]);
	array = json_out_array(out, out->record, "probes");
	for (size_t i = 0; i < findings->probe_count; i++)
		add_probe(out, array, &findings->probes[i],
			  findings->trial.probes_tried);
	array = json_out_array(out, out->record, "devices");
	for (size_t i = 0; i < findings->device_count; i++)
		add_device(out, array, &findings->devices[i]);
}

int render_json_doctor(FILE *file, const struct doctor_report *report,
		       const struct doctor_findings *findings,
		       const char *version)
{
	struct json_out out;

	json_out_begin(&out, "doctor", report->time_ns, report->ts_ns);
	json_out_string(&out, out.record, "version", version);
	json_out_string(&out, out.record, "kernel", findings->host.release);
	json_out_string(&out, out.record, "verdict",
			doctor_report_verdict(report));
	json_out_int(&out, out.record, "exit_status", (int)report->exit_code);
	json_add_host(&out, &findings->host.posting);
	add_lists(&out, report, findings);
	return json_out_write(&out, file);
}
