/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that several kinds of JSON records have in common, read back. */
#ifndef PITRACE_JSON_PARTS_IN_H
#define PITRACE_JSON_PARTS_IN_H

#include "configured.h"
#include "host_posting.h"
#include "json_in.h"
#include "probe_status.h"
#include "vector_name.h"
#include "vm_identity.h"

/* "device" */
void json_in_device(const struct json_at *object, struct pci_address *device);

/* "device", "kind", "vector" */
void json_in_name(const struct json_at *object, struct vector_name *name);

/* The same, or all null: false. */
bool json_in_name_known(const struct json_at *object, struct vector_name *name);

/* "vm" */
void json_in_vm(const struct json_at *object, struct vm_identity *vm);

/*
 * What "probes" of all kinds of records have. The method may be null, for off,
 * if @tried is not NULL.
 */
void json_in_probe(const struct json_at *object, struct probe_status *probe,
		   bool *tried);

/* One of the methods */
enum attach_method json_in_method(const struct json_at *object, const char *key,
				  bool *known);

/* "host" */
void json_in_host(const struct json_at *record, struct host_posting *host);

/* "configured" */
void json_in_configured(const struct json_at *object,
			struct configured *configured);

#endif
