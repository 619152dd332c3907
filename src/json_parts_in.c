// SPDX-License-Identifier: GPL-2.0-only
#include "json_parts_in.h"

#include <stdint.h>
#include <string.h>

/* --- words --- */

static const char *kind_word(int number)
{
	return vector_kind_name((enum vector_kind)number);
}

static const char *method_word(int number)
{
	return attach_method_name((enum attach_method)number);
}

static const char *iommu_word(int number)
{
	return iommu_kind_name((enum iommu_kind)number);
}

static const char *path_word(int number)
{
	return configured_path_name((enum configured_path)number);
}

static const char *entry_word(int number)
{
	return irte_mode_name((enum irte_mode)number);
}

static const char *route_word(int number)
{
	return route_kind_name((enum route_kind)number);
}

static const char *delivery_word(int number)
{
	return delivery_mode_name((unsigned int)number);
}

static const char *any_reason_word(int number)
{
	return reason_word((enum reason)number);
}

/* --- names --- */

void json_in_device(const struct json_at *object, struct pci_address *device)
{
	if (pci_address_parse(json_in_string(object, "device"), device))
		json_in_wrong(object, "device", "not the address of a device");
}

void json_in_name(const struct json_at *object, struct vector_name *name)
{
	json_in_device(object, &name->device);
	name->kind = (enum vector_kind)json_in_word(object, "kind", kind_word,
						    VECTOR_INTX + 1, NULL);
	name->vector = (unsigned int)json_in_upto(object, "vector", UINT32_MAX);
}

bool json_in_name_known(const struct json_at *object, struct vector_name *name)
{
	uint64_t vector;

	if (json_in_text(object, "device")) {
		json_in_name(object, name);
		return true;
	}
	json_in_both(object, "kind", json_in_text(object, "kind"), false);
	json_in_both(object, "vector",
		     json_in_uint_known(object, "vector", &vector), false);
	return false;
}

void json_in_vm(const struct json_at *object, struct vm_identity *vm)
{
	struct json_at at = json_in_object(object, "vm", &vm->known);

	if (!vm->known)
		return;
	vm->pid = json_in_known(&at, "pid");
	if (!json_in_hex_bytes(&at, "comm_hex", vm->comm, sizeof(vm->comm)))
		json_in_copy_known(&at, "comm", vm->comm, sizeof(vm->comm));
}

/* --- probes and host --- */

enum attach_method json_in_method(const struct json_at *object, const char *key,
				  bool *known)
{
	return (enum attach_method)json_in_word(object, key, method_word,
						METHOD_TRACEPOINT + 1, known);
}

void json_in_probe(const struct json_at *object, struct probe_status *probe,
		   bool *tried)
{
	probe->name = json_in_string(object, "name");
	probe->method = json_in_method(object, "method", tried);
	probe->module = json_in_text(object, "module");
	probe->function = json_in_string(object, "function");
	probe->required = json_in_bool(object, "required");
	probe->without = json_in_text(object, "lost_without");
	json_in_copy_known(object, "reason", probe->reason,
			   sizeof(probe->reason));
	if (probe->method != METHOD_OFF)
		json_in_both(object, "lost_without", probe->without, false);
}

/* A constant, as the name lives longer than the record. */
static const char *kvm_module(const struct json_at *host)
{
	static const char *const names[] = {"kvm_intel", "kvm_amd"};
	const char *name = json_in_text(host, "kvm_module");

	if (!name)
		return NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return names[i];
	json_in_wrong(host, "kvm_module", "not a word that this version knows");
	return NULL;
}

void json_in_host(const struct json_at *record, struct host_posting *host)
{
	struct json_at at = json_in_object(record, "host", NULL);
	bool known;

	host->iommu = (enum iommu_kind)json_in_word(&at, "iommu", iommu_word,
						    IOMMU_AMD + 1, &known);
	host->iommu_can_post = json_in_known_bool(&at, "iommu_can_post");
	host->posting_disabled = json_in_known_bool(&at, "posting_disabled");
	host->kvm_module = kvm_module(&at);
	host->apicv = json_in_known_bool(&at, "apicv");
	host->device_posting = json_in_known_bool(&at, "device_posted_irqs");
}

/* --- what an interrupt would do --- */

static reason_set read_reasons(const struct json_at *object)
{
	size_t count;
	struct json_at array = json_in_array(object, "reasons", &count, NULL);
	reason_set reasons = 0;

	for (size_t i = 0; i < count; i++)
		reasons |= REASON_BIT(json_in_item_word(
			&array, i, any_reason_word, REASON_COUNT));
	return reasons;
}

/* What is not in the record (the vector) follows from the words. */
static void read_irte(const struct json_at *object, struct configured *c)
{
	struct json_at at = json_in_object(object, "irte", NULL);
	struct irte *irte = &c->irte;

	irte->mode = (enum irte_mode)json_in_word(&at, "mode", entry_word,
						  IRTE_POSTED_MSI + 1, NULL);
	irte->index = json_in_known(&at, "index");
	irte->words_known = json_in_hex_known(&at, "low", &irte->low);
	json_in_both(&at, "high", json_in_hex_known(&at, "high", &irte->high),
		     irte->words_known);
	irte->vector = -1;
	json_in_both(object, "descriptor",
		     json_in_hex_known(object, "descriptor", &irte->descriptor),
		     irte->mode == IRTE_POSTED);
}

static void read_message(const struct json_at *at, struct configured *c)
{
	struct msi_route *route = &c->route;

	route->address = json_in_hex(at, "address");
	route->data = (uint32_t)json_in_hex(at, "data");
	route->destination =
		(uint32_t)json_in_upto(at, "destination", UINT32_MAX);
	route->logical = json_in_bool(at, "logical");
	route->redirection_hint = json_in_bool(at, "redirection_hint");
	route->delivery_mode = (unsigned int)json_in_word(
		at, "delivery_mode", delivery_word, DELIVERY_MODES, NULL);
	route->vector = json_in_known(at, "guest_vector");
	c->route_vcpus = json_in_known(at, "vcpus");
}

static void read_route(const struct json_at *object, struct configured *c)
{
	bool known;
	struct json_at at = json_in_object(object, "route", &known);

	if (!known)
		return;
	c->route_kind = (enum route_kind)json_in_word(&at, "type", route_word,
						      ROUTE_OTHER + 1, NULL);
	if (c->route_kind == ROUTE_MSI)
		read_message(&at, c);
}

static void read_since(const struct json_at *object, struct configured *c)
{
	const char *since = json_in_text(object, "since");

	if (!since)
		return;
	if (strcmp(since, "before_start") == 0) {
		c->since = SINCE_BEFORE_START;
		return;
	}
	c->since = SINCE_TIME;
	c->since_time_ns = json_in_time(object, "since");
}

/* Adds to "hyperv,nested". False if it is no name, or there is no room. */
static bool add_inhibit(struct configured *c, const char *name)
{
	size_t used = strlen(c->inhibit_names), length = strlen(name);

	if (!length || strchr(name, ',') ||
	    used + length + 2 > sizeof(c->inhibit_names))
		return false;
	if (used)
		c->inhibit_names[used++] = ',';
	memcpy(&c->inhibit_names[used], name, length + 1);
	return true;
}

static void read_inhibits(const struct json_at *object, struct configured *c)
{
	size_t count;
	struct json_at array = json_in_array(object, "apicv_inhibits", &count,
					     &c->inhibits_known);

	for (size_t i = 0; i < count && !object->in->error; i++)
		if (!add_inhibit(c, json_in_item_string(&array, i)))
			json_in_wrong(object, "apicv_inhibits",
				      "not names, or too many");
}

void json_in_configured(const struct json_at *object, struct configured *c)
{
	struct json_at at = json_in_object(object, "configured", NULL);

	configured_unknown(c);
	c->path = (enum configured_path)json_in_word(&at, "path", path_word,
						     CONFIGURED_HOST + 1, NULL);
	c->reasons = read_reasons(&at);
	read_irte(&at, c);
	c->gsi = json_in_known(&at, "gsi");
	c->guest_vector = json_in_known(&at, "guest_vector");
	c->vcpu = json_in_known(&at, "vcpu");
	read_since(&at, c);
	json_in_vm(&at, &c->vm);
	c->vm_by_device = json_in_bool(&at, "vm_by_device");
	read_route(&at, c);
	c->bypass_joined = json_in_known_bool(&at, "bypass_joined");
	read_inhibits(&at, c);
	c->update_error = json_in_errno_known(&at, "update_error");
}
