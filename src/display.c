// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "display.h"
#include "failure.h"
#include "render.h"
#include "render_doctor.h"
#include "render_inspect.h"
#include "text_escape.h"
#include "version.h"

#define HOME_AND_CLEAR "\033[H\033[J"

void display_init(struct display *display, const struct options *options)
{
	*display = (struct display){.options = options};
	display->is_terminal = isatty(STDOUT_FILENO);
}

static bool wants_color(const struct display *display)
{
	const char *term = getenv("TERM");

	return display->is_terminal && !getenv("NO_COLOR") && term &&
	       strcmp(term, "dumb") != 0;
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

static struct run_info run_info(const struct probe_status *probes, size_t count,
				struct utsname *name)
{
	(void)uname(name);
	return (struct run_info){
		.version = PITRACE_VERSION,
		.kernel_release = name->release,
		.probes = probes,
		.probe_count = count,
	};
}

int display_start(struct display *display, const struct probe_status *probes,
		  size_t count)
{
	struct utsname name;
	struct run_info info = run_info(probes, count, &name);

	if (!display->options->json)
		return 0;
	return render_json_start(stdout, &info, clock_realtime_ns(),
				 clock_monotonic_ns());
}

int display_probes(struct display *display, const struct probe_status *probes,
		   size_t count)
{
	struct utsname name;
	struct run_info info = run_info(probes, count, &name);

	if (!display->options->json)
		return 0;
	return render_json_probes(stdout, &info, clock_realtime_ns(),
				  clock_monotonic_ns());
}

/* Piped, a table is shown at each interval only if one was asked for. */
int display_snapshot(struct display *display, const struct snapshot *snapshot)
{
	struct table_options table = table_options(display, true);

	if (display->options->json)
		return render_json_snapshot(stdout, snapshot);
	/* Lines come as things happen; a table would wipe them away. */
	if (display->options->events)
		return 0;
	if (display->is_terminal) {
		(void)fputs(HOME_AND_CLEAR, stdout);
		display->screen_taken = true;
		return render_table(stdout, snapshot, &table);
	}
	if (display->options->stacks || !display->options->interval_given)
		return 0;
	return render_table(stdout, snapshot, &table);
}

int display_change(struct display *display, const struct change *change)
{
	if (display->options->json)
		return render_json_change(stdout, change);
	return display->options->events ? render_change(stdout, change) : 0;
}

int display_inspection(struct display *display,
		       const struct inspect_report *report,
		       const struct probe_status *probes, size_t count)
{
	struct table_options table = table_options(display, false);
	struct utsname name;
	struct run_info info = run_info(probes, count, &name);

	if (display->options->json)
		return render_json_inspect(stdout, report, &info);
	return render_inspect(stdout, report, &table);
}

int display_doctor(struct display *display, const struct doctor_report *report,
		   const struct doctor_findings *findings)
{
	struct table_options table = table_options(display, false);

	if (display->options->json)
		return render_json_doctor(stdout, report, findings,
					  PITRACE_VERSION);
	return render_doctor(stdout, report, &table);
}

static int json_end(const struct snapshot *snapshot,
		    const struct stack_list *stacks, const char *reason)
{
	int err = 0;

	if (stacks)
		err = render_json_stacks(stdout, stacks, snapshot->time_ns,
					 snapshot->ts_ns);
	return err ? err : render_json_end(stdout, snapshot, reason);
}

int display_end(struct display *display, const struct snapshot *snapshot,
		uint64_t duration_ns, const struct stack_list *stacks,
		const char *reason)
{
	struct table_options table = table_options(display, false);
	int err = 0;

	if (display->options->json)
		return json_end(snapshot, stacks, reason);
	if (display->screen_taken)
		(void)fputs(HOME_AND_CLEAR, stdout);
	if (stacks && display->options->folded)
		err = render_folded(stdout, stacks);
	else if (stacks)
		err = render_stacks(stdout, stacks);
	/* Piped stacks go to a program that reads nothing else. */
	if (err || (stacks && !display->is_terminal))
		return err;
	return render_summary(stdout, snapshot, &table, duration_ns);
}

void display_error(const struct display *display, const char *text)
{
	char shown[4 * FAILURE_LEN];

	text_escape(text, shown, sizeof(shown));
	output_note("%s", shown);
	if (display->options->json)
		(void)render_json_error(stdout, text, clock_realtime_ns(),
					clock_monotonic_ns());
}

void output_note(const char *format, ...)
{
	va_list arguments;

	(void)fputs("pitrace: ", stderr);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
}
