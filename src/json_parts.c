// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "json_parts.h"
#include "text_escape.h"

void json_add_name(struct json_out *out, struct json_object *parent,
		   const struct vector_name *name)
{
	char address[PCI_ADDRESS_LEN];

	if (!name) {
		json_out_null(out, parent, "device");
		json_out_null(out, parent, "kind");
		json_out_null(out, parent, "vector");
		return;
	}
	pci_address_format(&name->device, address);
	json_out_string(out, parent, "device", address);
	json_out_string(out, parent, "kind", vector_kind_name(name->kind));
	json_out_uint(out, parent, "vector", name->vector);
}

void json_add_vm(struct json_out *out, struct json_object *parent,
		 const struct vm_identity *vm)
{
	struct json_object *object;

	if (!vm->known) {
		json_out_null(out, parent, "vm");
		return;
	}
	object = json_out_object(out, parent, "vm");
	json_out_known(out, object, "pid", vm->pid);
	/* The name goes with the process; unknown is null, not "". */
	json_out_string(out, object, "comm", *vm->comm ? vm->comm : NULL);
	/* Any process can give itself a name that is no text. */
	if (!text_is_utf8(vm->comm))
		json_out_hex_bytes(out, object, "comm_hex", vm->comm);
}

static void add_probe(struct json_out *out, struct json_object *array,
		      const struct probe_status *probe)
{
	struct json_object *object = json_out_object(out, array, NULL);
	bool off = probe->method == METHOD_OFF;

	json_out_string(out, object, "name", probe->name);
	json_out_string(out, object, "method",
			attach_method_name(probe->method));
	json_out_string(out, object, "module", probe->module);
	json_out_string(out, object, "function", probe->function);
	json_out_string(out, object, "reason",
			*probe->reason ? probe->reason : NULL);
	json_out_bool(out, object, "required", probe->required);
	json_out_string(out, object, "lost_without",
			off ? probe->without : NULL);
}

void json_add_run(struct json_out *out, const struct run_info *info)
{
	struct json_object *probes;

	json_out_string(out, out->record, "version", info->version);
	json_out_string(out, out->record, "kernel", info->kernel_release);
	probes = json_out_array(out, out->record, "probes");
	for (size_t i = 0; i < info->probe_count; i++)
		add_probe(out, probes, &info->probes[i]);
}

void json_add_host(struct json_out *out, const struct host_posting *host)
{
	struct json_object *object = json_out_object(out, out->record, "host");

	json_out_string(out, object, "iommu", iommu_kind_name(host->iommu));
	json_add_known(out, object, "iommu_can_post", host->iommu_can_post);
	json_add_known(out, object, "posting_disabled", host->posting_disabled);
	json_out_string(out, object, "kvm_module", host->kvm_module);
	json_add_known(out, object, "apicv", host->apicv);
	json_add_known(out, object, "device_posted_irqs", host->device_posting);
}

/* --- what an interrupt would do --- */

static void add_reasons(struct json_out *out, struct json_object *parent,
			reason_set reasons)
{
	enum reason first = reason_first(reasons);
	struct json_object *array;

	json_out_string(out, parent, "reason",
			first < REASON_COUNT ? reason_word(first) : NULL);
	array = json_out_array(out, parent, "reasons");
	for (int i = 0; i < REASON_COUNT; i++)
		if (reasons & REASON_BIT(i))
			json_out_string(out, array, NULL,
					reason_word((enum reason)i));
}

static void add_irte(struct json_out *out, struct json_object *parent,
		     const struct irte *irte)
{
	struct json_object *object = json_out_object(out, parent, "irte");

	json_out_string(out, object, "mode", irte_mode_name(irte->mode));
	json_out_known(out, object, "index", irte->index);
	if (irte->words_known) {
		json_out_hex(out, object, "high", irte->high);
		json_out_hex(out, object, "low", irte->low);
	} else {
		json_out_null(out, object, "high");
		json_out_null(out, object, "low");
	}
}

static void add_message(struct json_out *out, struct json_object *object,
			const struct configured *c)
{
	const struct msi_route *route = &c->route;

	json_out_hex(out, object, "address", route->address);
	json_out_hex(out, object, "data", route->data);
	json_out_uint(out, object, "destination", route->destination);
	json_out_bool(out, object, "logical", route->logical);
	json_out_bool(out, object, "redirection_hint", route->redirection_hint);
	json_out_string(out, object, "delivery_mode",
			delivery_mode_name(route->delivery_mode));
	json_out_known(out, object, "guest_vector", route->vector);
	json_out_known(out, object, "vcpus", c->route_vcpus);
}

static void add_route(struct json_out *out, struct json_object *parent,
		      const struct configured *c)
{
	struct json_object *object;

	if (c->route_kind == ROUTE_UNKNOWN) {
		json_out_null(out, parent, "route");
		return;
	}
	object = json_out_object(out, parent, "route");
	json_out_string(out, object, "type", route_kind_name(c->route_kind));
	if (c->route_kind == ROUTE_MSI)
		add_message(out, object, c);
}

static void add_since(struct json_out *out, struct json_object *parent,
		      const struct configured *c)
{
	switch (c->since) {
	case SINCE_UNKNOWN:
		json_out_null(out, parent, "since");
		break;
	case SINCE_BEFORE_START:
		json_out_string(out, parent, "since", "before_start");
		break;
	case SINCE_TIME:
		json_out_time(out, parent, "since", c->since_time_ns);
		break;
	}
}

static void add_inhibits(struct json_out *out, struct json_object *parent,
			 const struct configured *c)
{
	const char *at = c->inhibit_names;
	struct json_object *array;

	if (!c->inhibits_known) {
		json_out_null(out, parent, "apicv_inhibits");
		return;
	}
	array = json_out_array(out, parent, "apicv_inhibits");
	while (*at) {
		char name[INHIBIT_NAMES_LEN] = "";
		size_t length = strcspn(at, ",");

		memcpy(name, at, length);
		json_out_string(out, array, NULL, name);
		at += length + (at[length] == ',');
	}
}

void json_add_known(struct json_out *out, struct json_object *parent,
		    const char *key, enum known value)
{
	if (value == NOT_KNOWN)
		json_out_null(out, parent, key);
	else
		json_out_bool(out, parent, key, value == KNOWN_YES);
}

void json_add_configured(struct json_out *out, struct json_object *parent,
			 const struct configured *c)
{
	struct json_object *object = json_out_object(out, parent, "configured");

	json_out_string(out, object, "path", configured_path_name(c->path));
	add_reasons(out, object, c->reasons);
	add_irte(out, object, &c->irte);
	json_out_known(out, object, "gsi", c->gsi);
	json_out_known(out, object, "guest_vector", c->guest_vector);
	json_out_known(out, object, "vcpu", c->vcpu);
	if (c->irte.mode == IRTE_POSTED)
		json_out_hex(out, object, "descriptor", c->irte.descriptor);
	else
		json_out_null(out, object, "descriptor");
	add_since(out, object, c);
	json_add_vm(out, object, &c->vm);
	json_out_bool(out, object, "vm_by_device", c->vm_by_device);
	add_route(out, object, c);
	json_add_known(out, object, "bypass_joined", c->bypass_joined);
	add_inhibits(out, object, c);
	if (c->update_error)
		json_out_int(out, object, "update_error", c->update_error);
	else
		json_out_null(out, object, "update_error");
}
