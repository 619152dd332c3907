// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "display.h"
#include "failure.h"
#include "new_file.h"
#include "render.h"
#include "render_doctor.h"
#include "render_inspect.h"
#include "text_escape.h"

#define HOME_AND_CLEAR "\033[H\033[J"

/* It knows escape sequences, as far as it tells. */
static bool knows_sequences(void)
{
	const char *term = getenv("TERM");

	return term && *term && strcmp(term, "dumb") != 0;
}

void display_init(struct display *display, const struct options *options)
{
	*display = (struct display){.options = options, .out = stdout};
	display->is_terminal = isatty(STDOUT_FILENO);
	display->is_live = display->is_terminal && knows_sequences();
}

/* --- the copy --- */

static int copy_failed(struct display *display, struct failure *failure,
		       int err, const char *doing)
{
	display->copy_failed = true;
	(void)fail(failure, EXIT_FAILED, err, "%s '%s'", doing,
		   display->options->record);
	/* Not to be taken for an output that nobody reads any more. */
	return -EIO;
}

static int open_copy(struct display *display, struct failure *failure)
{
	int err = 0;

	if (display->options->record)
		err = new_file_open(display->options->record, &display->copy);
	return err ? copy_failed(display, failure, err, "creating") : 0;
}

static int close_copy(struct display *display, struct failure *failure)
{
	FILE *copy = display->copy;

	display->copy = NULL;
	errno = 0;
	if (!copy || !fclose(copy) || display->copy_failed)
		return 0;
	return copy_failed(display, failure, errno ? -errno : -EIO,
			   "writing to");
}

static int write_copy(struct display *display, const struct record *record,
		      struct failure *failure)
{
	int err = display->copy ? record_write(display->copy, record) : 0;

	return err ? copy_failed(display, failure, err, "writing to") : 0;
}

/* --- both files --- */

int display_open_files(struct display *display, struct failure *failure)
{
	const char *path = display->options->report;
	int err = open_copy(display, failure);

	if (err || !path)
		return err;
	display->report = report_output_open(path, failure);
	return display->report ? 0 : -EIO;
}

int display_close_files(struct display *display, struct failure *failure)
{
	struct failure second = {.exit_code = EXIT_DONE};
	int err = close_copy(display, failure);
	int report_err =
		report_output_close(display->report, err ? &second : failure);

	display->report = NULL;
	return err ? err : report_err;
}

static int write_files(struct display *display, const struct record *record,
		       struct failure *failure)
{
	int err = write_copy(display, record, failure);

	if (!err && display->report)
		err = report_output_add(display->report, record, failure);
	return err;
}

/* --- for people --- */

static bool wants_color(const struct display *display)
{
	return display->is_terminal && !getenv("NO_COLOR") && knows_sequences();
}

static struct table_options table_options(const struct display *display,
					  bool live)
{
	struct table_options table = {
		.all = display->options->all,
		.exact = display->options->exact,
		.color = wants_color(display),
	};
	struct winsize size;

	if (display->is_terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)) {
		table.width = size.ws_col;
		table.height = live ? size.ws_row : 0;
	}
	return table;
}

/* Without a screen, a table is shown at each interval if one was asked for. */
static int show_snapshot(struct display *display,
			 const struct snapshot *snapshot)
{
	struct table_options table = table_options(display, display->is_live);

	/* Lines come as things happen; a table would wipe them away. */
	if (display->options->events)
		return 0;
	if (display->is_live) {
		(void)fputs(HOME_AND_CLEAR, display->out);
		display->screen_taken = true;
	} else if (display->options->stacks ||
		   !display->options->interval_given) {
		return 0;
	}
	return render_table(display->out, snapshot, &table);
}

static void leave_screen(struct display *display)
{
	if (display->screen_taken)
		(void)fputs(HOME_AND_CLEAR, display->out);
	display->screen_taken = false;
}

static int show_stacks(struct display *display, const struct stack_list *stacks)
{
	if (!display->options->stacks)
		return 0;
	leave_screen(display);
	display->stacks_shown = true;
	return display->options->folded ? render_folded(display->out, stacks)
					: render_stacks(display->out, stacks);
}

static int show_end(struct display *display, const struct snapshot *snapshot)
{
	struct table_options table = table_options(display, false);
	bool only_stacks = display->stacks_shown && !display->is_terminal;

	display->stacks_shown = false;
	/* Piped stacks go to a program that reads nothing else. */
	if (only_stacks)
		return 0;
	leave_screen(display);
	return render_summary(display->out, snapshot, &table);
}

static int show(struct display *display, const struct record *r)
{
	struct table_options table = table_options(display, false);

	if (options_only_export(display->options))
		return 0;
	switch (r->type) {
	case RECORD_SNAPSHOT:
		return show_snapshot(display, r->snapshot);
	case RECORD_EVENT:
		return display->options->events
			       ? render_change(display->out, r->change)
			       : 0;
	case RECORD_STACKS:
		return show_stacks(display, r->stacks);
	case RECORD_END:
		return show_end(display, r->snapshot);
	case RECORD_INSPECT:
		return render_inspect(display->out, r->inspection, &table);
	case RECORD_DOCTOR:
		return render_doctor(display->out, r->report, &table);
	case RECORD_START:
	case RECORD_PROBES:
	case RECORD_ERROR:
	case RECORD_TYPE_COUNT:
		break;
	}
	return 0;
}

int display_record(struct display *display, const struct record *record,
		   struct failure *failure)
{
	int err = write_files(display, record, failure);

	if (err)
		return err;
	err = display->options->json ? record_write(display->out, record)
				     : show(display, record);
	if (!err || err == -EPIPE)
		return err;
	return fail(failure, EXIT_FAILED, err, "writing the output");
}

void display_error(const struct display *display, const char *text)
{
	struct record record = {
		.type = RECORD_ERROR,
		.time_ns = clock_realtime_ns(),
		.ts_ns = clock_monotonic_ns(),
		.text = text,
	};
	char shown[4 * FAILURE_LEN];

	text_escape(text, shown, sizeof(shown));
	output_note("%s", shown);
	if (display->copy && !display->copy_failed)
		(void)record_write(display->copy, &record);
	if (display->report)
		(void)report_keep_add(&display->report->keep, &record);
	if (display->options->json)
		(void)record_write(display->out, &record);
}

/* --- on standard error --- */

void output_note(const char *format, ...)
{
	va_list arguments;

	(void)fputs("pitrace: ", stderr);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
}

static void output_probe(const struct probe_status *probe)
{
	char line[PROBE_LINE_LEN], shown[4 * sizeof(line)];

	probe_status_line(probe, line);
	text_escape(line, shown, sizeof(shown));
	output_note("%s", shown);
}

void output_probes(const struct probe_status *probes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		output_probe(&probes[i]);
}
