// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "input_file.h"
#include "privileges.h"
#include "record_reader.h"
#include "replay.h"
#include "replay_filter.h"
#include "replay_metrics.h"
#include "text_escape.h"

struct replay {
	const struct options *options;
	struct display *display;
	struct failure *failure;
	struct record_reader reader;
	struct replay_metrics metrics;
	bool running; /* a run's records have begun, and not ended */
	uint64_t joined; /* intervals in one view; 0: not known yet */
	uint64_t intervals; /* since the last one that was due, which is */
	struct snapshot *shown;
	struct snapshot *kept; /* one after it */
	size_t cut_line; /* where the first run breaks off; 0: none does */
	bool has_records, has_stacks;
	size_t others; /* records of types that are not known */
	size_t other_line; /* of the first of them */
	char other_type[40];
};

static void forget_run(struct replay *replay)
{
	snapshot_free(replay->shown);
	snapshot_free(replay->kept);
	replay->shown = NULL;
	replay->kept = NULL;
	replay->joined = 0;
	replay->intervals = 0;
	replay->running = false;
}

static int show(struct replay *replay, const struct record *record)
{
	return display_record(replay->display, record, replay->failure);
}

/* --- intervals --- */

/* As many saved intervals make one as fit in what was asked for. */
static void set_interval(struct replay *replay, uint64_t saved_ns)
{
	uint64_t wanted_ns = replay->options->interval_ns;
	bool fits = replay->options->interval_given && saved_ns &&
		    saved_ns <= wanted_ns;

	replay->joined = fits ? wanted_ns / saved_ns : 1;
}

static bool is_due(struct replay *replay, const struct snapshot *s)
{
	/* Of records without their beginning. */
	if (!replay->joined)
		set_interval(replay, s->interval_ns);
	return ++replay->intervals >= replay->joined;
}

/* Deltas were against a snapshot that has been left out. */
static void join_intervals(struct replay *replay, struct snapshot *s)
{
	if (replay->kept)
		snapshot_finish(s, replay->shown, s->ts_ns - s->duration_ns);
	snapshot_free(replay->kept);
	replay->kept = NULL;
	replay->intervals = 0;
}

static int show_snapshot(struct replay *replay, struct saved_record *saved)
{
	struct snapshot *s = saved->snapshot;
	int err;

	if (!is_due(replay, s)) {
		snapshot_free(replay->kept);
		replay->kept = saved_record_take(saved);
		return 0;
	}
	join_intervals(replay, s);
	err = show(replay, &saved->record);
	if (!err)
		err = replay_metrics_write(&replay->metrics, s,
					   replay->failure);
	snapshot_free(replay->shown);
	replay->shown = saved_record_take(saved);
	return err;
}

/* --- runs --- */

/* A run without an end: what it had come to, but no record is made up. */
static int cut_run(struct replay *replay)
{
	struct record record = {
		.type = RECORD_END,
		.snapshot = replay->kept ? replay->kept : replay->shown,
	};
	int err = 0;

	if (!replay->running)
		return 0;
	if (!replay->cut_line)
		replay->cut_line = replay->reader.line;
	if (record.snapshot && !replay->options->json)
		err = show(replay, &record);
	forget_run(replay);
	return err;
}

/* "start" or "probes" */
static int show_run(struct replay *replay, struct saved_record *saved)
{
	int err = show(replay, &saved->record);

	replay_metrics_run(&replay->metrics, saved);
	return err;
}

static int begin_run(struct replay *replay, struct saved_record *saved)
{
	int err = cut_run(replay);

	replay->running = true;
	set_interval(replay, saved->record.run.interval_ns);
	saved->record.run.interval_ns *= replay->joined;
	return err ? err : show_run(replay, saved);
}

static int end_run(struct replay *replay, struct saved_record *saved)
{
	int err;

	join_intervals(replay, saved->snapshot);
	forget_run(replay);
	err = show(replay, &saved->record);
	return err ? err
		   : replay_metrics_write(&replay->metrics, saved->snapshot,
					  replay->failure);
}

static int fail_run(struct replay *replay, struct saved_record *saved)
{
	char text[4 * FAILURE_LEN];

	forget_run(replay);
	text_escape(saved->record.text, text, sizeof(text));
	output_note("the saved run failed: %s", text);
	return show(replay, &saved->record);
}

/* What -v tells of a run. */
static void describe_run(const struct replay *replay,
			 const struct run_info *run)
{
	char version[80], kernel[4 * KERNEL_RELEASE_LEN];

	if (!replay->options->verbosity)
		return;
	text_escape(run->version, version, sizeof(version));
	text_escape(run->kernel_release, kernel, sizeof(kernel));
	output_note("saved by pitrace %s on %s", version, kernel);
	output_probes(run->probes, run->probe_count);
}

/* --- records --- */

static int show_saved(struct replay *replay, struct saved_record *saved)
{
	switch (saved->record.type) {
	case RECORD_START:
		describe_run(replay, &saved->record.run);
		return begin_run(replay, saved);
	case RECORD_PROBES:
		describe_run(replay, &saved->record.run);
		return show_run(replay, saved);
	case RECORD_SNAPSHOT:
		replay->running = true;
		return show_snapshot(replay, saved);
	case RECORD_STACKS:
		replay->has_stacks = true;
		break;
	case RECORD_END:
		return end_run(replay, saved);
	case RECORD_ERROR:
		return fail_run(replay, saved);
	case RECORD_EVENT:
	case RECORD_INSPECT:
	case RECORD_DOCTOR:
	case RECORD_TYPE_COUNT:
		break;
	}
	return show(replay, &saved->record);
}

static void note_other(struct replay *replay, const struct saved_record *saved)
{
	struct json_object *type = json_object_object_get(saved->json, "type");

	if (replay->others++)
		return;
	replay->other_line = replay->reader.line;
	text_escape(json_object_get_string(type), replay->other_type,
		    sizeof(replay->other_type));
}

/* Until there are no more records, or one of them is wrong. */
static int show_all(struct replay *replay, enum record_reading *reading)
{
	struct saved_record saved;
	int err = 0;

	do {
		*reading = record_reader_next(&replay->reader, &saved);
		replay->has_records |=
			*reading == READ_RECORD || *reading == READ_OTHER;
		if (*reading == READ_OTHER)
			note_other(replay, &saved);
		else if (*reading == READ_RECORD &&
			 replay_filter(replay->options, &saved))
			err = show_saved(replay, &saved);
		saved_record_free(&saved);
	} while (!err && *reading != READ_END && *reading != READ_FAILED);
	return err;
}

/* --- how it ends --- */

static void say_notes(const struct replay *replay)
{
	if (replay->others)
		output_note("skipped %zu record%s of types that this version "
			    "does not know, the first, '%s', in line %zu",
			    replay->others, replay->others == 1 ? "" : "s",
			    replay->other_type, replay->other_line);
	if (replay->options->stacks && !replay->has_stacks)
		output_note("no stacks were saved");
	replay_metrics_say(&replay->metrics);
}

static const char *input_name(const struct replay *replay)
{
	const char *path = replay->options->input;

	return strcmp(path, "-") ? path : "standard input";
}

static int fail_at(const struct replay *replay, size_t line, const char *what)
{
	return fail(replay->failure, EXIT_INPUT, 0, "line %zu of %s: %s", line,
		    input_name(replay), what);
}

static int judge(const struct replay *replay, enum record_reading reading)
{
	const struct json_in *in = &replay->reader.in;

	/* A signal: whatever is lacking, it is not the input's fault. */
	if (reading == READ_FAILED && in->error == -ECANCELED)
		return 0;
	if (reading == READ_FAILED && in->error == -EBADMSG)
		return fail_at(replay, replay->reader.line, in->problem);
	if (reading == READ_FAILED)
		return fail(replay->failure, EXIT_INPUT, in->error,
			    "reading %s", input_name(replay));
	if (replay->cut_line)
		return fail_at(replay, replay->cut_line,
			       "the run breaks off here, without its end");
	if (!replay->has_records)
		return fail(replay->failure, EXIT_INPUT, 0, "no records in %s",
			    input_name(replay));
	return 0;
}

static int show_file(struct replay *replay, FILE *file)
{
	enum record_reading reading;
	int err;

	record_reader_open(&replay->reader, file);
	err = show_all(replay, &reading);
	/* What there is comes before what is wrong with it. */
	if (!err)
		err = cut_run(replay);
	forget_run(replay);
	say_notes(replay);
	if (!err)
		err = judge(replay, reading);
	record_reader_close(&replay->reader);
	return err;
}

int replay_file(FILE *file, const struct options *options,
		struct display *display, struct failure *failure)
{
	struct replay replay = {
		.options = options,
		.display = display,
		.failure = failure,
	};
	int err = replay_metrics_open(&replay.metrics, options, failure);

	if (!err)
		err = show_file(&replay, file);
	replay_metrics_close(&replay.metrics);
	return err == -EPIPE ? 0 : err;
}

/* Nothing else is needed once it is open. */
static int drop_privileges(struct failure *failure)
{
	int err = privileges_confine();

	if (!err)
		err = privileges_drop();
	return err ? fail(failure, EXIT_FAILED, err, "giving up privileges")
		   : 0;
}

int replay_run(const struct options *options, struct display *display,
	       struct failure *failure)
{
	struct input_file input;
	int err = input_file_open(&input, options->input);

	if (err)
		return fail(failure, EXIT_INPUT, err, "opening '%s'",
			    options->input);
	/* What is read at once would only flash by. */
	if (input_file_is_plain(&input))
		display->is_live = false;
	err = drop_privileges(failure);
	if (!err)
		err = replay_file(input.file, options, display, failure);
	input_file_close(&input);
	return err;
}
