/* SPDX-License-Identifier: GPL-2.0-only */
/* A record that was read back from a line of JSON. */
#ifndef PITRACE_SAVED_RECORD_H
#define PITRACE_SAVED_RECORD_H

#include <json-c/json.h>

#include "json_in.h"
#include "record.h"

struct saved_record {
	struct record record; /* points to what follows */
	struct snapshot *snapshot;
	struct change change;
	struct stack_list stacks;
	struct inspect_report inspection;
	struct doctor_report report;
	/* Of them, what the record has: it can be written again, not judged. */
	struct doctor_findings findings;
	struct probe_status *probes;
	struct json_object *json; /* which the strings belong to */
};

/*
 * Fills @saved with what @json says, which it takes over. Keys that this
 * version does not know are ignored. Returns 1; 0 if the type of the record is
 * not known, which json_object_get_string() of its "type" then is; or a
 * negative errno: -EBADMSG with a problem in @in, -ENOMEM. In any case @saved
 * is to be freed.
 */
int saved_record_read(struct saved_record *saved, struct json_object *json,
		      struct json_in *in);

/* Frees what it holds, and leaves it empty. */
void saved_record_free(struct saved_record *saved);

/* The snapshot, which is the caller's then, to be freed. */
struct snapshot *saved_record_take(struct saved_record *saved);

#endif
