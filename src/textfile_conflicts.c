// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics_file.h"
#include "report_output.h"
#include "same_file.h"
#include "textfile_conflicts.h"

/* Is @path @of, with what is put behind its name? */
static bool is_draft(const char *path, const char *of, const char *suffix)
{
	char *draft;
	bool is;

	/* Without memory nothing comes of the run either. */
	if (asprintf(&draft, "%s%s", of, suffix) < 0)
		return false;
	is = same_file(path, draft);
	free(draft);
	return is;
}

static bool replaces(const char *textfile, const char *path)
{
	return path && (same_file(path, textfile) ||
			is_draft(path, textfile, METRICS_DRAFT_SUFFIX));
}

static bool replaces_report(const char *textfile, const char *report)
{
	return replaces(textfile, report) ||
	       (report && is_draft(textfile, report, REPORT_DRAFT_SUFFIX));
}

/* The option whose file is lost. */
static const char *replaced(const struct options *o)
{
	if (o->input && strcmp(o->input, "-") != 0 &&
	    replaces(o->textfile, o->input))
		return "input";
	if (replaces(o->textfile, o->record))
		return "record";
	return replaces_report(o->textfile, o->report) ? "report" : NULL;
}

int textfile_conflicts(const struct options *options, char *text, size_t size)
{
	const char *other = options->textfile ? replaced(options) : NULL;

	if (!other)
		return 0;
	(void)snprintf(text, size,
		       "--textfile would take the place of the file of --%s",
		       other);
	return -EINVAL;
}
