// SPDX-License-Identifier: GPL-2.0-only
#include "json_out.h"
#include "json_parts.h"
#include "render_inspect.h"

static void add_device(struct json_out *out, struct json_object *array,
		       const struct inspected_device *device)
{
	struct json_object *object = json_out_object(out, array, NULL);
	char address[PCI_ADDRESS_LEN];

	pci_address_format(&device->device, address);
	json_out_string(out, object, "device", address);
	json_out_string(out, object, "driver",
			*device->driver ? device->driver : NULL);
	json_out_uint(out, object, "vectors", device->vectors);
}

static void add_vector(struct json_out *out, struct json_object *array,
		       const struct inspected_vector *vector)
{
	struct json_object *object = json_out_object(out, array, NULL);

	json_add_name(out, object, &vector->name);
	json_out_uint(out, object, "irq", vector->irq);
	json_add_configured(out, object, &vector->configured);
}

int render_json_inspect(FILE *file, const struct inspect_report *report,
			const struct run_info *info)
{
	struct json_object *array;
	struct json_out out;

	json_out_begin(&out, "inspect", report->time_ns, report->ts_ns);
	json_add_run(&out, info);
	json_add_host(&out, &report->host);
	array = json_out_array(&out, out.record, "devices");
	for (size_t i = 0; i < report->device_count; i++)
		add_device(&out, array, &report->devices[i]);
	array = json_out_array(&out, out.record, "vectors");
	for (size_t i = 0; i < report->vector_count; i++)
		add_vector(&out, array, &report->vectors[i]);
	return json_out_write(&out, file);
}
