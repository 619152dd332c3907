// SPDX-License-Identifier: GPL-2.0-only
#include "json_out.h"
#include "json_parts.h"
#include "render_inspect.h"

static void add_host(struct json_out *out, const struct host_posting *host)
{
	struct json_object *object = json_out_object(out, out->record, "host");

	json_out_string(out, object, "iommu", iommu_kind_name(host->iommu));
	json_add_known(out, object, "iommu_can_post", host->iommu_can_post);
	json_add_known(out, object, "posting_disabled", host->posting_disabled);
	json_out_string(out, object, "kvm_module", host->kvm_module);
	json_add_known(out, object, "apicv", host->apicv);
	json_add_known(out, object, "device_posted_irqs", host->device_posting);
}

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
	add_host(&out, &report->host);
	array = json_out_array(&out, out.record, "devices");
	for (size_t i = 0; i < report->device_count; i++)
		add_device(&out, array, &report->devices[i]);
	array = json_out_array(&out, out.record, "vectors");
	for (size_t i = 0; i < report->vector_count; i++)
		add_vector(&out, array, &report->vectors[i]);
	return json_out_write(&out, file);
}
