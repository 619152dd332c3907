/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that several kinds of JSON records have in common. */
#ifndef PITRACE_JSON_PARTS_H
#define PITRACE_JSON_PARTS_H

#include "configured.h"
#include "json_out.h"
#include "render.h"

/* "device", "kind", "vector"; all null if @name is NULL */
void json_add_name(struct json_out *out, struct json_object *parent,
		   const struct vector_name *name);

/* "vm": null, or "pid", "comm", and "comm_hex" if that is not all of it */
void json_add_vm(struct json_out *out, struct json_object *parent,
		 const struct vm_identity *vm);

/* A boolean, or null. */
void json_add_known(struct json_out *out, struct json_object *parent,
		    const char *key, enum known value);

/* "version", "kernel", "probes", of the record itself */
void json_add_run(struct json_out *out, const struct run_info *info);

/* "host", of the record itself */
void json_add_host(struct json_out *out, const struct host_posting *host);

/* "configured" */
void json_add_configured(struct json_out *out, struct json_object *parent,
			 const struct configured *configured);

#endif
