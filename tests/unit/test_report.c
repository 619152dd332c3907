// SPDX-License-Identifier: GPL-2.0-only
/*
 * --report: what is kept of a run of any length, the page that is made of it,
 * and the file that it is put in. The page in a browser: tests/report/.
 */
#include "record_scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "display.h"
#include "render_report.h"
#include "replay.h"

#define OPENING "<script type=\"application/json\" class=\"record\">"
#define CLOSING "</script>\n"

static const enum record_type run_types[] = {
	RECORD_START,    RECORD_PROBES, RECORD_EVENT, RECORD_SNAPSHOT,
	RECORD_SNAPSHOT, RECORD_STACKS, RECORD_END,
};

/* --- what is kept --- */

static void add(struct report_keep *keep, enum record_type type,
		enum fullness fullness)
{
	struct record_scene scene;

	scene_make(&scene, type, fullness);
	assert_int_equal(report_keep_add(keep, &scene.record), 0);
	scene_free(&scene);
}

/* An event that can be told from others. */
static void add_change(struct report_keep *keep, int gsi)
{
	struct change change = {.gsi = gsi};
	const struct record record = {.type = RECORD_EVENT, .change = &change};

	assert_int_equal(report_keep_add(keep, &record), 0);
}

static void add_snapshot(struct report_keep *keep, size_t vectors,
			 uint64_t ts_ns)
{
	struct snapshot *s = snapshot_new(vectors);
	const struct record record = {.type = RECORD_SNAPSHOT, .snapshot = s};

	assert_non_null(s);
	s->ts_ns = ts_ns;
	assert_int_equal(report_keep_add(keep, &record), 0);
	snapshot_free(s);
}

/* The number behind @key in a line. */
static uint64_t value_in(const struct report_line *line, const char *key)
{
	const char *found = strstr(line->text, key);

	assert_non_null(found);
	return strtoull(found + strlen(key), NULL, 10);
}

static void check_figures(const struct report_keep *keep, enum record_type type,
			  uint64_t kept, uint64_t seen)
{
	uint64_t is_kept, is_seen;

	report_keep_figures(keep, type, &is_kept, &is_seen);
	assert_int_equal(is_kept, kept);
	assert_int_equal(is_seen, seen);
}

static void keeps_all_of_a_short_run(void **state)
{
	const struct report_line **lines;
	struct report_keep keep;
	size_t count;

	(void)state;
	report_keep_init(&keep);
	assert_false(report_keep_has_data(&keep));
	for (size_t i = 0; i < ARRAY_SIZE(run_types); i++)
		add(&keep, run_types[i], FULL);
	assert_true(report_keep_has_data(&keep));
	lines = report_keep_lines(&keep, &count);
	assert_int_equal(count, ARRAY_SIZE(run_types));
	for (size_t i = 0; i < count; i++) {
		struct record_scene scene;
		char *expected;

		scene_make(&scene, run_types[i], FULL);
		expected = line_of(&scene.record);
		assert_string_equal(lines[i]->text, expected);
		assert_int_equal(lines[i]->length, strlen(expected));
		free(expected);
		scene_free(&scene);
	}
	free(lines);
	report_keep_free(&keep);
}

/* The first, the last, and others as far apart as each other. */
static void check_thinned(const struct report_keep *keep, uint64_t last)
{
	uint64_t stride = keep->snapshots.stride;
	const struct report_line **lines;
	size_t count;

	lines = report_keep_lines(keep, &count);
	assert_true(count >= 2 && count <= REPORT_SNAPSHOTS_MAX + 1);
	assert_int_equal(stride & (stride - 1), 0);
	for (size_t i = 0; i + 1 < count; i++)
		assert_int_equal(value_in(lines[i], "\"ts_ns\":"), i * stride);
	assert_int_equal(value_in(lines[count - 1], "\"ts_ns\":"), last);
	check_figures(keep, RECORD_SNAPSHOT, count, last + 1);
	free(lines);
}

static void thins_snapshots_by_number(void **state)
{
	struct report_keep keep;

	(void)state;
	report_keep_init(&keep);
	add_snapshot(&keep, 0, 0);
	for (uint64_t i = 1; i < 3000; i++) {
		add_snapshot(&keep, 0, i);
		check_thinned(&keep, i);
	}
	assert_int_equal(keep.snapshots.stride, 16);
	report_keep_free(&keep);
}

/* A snapshot of so many vectors takes 2 MB. */
static void thins_snapshots_by_size(void **state)
{
	struct report_keep keep;

	(void)state;
	report_keep_init(&keep);
	for (uint64_t i = 0; i < 20; i++) {
		add_snapshot(&keep, 2000, i);
		assert_true(keep.snapshots.bytes <= REPORT_SNAPSHOT_BYTES_MAX);
	}
	check_thinned(&keep, 19);
	assert_true(keep.snapshots.stride > 1);
	/* One alone is kept, however large it is. */
	add(&keep, RECORD_START, BARE);
	add_snapshot(&keep, 20000, 0);
	add_snapshot(&keep, 0, 1);
	check_figures(&keep, RECORD_SNAPSHOT, 2, 2);
	report_keep_free(&keep);
}

static void keeps_first_and_last_changes(void **state)
{
	enum {
		EDGE = REPORT_CHANGES_MAX,
		ALL = 5 * EDGE + 7
	};
	const struct report_line **lines;
	struct report_keep keep;
	size_t count;

	(void)state;
	report_keep_init(&keep);
	for (int i = 0; i < ALL; i++)
		add_change(&keep, i);
	check_figures(&keep, RECORD_EVENT, 2 * (uint64_t)EDGE, ALL);
	lines = report_keep_lines(&keep, &count);
	assert_int_equal(count, 2 * EDGE);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(value_in(lines[i], "\"gsi\":"),
				 i < EDGE ? i : ALL - 2 * EDGE + i);
	free(lines);
	report_keep_free(&keep);
}

static void keeps_the_last_run_alone(void **state)
{
	struct report_keep keep;

	(void)state;
	report_keep_init(&keep);
	add(&keep, RECORD_DOCTOR, FULL);
	add(&keep, RECORD_START, FULL);
	assert_int_equal(keep.earlier_runs, 0);
	add(&keep, RECORD_SNAPSHOT, FULL);
	add(&keep, RECORD_EVENT, FULL);
	add(&keep, RECORD_END, FULL);
	add(&keep, RECORD_START, FULL);
	assert_int_equal(keep.earlier_runs, 1);
	assert_null(keep.summary);
	check_figures(&keep, RECORD_DOCTOR, 1, 1);
	check_figures(&keep, RECORD_START, 1, 1);
	check_figures(&keep, RECORD_SNAPSHOT, 0, 0);
	check_figures(&keep, RECORD_EVENT, 0, 0);
	check_figures(&keep, RECORD_END, 0, 0);
	report_keep_free(&keep);
}

/* A run that breaks off is shown with an end, but no record is made up. */
static void takes_no_end_without_a_reason(void **state)
{
	struct record_scene scene;
	struct report_keep keep;

	(void)state;
	report_keep_init(&keep);
	scene_make(&scene, RECORD_END, FULL);
	scene.record.text = NULL;
	assert_int_equal(report_keep_add(&keep, &scene.record), 0);
	assert_false(report_keep_has_data(&keep));
	scene_free(&scene);
	report_keep_free(&keep);
}

/* --- the page --- */

static char *page_of(const struct report_keep *keep)
{
	struct capture capture;

	assert_int_equal(render_report(capture_begin(&capture), keep), 0);
	return capture_end(&capture);
}

/* What a browser takes for the next record, unescaped. */
static char *next_record(const char **page)
{
	const char *begin = strstr(*page, OPENING), *end;
	struct capture capture;
	FILE *text;

	assert_non_null(begin);
	begin += strlen(OPENING);
	end = strstr(begin, CLOSING);
	assert_non_null(end);
	text = capture_begin(&capture);
	for (; begin < end; begin++) {
		static const char *const escapes[] = {"\\u003c", "\\u003e",
						      "\\u0026"};
		char c = *begin;

		assert_null(strchr("<>&", c));
		for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
			if (strncmp(begin, escapes[i], 6) == 0) {
				c = "<>&"[i];
				begin += 5;
				break;
			}
		}
		fputc(c, text);
	}
	fputc('\n', text);
	*page = end;
	return capture_end(&capture);
}

static void strings_stay_in_their_records(void **state)
{
	static const char *const texts[] = {
		"</script>",           "<!--<script>",
		"a & b &amp; <",       "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa",
		"\x1b]0;\x07\r\n\"\\",
	};
	struct record record = {.type = RECORD_ERROR};
	struct report_keep keep;
	const char *at;
	char *page;

	(void)state;
	report_keep_init(&keep);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		record.text = texts[i];
		assert_int_equal(report_keep_add(&keep, &record), 0);
	}
	page = page_of(&keep);
	at = page;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *shown = next_record(&at), *expected;

		record.text = texts[i];
		expected = line_of(&record);
		assert_string_equal(shown, expected);
		free(expected);
		free(shown);
	}
	assert_null(strstr(at, OPENING));
	free(page);
	report_keep_free(&keep);
}

/* Names in the table for browsers without scripts. */
static void strings_stay_in_the_table(void **state)
{
	struct record_scene scene;
	struct report_keep keep;
	char *page, *table;

	(void)state;
	report_keep_init(&keep);
	scene_make(&scene, RECORD_END, FULL);
	strcpy(scene.snapshot->vectors[0].vm.comm, "</pre>'\"&");
	strcpy(scene.snapshot->vectors[0].configured.vm.comm, "</pre>'\"&");
	assert_int_equal(report_keep_add(&keep, &scene.record), 0);
	page = page_of(&keep);
	table = strstr(page, "<pre>");
	assert_non_null(table);
	assert_non_null(strstr(table, "&#60;/pre&#62;&#39;&#34;&#38;"));
	*strstr(table, "</noscript>") = '\0';
	assert_ptr_equal(strstr(table + 5, "<"), strstr(table, "</pre>\n"));
	free(page);
	scene_free(&scene);
	report_keep_free(&keep);
}

static void full_disks_are_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct report_keep keep;

	(void)state;
	assert_non_null(full);
	report_keep_init(&keep);
	add(&keep, RECORD_START, FULL);
	assert_int_equal(render_report(full, &keep), -ENOSPC);
	report_keep_free(&keep);
	fclose(full);
}

/* --- its file --- */

struct place {
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16],
		draft[TEMPORARY_LEN + 24];
	struct options options;
	struct display display;
	struct failure failure;
};

static void open_place(struct place *place)
{
	*place = (struct place){.options.report = place->path};
	temporary_template(place->directory);
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->path, sizeof(place->path), "%s/run.html",
		 place->directory);
	snprintf(place->draft, sizeof(place->draft), "%s.tmp", place->path);
}

/* A report of @count records of a scene; their lines in @lines, too. */
static void write_report(struct place *place, size_t count, FILE *lines)
{
	struct capture capture;

	display_init(&place->display, &place->options);
	place->display.out = capture_begin(&capture);
	assert_int_equal(display_open_files(&place->display, &place->failure),
			 0);
	assert_int_equal(access(place->draft, F_OK), 0);
	for (size_t i = 0; i < count; i++) {
		struct record_scene scene;

		scene_make(&scene, run_types[i], i % 2 ? FULL : FULL_POSTED);
		assert_int_equal(display_record(&place->display, &scene.record,
						&place->failure),
				 0);
		if (lines)
			assert_int_equal(record_write(lines, &scene.record), 0);
		scene_free(&scene);
	}
	assert_int_equal(access(place->path, F_OK), -1);
	assert_int_equal(display_close_files(&place->display, &place->failure),
			 0);
	free(capture_end(&capture));
}

/* The same report of saved records; it is removed. */
static char *replay_report(struct place *place, const char *saved, bool json)
{
	FILE *file = open_text(saved, strlen(saved));
	struct capture capture;
	char *page;

	place->options.input = "saved";
	place->options.json = json;
	display_init(&place->display, &place->options);
	place->display.out = capture_begin(&capture);
	assert_int_equal(display_open_files(&place->display, &place->failure),
			 0);
	(void)replay_file(file, &place->options, &place->display,
			  &place->failure);
	assert_int_equal(display_close_files(&place->display, &place->failure),
			 0);
	page = read_fixture(place->path);
	unlink(place->path);
	fclose(file);
	free(capture_end(&capture));
	return page;
}

/* @count: of a run's records, all of them or fewer. */
static void check_replayed(size_t count)
{
	char *saved, *live, *shown;
	struct capture capture;
	struct place place;

	open_place(&place);
	write_report(&place, count, capture_begin(&capture));
	saved = capture_end(&capture);
	live = read_fixture(place.path);
	unlink(place.path);
	for (int json = 0; json < 2; json++) {
		shown = replay_report(&place, saved, json);
		assert_string_equal(shown, live);
		free(shown);
	}
	assert_int_equal(rmdir(place.directory), 0);
	free(live);
	free(saved);
}

static void replayed_is_what_was_live(void **state)
{
	(void)state;
	check_replayed(ARRAY_SIZE(run_types));
}

static void replayed_is_what_was_live_without_an_end(void **state)
{
	(void)state;
	check_replayed(ARRAY_SIZE(run_types) - 1);
}

static void reports_are_their_owners(void **state)
{
	struct stat status;
	struct place place;

	(void)state;
	open_place(&place);
	write_report(&place, 3, NULL);
	assert_int_equal(stat(place.path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(access(place.draft, F_OK), -1);
	unlink(place.path);
	assert_int_equal(rmdir(place.directory), 0);
}

static void check_refused(struct place *place, const char *path)
{
	char expected[120];

	display_init(&place->display, &place->options);
	assert_int_equal(display_open_files(&place->display, &place->failure),
			 -EIO);
	snprintf(expected, sizeof(expected), "creating '%s': File exists",
		 path);
	assert_string_equal(place->failure.text, expected);
	assert_int_equal(place->failure.exit_code, EXIT_FAILED);
	assert_int_equal(display_close_files(&place->display, &place->failure),
			 0);
}

/* A report, and one that is being made. */
static void files_that_are_there_stay(void **state)
{
	struct place place;
	FILE *draft;

	(void)state;
	open_place(&place);
	write_report(&place, 3, NULL);
	check_refused(&place, place.path);
	unlink(place.path);
	draft = fopen(place.draft, "w");
	assert_non_null(draft);
	fclose(draft);
	check_refused(&place, place.draft);
	unlink(place.draft);
	assert_int_equal(rmdir(place.directory), 0);
}

static void errors_alone_leave_no_file(void **state)
{
	struct place place;

	(void)state;
	open_place(&place);
	display_init(&place.display, &place.options);
	assert_int_equal(display_open_files(&place.display, &place.failure), 0);
	display_error(&place.display, "no such thing");
	assert_int_equal(display_close_files(&place.display, &place.failure),
			 0);
	assert_int_equal(rmdir(place.directory), 0);
}

/* Something has taken its place meanwhile: what was gathered is not lost. */
static void reports_without_a_place_stay(void **state)
{
	struct record_scene scene;
	struct place place;

	(void)state;
	open_place(&place);
	display_init(&place.display, &place.options);
	assert_int_equal(display_open_files(&place.display, &place.failure), 0);
	scene_make(&scene, RECORD_START, FULL);
	assert_int_equal(
		display_record(&place.display, &scene.record, &place.failure),
		0);
	scene_free(&scene);
	assert_int_equal(mkdir(place.path, 0700), 0);
	assert_int_equal(display_close_files(&place.display, &place.failure),
			 -EISDIR);
	assert_non_null(strstr(place.failure.text, "the report is in '"));
	assert_non_null(strstr(place.failure.text, "run.html.tmp'"));
	assert_int_equal(unlink(place.draft), 0);
	assert_int_equal(rmdir(place.path), 0);
	assert_int_equal(rmdir(place.directory), 0);
}

static void devices_are_written_to(void **state)
{
	static const struct options full = {.report = "/dev/full"};
	struct failure failure = {.exit_code = EXIT_DONE};
	struct record_scene scene;
	struct display display;

	(void)state;
	display_init(&display, &full);
	assert_int_equal(display_open_files(&display, &failure), 0);
	scene_make(&scene, RECORD_START, FULL);
	assert_int_equal(display_record(&display, &scene.record, &failure), 0);
	scene_free(&scene);
	assert_int_equal(display_close_files(&display, &failure), -ENOSPC);
	assert_string_equal(failure.text,
			    "writing to '/dev/full': No space left on device");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_all_of_a_short_run),
		cmocka_unit_test(thins_snapshots_by_number),
		cmocka_unit_test(thins_snapshots_by_size),
		cmocka_unit_test(keeps_first_and_last_changes),
		cmocka_unit_test(keeps_the_last_run_alone),
		cmocka_unit_test(takes_no_end_without_a_reason),
		cmocka_unit_test(strings_stay_in_their_records),
		cmocka_unit_test(strings_stay_in_the_table),
		cmocka_unit_test(full_disks_are_told),
		cmocka_unit_test(replayed_is_what_was_live),
		cmocka_unit_test(replayed_is_what_was_live_without_an_end),
		cmocka_unit_test(reports_are_their_owners),
		cmocka_unit_test(files_that_are_there_stay),
		cmocka_unit_test(errors_alone_leave_no_file),
		cmocka_unit_test(reports_without_a_place_stay),
		cmocka_unit_test(devices_are_written_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
