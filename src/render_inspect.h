/* SPDX-License-Identifier: GPL-2.0-only */
/* The two outputs of --inspect; as those of render.h. */
#ifndef PITRACE_RENDER_INSPECT_H
#define PITRACE_RENDER_INSPECT_H

#include "inspect_report.h"
#include "render.h"

/*
 * For people: the host, then a paragraph for each vector, its lines not
 * longer than 79 columns where words can be told to be shorter.
 */
int render_inspect(FILE *out, const struct inspect_report *report,
		   const struct table_options *o);

/* One "inspect" record. */
int render_json_inspect(FILE *out, const struct inspect_report *report,
			const struct run_info *info);

#endif
