// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "collect.h"
#include "collect_change.h"
#include "collect_stacks.h"
#include "events.h"
#include "host.h"
#include "requirements.h"
#include "session.h"
#include "text_escape.h"
#include "tracer.h"

/* How often to look whether a module that is being loaded is live. */
#define MODULE_POLL_MS 2

struct session {
	const struct options *options;
	struct display *display;
	struct exporter *exporter;
	struct failure *failure;
	struct tracer *tracer;
	struct collector *collector; /* NULL until counting begins */
	struct snapshot *first; /* for metrics, until there is a last one */
	struct snapshot *last;
	struct events events;
	uint64_t shown; /* intervals */
};

static void note_driver(const struct pci_address *device)
{
	char address[PCI_ADDRESS_LEN], driver[DRIVER_NAME_LEN];
	char shown[4 * DRIVER_NAME_LEN];

	pci_address_format(device, address);
	host_device_driver(device, driver);
	text_escape(driver, shown, sizeof(shown));
	if (!*driver)
		output_note("%s is not bound to a driver; waiting until it is "
			    "bound to vfio-pci",
			    address);
	else if (!strstr(driver, "vfio"))
		output_note("%s is bound to %s, not to vfio-pci; waiting",
			    address, shown);
}

static void describe_probes(const struct session *session)
{
	size_t count;
	const struct probe_status *probes =
		tracer_probes(session->tracer, &count);

	if (session->options->verbosity)
		output_probes(probes, count);
}

static void describe_skips(const struct session *session)
{
	size_t count;
	const struct probe_status *probes =
		tracer_probes(session->tracer, &count);

	for (size_t i = 0; session->options->verbosity && i < count; i++)
		if (probes[i].skipped_runs)
			output_note("%-13s skipped by the kernel %llu times",
				    probes[i].name, probes[i].skipped_runs);
}

static void note_untyped(const struct session *session)
{
	const char *refusal = tracer_refusal(session->tracer);

	if (!tracer_is_untyped(session->tracer))
		return;
	output_note("%s%s%s: interrupts, paths and stacks are counted by "
		    "kprobes; vCPUs, guest vectors, other injections and "
		    "posting are not known",
		    *refusal ? "this kernel refuses programs that read types "
			       "of modules ("
			     : "there is no BTF of modules",
		    refusal, *refusal ? ")" : "");
}

/* What an answer lacks for want of a module, once and in words. */
static void note_missing_modules(const struct session *session)
{
	if (!tracer_is_counting(session->tracer))
		output_note("module vfio_pci_core is not loaded; waiting until "
			    "it is");
	else if (!tracer_irqfds_known(session->tracer))
		output_note("module kvm is not loaded; until it is, every "
			    "interrupt goes to an eventfd's reader");
}

/* "start" or "probes" */
static int show_run(struct session *session, enum record_type type)
{
	struct record record = {
		.type = type,
		.time_ns = clock_realtime_ns(),
		.ts_ns = clock_monotonic_ns(),
	};
	size_t count;
	const struct probe_status *probes =
		tracer_probes(session->tracer, &count);

	run_info_here(&record.run, probes, count);
	record.run.interval_ns = session->options->interval_ns;
	return display_record(session->display, &record, session->failure);
}

/* --- metrics --- */

/* Of the newest snapshot, which is an interval old at most. */
static struct metrics newest_metrics(const struct session *session)
{
	struct metrics metrics = {
		.snapshot = session->last ? session->last : session->first,
		.changes_known = tracer_changes_known(session->tracer),
	};
	size_t count;
	const struct probe_status *probes =
		tracer_probes(session->tracer, &count);

	run_info_here(&metrics.run, probes, count);
	return metrics;
}

static void update_metrics(const struct session *session)
{
	const struct metrics metrics = newest_metrics(session);

	exporter_update(session->exporter, &metrics);
}

static void serve_metrics(const struct session *session)
{
	const struct metrics metrics = newest_metrics(session);

	exporter_serve(session->exporter, &metrics);
}

/* --- snapshots --- */

static int take_snapshot(struct session *session, enum collect_extent extent)
{
	struct snapshot *snapshot;
	int err = collect(session->collector, session->last, extent, &snapshot);

	if (err)
		return fail(session->failure, EXIT_FAILED, err,
			    "reading the counters");
	snapshot_free(session->first);
	snapshot_free(session->last);
	session->first = NULL;
	session->last = snapshot;
	return 0;
}

static int start_interval(struct session *session)
{
	int err = events_start_interval(&session->events,
					session->options->interval_ns);

	return err ? fail(session->failure, EXIT_FAILED, err, "setting a timer")
		   : 0;
}

static int on_change(void *arg, const struct change_event *event)
{
	struct session *session = arg;
	struct change change;
	struct record record = {.type = RECORD_EVENT, .change = &change};

	collect_change(session->tracer, event, &change);
	return display_record(session->display, &record, session->failure);
}

/* Counting has just begun. */
static int begin(struct session *session)
{
	int err;

	tracer_on_change(session->tracer, on_change, session);
	session->collector = collector_new(session->tracer);
	if (!session->collector)
		return fail(session->failure, EXIT_FAILED, -ENOMEM, "starting");
	err = take_snapshot(session, COLLECT_ALL);
	if (err)
		return err;
	/* It was for the rows' beginnings: deltas are against the start. */
	session->first = session->last;
	session->last = NULL;
	update_metrics(session);
	err = show_run(session, RECORD_START);
	if (err)
		return err;
	/* Nothing else would show that it has begun. */
	if (!session->options->json &&
	    (!session->display->is_live || session->options->events ||
	     options_only_export(session->options)))
		output_note("tracing; Ctrl-C ends it");
	/* The first interval begins now, not with the waiting. */
	return start_interval(session);
}

static int update(struct session *session)
{
	bool changed;
	int err = tracer_update(session->tracer, &changed, session->failure);

	if (err || !changed)
		return err;
	describe_probes(session);
	if (!session->collector && tracer_is_counting(session->tracer))
		return begin(session);
	update_metrics(session);
	return session->collector ? show_run(session, RECORD_PROBES) : 0;
}

static int show_snapshot(struct session *session)
{
	struct record record = {
		.type = RECORD_SNAPSHOT,
		.snapshot = session->last,
	};

	return display_record(session->display, &record, session->failure);
}

static int on_interval(struct session *session, bool *done)
{
	bool waiting = !session->collector;
	int err = update(session);

	if (err || waiting)
		return err;
	err = take_snapshot(session, COLLECT_REFRESH);
	if (!err) {
		update_metrics(session);
		/* Also where intervals leave no time for anything else. */
		serve_metrics(session);
		err = show_snapshot(session);
	}
	session->shown++;
	*done = session->options->count &&
		session->shown == session->options->count;
	return err;
}

/* What else may have changed: modules, probes, the ways of interrupts. */
static int on_tracer(struct session *session, bool *coming)
{
	int err = tracer_take_events(session->tracer);

	*coming = tracer_modules_coming(session->tracer);
	return err ? err : update(session);
}

/* Runs until there is a reason to end, which it returns in *@reason. */
static int loop(struct session *session, const char **reason)
{
	bool coming = false, done = false;
	int err = 0, event;

	while (!err && !done) {
		event = events_wait(&session->events,
				    coming ? MODULE_POLL_MS : -1);
		if (event < 0)
			return fail(session->failure, EXIT_FAILED, event,
				    "waiting");
		*reason = event == EVENT_SIGNAL     ? "signal"
			  : event == EVENT_DURATION ? "duration"
						    : "count";
		if (event == EVENT_SIGNAL || event == EVENT_DURATION)
			return 0;
		if (event == EVENT_INTERVAL)
			err = on_interval(session, &done);
		else if (event == EVENT_EXPORTER)
			serve_metrics(session);
		else
			err = on_tracer(session, &coming);
	}
	return err;
}

static int show_stacks(struct session *session)
{
	struct collected_stacks stacks = {.symbols = NULL};
	struct record record = {
		.type = RECORD_STACKS,
		.time_ns = session->last->time_ns,
		.ts_ns = session->last->ts_ns,
		.stacks = &stacks.list,
	};
	int err = collect_stacks(session->tracer, &stacks);

	if (err)
		err = fail(session->failure, EXIT_FAILED, err,
			   "reading the stacks");
	else
		err = display_record(session->display, &record,
				     session->failure);
	collected_stacks_free(&stacks);
	return err;
}

static int show_end(struct session *session, const struct snapshot *snapshot,
		    const char *reason)
{
	struct record record = {
		.type = RECORD_END,
		.snapshot = snapshot,
		.text = reason,
	};

	return display_record(session->display, &record, session->failure);
}

/* What was waited for did not come: an empty snapshot says so. */
static int end_unstarted(struct session *session, const char *reason)
{
	struct snapshot *empty = snapshot_new(0);
	int err;

	if (!empty)
		return fail(session->failure, EXIT_FAILED, -ENOMEM, "ending");
	empty->time_ns = clock_realtime_ns();
	empty->ts_ns = clock_monotonic_ns();
	output_note("nothing was traced");
	err = show_end(session, empty, reason);
	snapshot_free(empty);
	return err;
}

/*
 * Two last snapshots: the first gives the rows of /proc/interrupts to hold
 * the final counts against.
 */
static int end(struct session *session, const char *reason)
{
	struct snapshot *before;
	int err;

	if (!session->collector)
		return end_unstarted(session, reason);
	err = collect(session->collector, session->last, COLLECT_ALL, &before);
	if (err)
		return fail(session->failure, EXIT_FAILED, err,
			    "reading the counters");
	snapshot_free(before);
	tracer_stop(session->tracer);
	err = tracer_take_events(session->tracer);
	if (!err)
		err = take_snapshot(session, COLLECT_ALL);
	describe_skips(session);
	if (!err && session->options->stacks)
		err = show_stacks(session);
	return err ? err : show_end(session, session->last, reason);
}

static int open_all(struct session *session)
{
	int err = events_open(&session->events);

	if (err)
		return fail(session->failure, EXIT_FAILED, err, "starting");
	err = tracer_open(&session->tracer, session->options, session->failure);
	if (err)
		return err;
	err = events_watch_tracer(&session->events,
				  tracer_event_fd(session->tracer));
	if (!err && exporter_fd(session->exporter) >= 0)
		err = events_watch_exporter(&session->events,
					    exporter_fd(session->exporter));
	/* Waiting is part of it: a script's run has to end. */
	if (!err && session->options->duration_ns)
		err = events_start_duration(&session->events,
					    session->options->duration_ns);
	if (err)
		return fail(session->failure, EXIT_FAILED, err, "starting");
	/* Modules are looked for at each, in case their loading was missed. */
	return start_interval(session);
}

static int trace(struct session *session)
{
	const char *reason = "signal";
	char shortfall[SHORTFALL_LEN];
	int err;

	describe_shortfall(shortfall, sizeof(shortfall));
	err = open_all(session);
	if (err)
		return err;
	if (*shortfall)
		output_note("%s", shortfall);
	describe_processes(shortfall, sizeof(shortfall));
	if (*shortfall)
		output_note("%s", shortfall);
	for (size_t i = 0; i < session->options->device_count; i++)
		note_driver(&session->options->devices[i]);
	describe_probes(session);
	note_untyped(session);
	note_missing_modules(session);
	if (tracer_is_counting(session->tracer))
		err = begin(session);
	else
		update_metrics(session);
	if (!err)
		err = loop(session, &reason);
	if (!err)
		err = end(session, reason);
	return err;
}

int session_run(const struct options *options, struct display *display,
		struct exporter *exporter, struct failure *failure)
{
	struct session session = {
		.options = options,
		.display = display,
		.exporter = exporter,
		.failure = failure,
		.events = {-1, -1, -1, -1},
	};
	int err = require_devices(options, failure);

	if (!err)
		err = trace(&session);
	snapshot_free(session.first);
	snapshot_free(session.last);
	collector_free(session.collector);
	tracer_close(session.tracer);
	events_close(&session.events);
	return err == -EPIPE ? 0 : err;
}
