// SPDX-License-Identifier: GPL-2.0-only
/*
 * pitrace: which way does the interrupt of a passed-through PCI device reach
 * its guest?
 */
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>

#include "doctor.h"
#include "failure.h"
#include "host_proc.h"
#include "inspect.h"
#include "libbpf_log.h"
#include "loader.h"
#include "options.h"
#include "output.h"
#include "privileges.h"
#include "display.h"
#include "replay.h"
#include "session.h"
#include "small_pages.h"
#include "version.h"

static int show_version(void)
{
	struct output out;
	int err = output_begin(&out);

	if (err)
		return err;
	(void)fprintf(out.text, "pitrace %s\nlibbpf %s\n", PITRACE_VERSION,
		      libbpf_version_string());
	return output_end(&out, stdout);
}

typedef int action_fn(const struct options *options, struct display *display,
		      struct failure *failure);

static int confine(struct failure *failure)
{
	int err;

	loader_lift_memory_limit();
	err = privileges_confine();
	return err ? fail(failure, EXIT_FAILED, err, "giving up privileges")
		   : 0;
}

/* What takes privileges comes first. */
static int trace(const struct options *options, struct display *display,
		 struct failure *failure)
{
	struct exporter exporter;
	int err = exporter_open(&exporter, options, failure);

	if (!err)
		err = confine(failure);
	if (!err)
		err = session_run(options, display, &exporter, failure);
	exporter_close(&exporter);
	return err;
}

/* What looks once. */
static int inspect(const struct options *options, struct display *display,
		   struct failure *failure)
{
	int err = confine(failure);

	return err ? err : inspect_run(options, display, failure);
}

static int examine(const struct options *options, struct display *display,
		   struct failure *failure)
{
	int err = confine(failure);

	return err ? err : doctor_run(options, display, failure);
}

static int run(const struct options *options, action_fn *action)
{
	struct failure failure = {.exit_code = EXIT_DONE};
	struct display display;
	int err;

	display_init(&display, options);
	err = display_open_files(&display, &failure);
	if (!err)
		err = action(options, &display, &failure);
	/* A report that says it itself leaves no text. */
	if (err && *failure.text)
		display_error(&display, failure.text);
	if (display_close_files(&display, &failure)) {
		display_error(&display, failure.text);
		return EXIT_FAILED;
	}
	return err ? (int)failure.exit_code : EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options options;
	char error[256];
	int code = EXIT_DONE;

	if (options_parse(argc, argv, &options, error, sizeof(error))) {
		output_note("%s", error);
		return EXIT_USAGE;
	}
	host_proc_set(options.proc);
	libbpf_log_init(options.verbosity);
	small_pages_only();
	/* A reader that went away is an errno like any other. */
	(void)signal(SIGPIPE, SIG_IGN);
	switch (options.action) {
	case ACTION_HELP:
		code = options_help(stdout) ? EXIT_FAILED : EXIT_DONE;
		break;
	case ACTION_VERSION:
		code = show_version() ? EXIT_FAILED : EXIT_DONE;
		break;
	case ACTION_TRACE:
		code = run(&options, trace);
		break;
	case ACTION_INSPECT:
		code = run(&options, inspect);
		break;
	case ACTION_DOCTOR:
		code = run(&options, examine);
		break;
	case ACTION_REPLAY:
		code = run(&options, replay_run);
		break;
	}
	options_free(&options);
	return code;
}
