/* SPDX-License-Identifier: GPL-2.0-only */
/* Records of all types, with something in every field, and with nothing. */
#ifndef PITRACE_TEST_RECORD_SCENE_H
#define PITRACE_TEST_RECORD_SCENE_H

/* cmocka has a fail() of its own: before it. */
#include "record.h"

#include "support.h"

/* Kinds of what is in them: all that can be known, no more than must be. */
enum fullness {
	FULL,
	FULL_POSTED, /* as FULL, but with posted vectors */
	BARE,
	FULLNESS_COUNT
};

/* @ts_ns: CLOCK_MONOTONIC; tracing started at 1000. To be freed. */
struct snapshot *make_snapshot(enum fullness fullness, uint64_t ts_ns,
			       const struct snapshot *previous);

/* All that a record of @type can point to, until scene_free(). */
struct record_scene {
	struct record record;
	struct snapshot *snapshot;
	struct change change;
	struct stack_list stacks;
	struct inspect_report inspection;
	struct doctor_report report;
	struct doctor_findings findings;
};

void scene_make(struct record_scene *scene, enum record_type type,
		enum fullness fullness);
void scene_free(struct record_scene *scene);

/* The line of a record, to be freed. */
char *line_of(const struct record *record);

/* Reads @text as records; the file is to be closed. */
FILE *open_text(const char *text, size_t size);

#endif
