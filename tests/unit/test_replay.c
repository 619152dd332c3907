// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record and --input: what is shown of saved records is what was shown live,
 * to the byte; and what is said of records that are damaged.
 */
#include "record_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "display.h"
#include "input_file.h"
#include "metrics_file.h"
#include "render_metrics.h"
#include "replay.h"

#define SECOND UINT64_C(1000000000)
#define SHOTS  6

/* A session: start, a change, snapshots a second apart, stacks, end. */
struct session {
	struct record_scene start, change, stacks;
	struct snapshot *snapshots[SHOTS + 1];
	struct record records[SHOTS + 4];
	size_t count;
};

static void add(struct session *run, const struct record *record)
{
	run->records[run->count++] = *record;
}

/* Of timers that are asked for late: hardly a second. */
static uint64_t time_of(size_t nth)
{
	static const int64_t off[] = {0, 300000, -2000, 900000000, 70, 0, 50};

	return 1000 + SECOND * (nth + 1) + (uint64_t)off[nth];
}

static void make_run(struct session *run)
{
	memset(run, 0, sizeof(*run));
	scene_make(&run->start, RECORD_START, FULL);
	scene_make(&run->change, RECORD_EVENT, FULL);
	scene_make(&run->stacks, RECORD_STACKS, FULL);
	add(run, &run->start.record);
	add(run, &run->change.record);
	for (size_t i = 0; i <= SHOTS; i++) {
		struct record record = {
			.type = i < SHOTS ? RECORD_SNAPSHOT : RECORD_END,
			.text = "count",
		};

		if (i == SHOTS)
			add(run, &run->stacks.record);
		run->snapshots[i] =
			make_snapshot(i % 2 ? FULL : FULL_POSTED, time_of(i),
				      i ? run->snapshots[i - 1] : NULL);
		record.snapshot = run->snapshots[i];
		add(run, &record);
	}
}

static void free_run(struct session *run)
{
	scene_free(&run->start);
	scene_free(&run->change);
	scene_free(&run->stacks);
	for (size_t i = 0; i <= SHOTS; i++)
		snapshot_free(run->snapshots[i]);
}

/* A display without a terminal, whose text is captured. */
static void set_up(struct display *display, const struct options *options,
		   struct capture *capture)
{
	display_init(display, options);
	display->out = capture_begin(capture);
	display->is_terminal = false;
	display->is_live = false;
}

/* What is shown of records as they come. */
static char *live(const struct record *records, size_t count,
		  const struct options *options)
{
	struct failure failure = {.exit_code = EXIT_DONE};
	struct capture capture;
	struct display display;

	set_up(&display, options, &capture);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			display_record(&display, &records[i], &failure), 0);
	return capture_end(&capture);
}

static char *saved(const struct record *records, size_t count)
{
	static const struct options json = {.json = true};

	return live(records, count, &json);
}

/* What is shown of a file; how it ended in @failure. */
static char *replayed_file(FILE *file, const struct options *options,
			   struct failure *failure)
{
	struct capture capture;
	struct display display;

	*failure = (struct failure){.exit_code = EXIT_DONE};
	set_up(&display, options, &capture);
	if (!replay_file(file, options, &display, failure))
		assert_int_equal(failure->exit_code, EXIT_DONE);
	return capture_end(&capture);
}

/* The same of @text. */
static char *replayed(const char *text, const struct options *options,
		      struct failure *failure)
{
	FILE *file = open_text(text, strlen(text));
	char *shown = replayed_file(file, options, failure);

	fclose(file);
	return shown;
}

static void check_replayed(const char *text, const struct options *options,
			   const char *expected, const char *problem)
{
	struct failure failure;
	char *shown = replayed(text, options, &failure);

	assert_string_equal(shown, expected);
	/* What follows is the library's words. */
	if (strstr(problem, "not JSON"))
		failure.text[strlen(problem)] = '\0';
	assert_string_equal(failure.text, problem);
	assert_int_equal(failure.exit_code, *problem ? EXIT_INPUT : EXIT_DONE);
	free(shown);
}

#define INPUT  .input = "saved"
#define TABLES INPUT, .interval_given = true, .interval_ns = SECOND

static const struct options ways[] = {
	{INPUT},
	{TABLES},
	{TABLES, .all = true},
	{TABLES, .exact = true},
	{INPUT, .json = true},
	{TABLES, .json = true},
	{INPUT, .events = true},
	{INPUT, .stacks = true},
	{INPUT, .stacks = true, .folded = true},
	{TABLES, .stacks = true, .events = true},
};

static void shows_what_was_shown(void **state)
{
	struct session run;
	char *text;

	(void)state;
	make_run(&run);
	text = saved(run.records, run.count);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		char *expected = live(run.records, run.count, &ways[i]);

		assert_true(strlen(expected) > 100);
		check_replayed(text, &ways[i], expected, "");
		free(expected);
	}
	free(text);
	free_run(&run);
}

/* Of one table every two seconds, deltas are those of two seconds. */
static void joins_intervals(void **state)
{
	static const struct options every_2_s = {INPUT, .interval_given = true,
						 .interval_ns = 2 * SECOND};
	static const struct options json_every_2_s = {
		INPUT, .interval_given = true, .interval_ns = 2 * SECOND,
		.json = true};
	struct session run;
	char *text, *expected, *json;
	size_t kept = 0;

	(void)state;
	make_run(&run);
	text = saved(run.records, run.count);
	/* As they would have been taken live. */
	for (size_t i = 0; i < run.count; i++) {
		struct record *record = &run.records[i];

		if (record->type != RECORD_SNAPSHOT ||
		    record->snapshot == run.snapshots[1] ||
		    record->snapshot == run.snapshots[3] ||
		    record->snapshot == run.snapshots[5])
			run.records[kept++] = *record;
	}
	run.records[0].run.interval_ns = 2 * SECOND;
	snapshot_finish(run.snapshots[1], NULL, 1000);
	snapshot_finish(run.snapshots[3], run.snapshots[1], 1000);
	snapshot_finish(run.snapshots[5], run.snapshots[3], 1000);
	expected = live(run.records, kept, &every_2_s);
	json = live(run.records, kept, &json_every_2_s);
	check_replayed(text, &every_2_s, expected, "");
	check_replayed(text, &json_every_2_s, json, "");
	free(json);
	free(expected);
	free(text);
	free_run(&run);
}

static void shows_reports(void **state)
{
	static const enum record_type types[] = {RECORD_INSPECT, RECORD_DOCTOR};
	static const struct options options = {INPUT};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		for (int fullness = 0; fullness < FULLNESS_COUNT; fullness++) {
			struct record_scene scene;
			char *text, *expected;

			scene_make(&scene, types[i], (enum fullness)fullness);
			text = saved(&scene.record, 1);
			expected = live(&scene.record, 1, &options);
			check_replayed(text, &options, expected, "");
			free(expected);
			free(text);
			scene_free(&scene);
		}
	}
}

/* One run after the other, and a report between them. */
static void shows_all_that_is_in_a_file(void **state)
{
	struct record_scene report;
	struct session run;
	char *text, *expected;
	struct record records[2 * (SHOTS + 4) + 1];

	(void)state;
	make_run(&run);
	scene_make(&report, RECORD_INSPECT, FULL);
	memcpy(records, run.records, run.count * sizeof(*records));
	records[run.count] = report.record;
	memcpy(&records[run.count + 1], run.records,
	       run.count * sizeof(*records));
	text = saved(records, 2 * run.count + 1);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		expected = live(records, 2 * run.count + 1, &ways[i]);
		check_replayed(text, &ways[i], expected, "");
		free(expected);
	}
	free(text);
	scene_free(&report);
	free_run(&run);
}

/* --- what is damaged --- */

/* Where line @nth, from 0 on, begins. */
static char *line_at(char *text, size_t nth)
{
	while (nth--)
		text = strchr(text, '\n') + 1;
	return text;
}

/* What comes before is shown, and a summary of it. */
static char *shown_until(const struct session *run, size_t count,
			 const struct options *options)
{
	struct record records[SHOTS + 4];
	struct record end = {.type = RECORD_END};

	memcpy(records, run->records, count * sizeof(*records));
	for (size_t i = 0; i < count; i++)
		if (records[i].snapshot && records[i].type == RECORD_SNAPSHOT)
			end.snapshot = records[i].snapshot;
	if (end.snapshot && !options->json)
		records[count++] = end;
	return live(records, count, options);
}

static void uses_what_is_before_the_damage(void **state)
{
	struct session run;

	(void)state;
	make_run(&run);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		for (size_t bad = 0; bad < run.count; bad++) {
			char *text = saved(run.records, run.count);
			char *expected = shown_until(&run, bad, &ways[i]);
			char problem[120];

			*strchr(line_at(text, bad), ':') = ';';
			snprintf(problem, sizeof(problem),
				 "line %zu of saved: not JSON: ", bad + 1);
			check_replayed(text, &ways[i], expected, problem);
			free(expected);
			free(text);
		}
	}
	free_run(&run);
}

static void tells_where_it_is_cut(void **state)
{
	struct session run;

	(void)state;
	make_run(&run);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		for (size_t lines = 1; lines < run.count; lines++) {
			char *text = saved(run.records, run.count);
			char *expected = shown_until(&run, lines, &ways[i]);
			char problem[120];

			/* Between two lines. */
			*line_at(text, lines) = '\0';
			snprintf(problem, sizeof(problem),
				 "line %zu of saved: the run breaks off here, "
				 "without its end",
				 lines);
			check_replayed(text, &ways[i], expected, problem);
			/* Within one. */
			strcpy(line_at(text, lines) - 1, "\n{\"type\"");
			snprintf(problem, sizeof(problem),
				 "line %zu of saved: cut short", lines + 1);
			check_replayed(text, &ways[i], expected, problem);
			free(expected);
			free(text);
		}
	}
	free_run(&run);
}

static void nothing_is_no_record(void **state)
{
	static const struct options options = {.input = "-"};

	(void)state;
	check_replayed("\n", &options, "", "no records in standard input");
}

static void newer_records_are_refused(void **state)
{
	static const struct options options = {INPUT};
	struct session run;
	char *text, *schema, *expected;

	(void)state;
	make_run(&run);
	text = saved(run.records, run.count);
	expected = shown_until(&run, 3, &options);
	schema = strstr(line_at(text, 3), "\"schema\":1");
	schema[9] = '2';
	check_replayed(text, &options, expected,
		       "line 4 of saved: schema: written by a newer pitrace; "
		       "this one reads schema 1");
	free(expected);
	free(text);
	free_run(&run);
}

/* A type, or a key, that a later version may add. */
static void other_records_are_skipped(void **state)
{
	struct session run;
	char *text, *more = NULL;

	(void)state;
	make_run(&run);
	text = saved(run.records, run.count);
	assert_true(asprintf(&more, "%s%s",
			     "{\"schema\":1,\"type\":\"\\u001b[2J\"}\n"
			     "{\"schema\":1,\"type\":\"news\",\"a\":[]}\n",
			     text) > 0);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		char *expected = live(run.records, run.count, &ways[i]);

		check_replayed(more, &ways[i], expected, "");
		free(expected);
	}
	free(more);
	free(text);
	free_run(&run);
}

/* A run that failed has an error record at its end, and no summary. */
static void failed_runs_end(void **state)
{
	static const struct options options = {TABLES};
	static const struct options json = {TABLES, .json = true};
	struct record_scene error;
	struct session run;
	char *text, *expected;

	(void)state;
	make_run(&run);
	scene_make(&error, RECORD_ERROR, FULL);
	run.records[4] = error.record;
	text = saved(run.records, 5);
	expected = live(run.records, 4, &options);
	check_replayed(text, &options, expected, "");
	check_replayed(text, &json, text, "");
	free(expected);
	free(text);
	scene_free(&error);
	free_run(&run);
}

/* --- what a signal ends --- */

/* A pipe whose writer stays, as far as its reader knows. */
struct open_pipe {
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16];
	int fd;
};

static void new_directory(char path[TEMPORARY_LEN]);

static void pipe_make(struct open_pipe *to)
{
	new_directory(to->directory);
	snprintf(to->path, sizeof(to->path), "%s/pipe", to->directory);
	assert_int_equal(mkfifo(to->path, 0600), 0);
	to->fd = open(to->path, O_RDWR | O_CLOEXEC);
	assert_true(to->fd >= 0);
}

static void pipe_remove(const struct open_pipe *to)
{
	close(to->fd);
	unlink(to->path);
	rmdir(to->directory);
}

/* A process that sends us the signal when all has been read. */
static pid_t signal_when_read(const struct open_pipe *from, int number)
{
	pid_t parent = getpid(), child = fork();
	int left = 1;

	assert_true(child >= 0);
	if (child)
		return child;
	while (left && !ioctl(from->fd, FIONREAD, &left))
		usleep(1000);
	/* Nobody else gets the signal if the test has died. */
	_exit(getppid() != parent || kill(parent, number) ? 1 : 0);
}

/* With half a line behind, of which nothing is said. */
static void signals_end_the_reading(void **state)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct session run;

	(void)state;
	make_run(&run);
	for (size_t i = 0; i < ARRAY_SIZE(ways) * ARRAY_SIZE(numbers); i++) {
		const struct options *way = &ways[i / ARRAY_SIZE(numbers)];
		char *text = saved(run.records, run.count), *shown, *expected;
		struct input_file input;
		struct failure failure;
		struct open_pipe pipe;
		pid_t child;

		pipe_make(&pipe);
		expected = shown_until(&run, 4, way);
		line_at(text, 4)[9] = '\0';
		assert_int_equal(write(pipe.fd, text, strlen(text)),
				 strlen(text));
		assert_int_equal(input_file_open(&input, pipe.path), 0);
		child = signal_when_read(&pipe,
					 numbers[i % ARRAY_SIZE(numbers)]);
		shown = replayed_file(input.file, way, &failure);
		assert_string_equal(shown, expected);
		assert_string_equal(failure.text, "");
		assert_int_equal(waitpid(child, NULL, 0), child);
		input_file_close(&input);
		pipe_remove(&pipe);
		free(shown);
		free(expected);
		free(text);
	}
	free_run(&run);
}

static void pipes_end_with_their_writers(void **state)
{
	static const struct options options = {TABLES};
	struct input_file input;
	struct failure failure;
	struct open_pipe pipe;
	struct session run;
	char *text, *shown, *expected;

	(void)state;
	make_run(&run);
	text = saved(run.records, run.count);
	expected = live(run.records, run.count, &options);
	pipe_make(&pipe);
	assert_int_equal(input_file_open(&input, pipe.path), 0);
	assert_false(input_file_is_plain(&input));
	assert_int_equal(write(pipe.fd, text, strlen(text)), strlen(text));
	close(pipe.fd);
	pipe.fd = -1;
	shown = replayed_file(input.file, &options, &failure);
	assert_string_equal(failure.text, "");
	assert_string_equal(shown, expected);
	input_file_close(&input);
	pipe_remove(&pipe);
	free(shown);
	free(expected);
	free(text);
	free_run(&run);
}

static void inputs_have_to_be_there(void **state)
{
	struct input_file input;

	(void)state;
	assert_int_equal(input_file_open(&input, "/nowhere/at/all"), -ENOENT);
	assert_int_equal(input_file_open(&input, "/proc/self/stat"), 0);
	assert_true(input_file_is_plain(&input));
	input_file_close(&input);
}

/* --- one device --- */

static void only_devices_asked_for(void **state)
{
	struct pci_address other = device_of_bus(4);
	struct options options = {TABLES, .all = true, .devices = &other,
				  .device_count = 1};
	struct session run;
	char *text, *shown;
	struct failure failure;

	(void)state;
	make_run(&run);
	run.stacks.stacks.stacks[STACK_OF_CHANGE].has_vector = false;
	text = saved(run.records, run.count);
	shown = replayed(text, &options, &failure);
	assert_non_null(strstr(shown, "0000:04:00.0  intx"));
	assert_non_null(strstr(shown, "5 interrupts so far"));
	assert_null(strstr(shown, "0000:03:00.0"));
	free(shown);
	options.events = true;
	options.stacks = true;
	options.folded = true;
	shown = replayed(text, &options, &failure);
	/* What no device has is of the host, as live. */
	assert_non_null(strstr(shown, stack_label_name(STACK_OF_WAKEUP)));
	assert_null(strstr(shown, stack_label_name(STACK_OF_CHANGE)));
	assert_null(strstr(shown, "0000:03:00.0"));
	free(shown);
	free(text);
	free_run(&run);
}

static void facts_of_devices_asked_for(void **state)
{
	struct pci_address other = device_of_bus(4);
	struct options options = {
		.json = true, .devices = &other, .device_count = 1};
	struct record_scene scene;
	char *text, *shown;
	struct failure failure;

	(void)state;
	scene_make(&scene, RECORD_DOCTOR, FULL);
	scene.report.facts[0].name = "device";
	strcpy(scene.report.facts[0].subject, "0000:03:00.0");
	scene.report.facts[1].name = "device";
	strcpy(scene.report.facts[1].subject, "0000:04:00.0");
	scene.report.facts[2].name = "device";
	text = saved(&scene.record, 1);
	assert_non_null(strstr(text, "0000:03:00.0"));
	shown = replayed(text, &options, &failure);
	assert_null(strstr(shown, "0000:03:00.0"));
	assert_non_null(strstr(shown, "\"subject\":\"0000:04:00.0\""));
	assert_non_null(strstr(shown, "\"device\":\"0000:04:00.0\""));
	assert_non_null(strstr(shown, "\"fact\":\"device\",\"subject\":null"));
	assert_non_null(strstr(shown, "\"fact\":\"iommu\""));
	free(shown);
	free(text);
	scene_free(&scene);
}

/* --- terminals --- */

/* How a display begins that has @fd as its standard output. */
static struct display display_at(int fd, const struct options *options,
				 const char *term)
{
	int kept = dup(STDOUT_FILENO);
	struct display display;

	assert_true(kept >= 0);
	fflush(stdout);
	if (term)
		setenv("TERM", term, 1);
	else
		unsetenv("TERM");
	dup2(fd, STDOUT_FILENO);
	display_init(&display, options);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	return display;
}

/* Escape sequences go to terminals that know them. */
static void dumb_terminals_get_text_alone(void **state)
{
	static const struct {
		const char *term;
		bool is_live;
	} terms[] = {
		{"xterm", true},
		{"dumb", false},
		{"", false},
		{NULL, false},
	};
	static const struct options ways[] = {{INPUT}, {TABLES}};
	struct session run;

	(void)state;
	make_run(&run);
	for (size_t i = 0; i < ARRAY_SIZE(terms) * ARRAY_SIZE(ways); i++) {
		const struct options *options = &ways[i % ARRAY_SIZE(ways)];
		bool is_live = terms[i / ARRAY_SIZE(ways)].is_live;
		struct failure failure = {.exit_code = EXIT_DONE};
		struct capture capture;
		struct display display;
		/* This end of it is a terminal, too. */
		int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		char *shown;

		assert_true(fd >= 0);
		display = display_at(fd, options,
				     terms[i / ARRAY_SIZE(ways)].term);
		close(fd);
		assert_true(display.is_terminal);
		assert_int_equal(display.is_live, is_live);
		display.out = capture_begin(&capture);
		for (size_t n = 0; n < run.count; n++)
			assert_int_equal(display_record(&display,
							&run.records[n],
							&failure),
					 0);
		shown = capture_end(&capture);
		assert_int_equal(strchr(shown, '\033') != NULL, is_live);
		assert_true(strlen(shown) > 100);
		free(shown);
	}
	free_run(&run);
}

/* --- files that are written --- */

static void new_directory(char path[TEMPORARY_LEN])
{
	temporary_template(path);
	assert_non_null(mkdtemp(path));
}

static void records_are_saved(void **state)
{
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16], *text,
		*expected, *shown;
	struct failure failure = {.exit_code = EXIT_DONE};
	struct options options = {TABLES, .record = path};
	struct capture capture;
	struct display display;
	struct stat status;
	struct session run;

	(void)state;
	new_directory(directory);
	snprintf(path, sizeof(path), "%s/saved", directory);
	make_run(&run);
	set_up(&display, &options, &capture);
	assert_int_equal(display_open_files(&display, &failure), 0);
	for (size_t i = 0; i < run.count; i++)
		assert_int_equal(
			display_record(&display, &run.records[i], &failure), 0);
	assert_int_equal(display_close_files(&display, &failure), 0);
	shown = capture_end(&capture);
	expected = live(run.records, run.count, &options);
	assert_string_equal(shown, expected);
	free(expected);
	expected = saved(run.records, run.count);
	text = read_fixture(path);
	assert_string_equal(text, expected);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* What was saved stays. */
	display_init(&display, &options);
	assert_int_equal(display_open_files(&display, &failure), -EIO);
	assert_int_equal(failure.exit_code, EXIT_FAILED);
	assert_non_null(strstr(failure.text, "': File exists"));
	assert_int_equal(display_close_files(&display, &failure), 0);
	free(text);
	text = read_fixture(path);
	assert_string_equal(text, expected);
	unlink(path);
	rmdir(directory);
	free(text);
	free(expected);
	free(shown);
	free_run(&run);
}

/* A full disk, a reader that went away: neither is the output's. */
static void check_unsaved(const char *path, int reader, const char *cause)
{
	struct failure failure = {.exit_code = EXIT_DONE};
	struct options options = {TABLES, .record = path};
	char expected[120], *shown;
	struct capture capture;
	struct display display;
	struct session run;
	int err;

	make_run(&run);
	set_up(&display, &options, &capture);
	assert_int_equal(display_open_files(&display, &failure), 0);
	if (reader >= 0)
		close(reader);
	err = display_record(&display, &run.records[0], &failure);
	assert_int_equal(err, -EIO);
	assert_int_equal(failure.exit_code, EXIT_FAILED);
	snprintf(expected, sizeof(expected), "writing to '%s': %s", path,
		 cause);
	assert_string_equal(failure.text, expected);
	display_error(&display, failure.text);
	assert_int_equal(display_close_files(&display, &failure), 0);
	shown = capture_end(&capture);
	assert_string_equal(shown, "");
	free(shown);
	free_run(&run);
}

static void errors_of_saving_are_told(void **state)
{
	char path[TEMPORARY_LEN];
	int ends[2];

	(void)state;
	check_unsaved("/dev/full", -1, "No space left on device");
	(void)signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	check_unsaved(path, ends[0], "Broken pipe");
	close(ends[1]);
}

static void error_records_are_saved(void **state)
{
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16], *text;
	struct failure failure = {.exit_code = EXIT_DONE};
	struct options options = {.record = path};
	struct display display;

	(void)state;
	new_directory(directory);
	snprintf(path, sizeof(path), "%s/saved", directory);
	display_init(&display, &options);
	assert_int_equal(display_open_files(&display, &failure), 0);
	display_error(&display, "no such thing");
	assert_int_equal(display_close_files(&display, &failure), 0);
	text = read_fixture(path);
	assert_non_null(strstr(text, "{\"type\":\"error\","));
	assert_non_null(strstr(text, "\"message\":\"no such thing\"}\n"));
	unlink(path);
	rmdir(directory);
	free(text);
}

/* --- metrics --- */

/* The page of a run whose probes of changes are on, as the scene's are. */
static char *live_page(const struct record *start,
		       const struct snapshot *snapshot, bool per_device)
{
	const struct metrics metrics = {
		.run = start->run,
		.snapshot = snapshot,
		.changes_known = true,
	};
	struct capture capture;

	assert_int_equal(render_metrics(capture_begin(&capture), &metrics,
					METRICS_TEXT, per_device),
			 0);
	return capture_end(&capture);
}

/* Where --textfile is to write. */
struct place {
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16];
};

static void place_make(struct place *place)
{
	new_directory(place->directory);
	snprintf(place->path, sizeof(place->path), "%s/a.prom",
		 place->directory);
}

static void place_remove(const struct place *place)
{
	unlink(place->path);
	rmdir(place->directory);
}

/* After each snapshot, as if the records ended there. */
static void metrics_are_those_of_the_run(void **state)
{
	struct failure failure;
	struct session run;
	struct place place;

	(void)state;
	place_make(&place);
	make_run(&run);
	for (size_t n = 3; n <= run.count; n++) {
		struct options options = {.input = "saved",
					  .textfile = place.path,
					  .per_device = n % 2};
		char *text = saved(run.records, n), *expected, *page, *shown;
		const struct record *last = &run.records[n - 1];

		shown = replayed(text, &options, &failure);
		assert_string_equal(shown, "");
		page = read_fixture(place.path);
		if (last->type == RECORD_SNAPSHOT || last->type == RECORD_END) {
			expected = live_page(&run.records[0], last->snapshot,
					     n % 2);
			assert_string_equal(page, expected);
			free(expected);
		}
		free(shown);
		free(page);
		free(text);
	}
	free_run(&run);
	place_remove(&place);
}

/* Of records without their beginning nobody knows who made them. */
static void metrics_have_no_run(void **state)
{
	struct place place;
	struct options options = {.input = "saved", .textfile = place.path};
	char *text, *page, *shown;
	struct failure failure;
	struct session run;

	(void)state;
	place_make(&place);
	make_run(&run);
	text = saved(run.records + 2, 1);
	shown = replayed(text, &options, &failure);
	page = read_fixture(place.path);
	assert_non_null(strstr(page, "\npitrace_interrupts_total{"));
	assert_null(strstr(page, "\npitrace_build_info{"));
	assert_null(strstr(page, "\npitrace_posting_changes_total{"));
	free(shown);
	free(page);
	free(text);
	free_run(&run);
	place_remove(&place);
}

/* What is told on standard error while @text is replayed. */
static char *notes_of(const char *text, const struct options *options,
		      struct failure *failure)
{
	char path[TEMPORARY_LEN], *notes;
	int kept = dup(STDERR_FILENO), fd;

	temporary_template(path);
	fd = mkstemp(path);
	assert_true(kept >= 0 && fd >= 0);
	dup2(fd, STDERR_FILENO);
	free(replayed(text, options, failure));
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(fd);
	notes = read_fixture(path);
	unlink(path);
	return notes;
}

static void metrics_need_a_snapshot(void **state)
{
	struct place place;
	struct options options = {.input = "saved", .textfile = place.path};
	const char *note = "pitrace: no snapshot, so no metrics were written\n";
	struct failure failure;
	struct session run;

	(void)state;
	place_make(&place);
	make_run(&run);
	for (size_t n = 2; n <= run.count; n++) {
		char *text = saved(run.records, n);
		char *notes = notes_of(text, &options, &failure);

		assert_string_equal(notes, n == 2 ? note : "");
		assert_int_equal(access(place.path, F_OK), n == 2 ? -1 : 0);
		free(notes);
		free(text);
	}
	free_run(&run);
	place_remove(&place);
}

/* A file can have both, and with --textfile nothing is shown of either. */
static void metrics_alone_show_no_reports(void **state)
{
	static const enum record_type looks[] = {RECORD_INSPECT, RECORD_DOCTOR};
	struct failure failure;
	struct place place;

	(void)state;
	place_make(&place);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		struct options options = {.input = "saved",
					  .textfile = place.path};
		struct record_scene scene;
		char *text, *shown;

		scene_make(&scene, looks[i], FULL);
		text = saved(&scene.record, 1);
		shown = replayed(text, &options, &failure);
		assert_string_equal(shown, "");
		free(shown);
		free(text);
		scene_free(&scene);
	}
	place_remove(&place);
}

static void expect_no_textfile(const char *path, const char *words)
{
	const struct options options = {.input = "saved", .textfile = path};
	struct failure failure;
	struct session run;
	char *text;

	make_run(&run);
	text = saved(run.records, run.count);
	free(replayed(text, &options, &failure));
	assert_int_equal(failure.exit_code, EXIT_FAILED);
	assert_string_equal(failure.text, words);
	free(text);
	free_run(&run);
}

static void metrics_need_a_place(void **state)
{
	(void)state;
	expect_no_textfile(
		"/nowhere/at/all",
		"writing '/nowhere/at/all': No such file or directory");
}

/* The cause is not seen by looking at the place. */
static void metrics_tell_what_is_in_the_way(void **state)
{
	(void)state;
	expect_no_textfile(
		"/dev/null",
		"writing '/dev/null': File exists (not a plain file)");
	assert_string_equal(metrics_file_hint(-EACCES),
			    " (root's right to write anywhere is given up; let "
			    "the directory be its own)");
	assert_string_equal(metrics_file_hint(-ENOSPC), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_was_shown),
		cmocka_unit_test(joins_intervals),
		cmocka_unit_test(shows_reports),
		cmocka_unit_test(shows_all_that_is_in_a_file),
		cmocka_unit_test(uses_what_is_before_the_damage),
		cmocka_unit_test(tells_where_it_is_cut),
		cmocka_unit_test(nothing_is_no_record),
		cmocka_unit_test(newer_records_are_refused),
		cmocka_unit_test(other_records_are_skipped),
		cmocka_unit_test(failed_runs_end),
		cmocka_unit_test(signals_end_the_reading),
		cmocka_unit_test(pipes_end_with_their_writers),
		cmocka_unit_test(inputs_have_to_be_there),
		cmocka_unit_test(only_devices_asked_for),
		cmocka_unit_test(facts_of_devices_asked_for),
		cmocka_unit_test(dumb_terminals_get_text_alone),
		cmocka_unit_test(records_are_saved),
		cmocka_unit_test(errors_of_saving_are_told),
		cmocka_unit_test(error_records_are_saved),
		cmocka_unit_test(metrics_are_those_of_the_run),
		cmocka_unit_test(metrics_have_no_run),
		cmocka_unit_test(metrics_alone_show_no_reports),
		cmocka_unit_test(metrics_need_a_place),
		cmocka_unit_test(metrics_need_a_snapshot),
		cmocka_unit_test(metrics_tell_what_is_in_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
