// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "new_file.h"
#include "render_report.h"
#include "report_output.h"
#include "signals.h"

/* Whoever reads the path sees a whole report or none. */
static int open_draft(struct report_output *output)
{
	sigset_t before;
	int err;

	if (asprintf(&output->draft, "%s" REPORT_DRAFT_SUFFIX, output->path) <
	    0) {
		output->draft = NULL;
		return -ENOMEM;
	}
	signals_hold(&before);
	err = new_file_create(output->draft, &output->file);
	if (!err)
		signals_guard(output->draft);
	signals_release(&before);
	return err;
}

static int open_file(struct report_output *output)
{
	struct stat status;

	if (stat(output->path, &status))
		return open_draft(output);
	if (S_ISREG(status.st_mode))
		return -EEXIST;
	return new_file_open(output->path, &output->file);
}

static void output_free(struct report_output *output)
{
	signals_unguard();
	report_keep_free(&output->keep);
	free(output->draft);
	free(output);
}

struct report_output *report_output_open(const char *path,
					 struct failure *failure)
{
	struct report_output *output = malloc(sizeof(*output));
	int err;

	if (!output) {
		(void)fail(failure, EXIT_FAILED, -ENOMEM, "starting");
		return NULL;
	}
	*output = (struct report_output){.path = path};
	report_keep_init(&output->keep);
	err = open_file(output);
	if (!err)
		return output;
	(void)fail(failure, EXIT_FAILED, err, "creating '%s'",
		   output->draft ? output->draft : path);
	output_free(output);
	return NULL;
}

int report_output_add(struct report_output *output, const struct record *record,
		      struct failure *failure)
{
	int err = report_keep_add(&output->keep, record);

	return err ? fail(failure, EXIT_FAILED, err, "keeping the report") : 0;
}

static int write_file(struct report_output *output, bool has_data)
{
	int err = has_data ? render_report(output->file, &output->keep) : 0;

	errno = 0;
	if (fclose(output->file) && !err)
		err = errno ? -errno : -EIO;
	return err;
}

/* Rights that root had as it began may be gone, hence the advice. */
static int name_draft(struct report_output *output, struct failure *failure)
{
	if (!output->draft || !rename(output->draft, output->path))
		return 0;
	return fail(failure, EXIT_FAILED, -errno,
		    "the report is in '%s'; renaming it", output->draft);
}

int report_output_close(struct report_output *output, struct failure *failure)
{
	bool has_data;
	int err;

	if (!output)
		return 0;
	has_data = report_keep_has_data(&output->keep);
	err = write_file(output, has_data);
	if (output->draft && (err || !has_data))
		(void)unlink(output->draft);
	if (err)
		(void)fail(failure, EXIT_FAILED, err, "writing to '%s'",
			   output->draft ? output->draft : output->path);
	else if (has_data)
		err = name_draft(output, failure);
	output_free(output);
	return err;
}
