/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading of one type of records each, for saved_record.c. */
#ifndef PITRACE_SAVED_PARTS_H
#define PITRACE_SAVED_PARTS_H

#include "saved_record.h"

/* What "start", "probes" and "inspect" have of their run. */
void saved_run_read(const struct json_at *at, struct saved_record *saved);

/* "snapshot" and "end", without its reason */
void saved_snapshot_read(const struct json_at *at, struct saved_record *saved);
void saved_stacks_read(const struct json_at *at, struct saved_record *saved);
void saved_inspection_read(const struct json_at *at,
			   struct saved_record *saved);
void saved_doctor_read(const struct json_at *at, struct saved_record *saved);

#endif
