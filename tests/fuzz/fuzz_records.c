// SPDX-License-Identifier: GPL-2.0-only
/*
 * Saved records, as --input reads them. What is taken of a line is the same
 * once it was written and read again, in every output; whatever is said of the
 * file does nothing to a terminal.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "record_reader.h"
#include "render.h"
#include "render_doctor.h"
#include "render_inspect.h"
#include "replay.h"

/* All that people see of a record. */
static void render(FILE *out, const struct record *r)
{
	static const struct table_options o = {.all = true, .width = 80};

	if (r->snapshot) {
		REQUIRE(!render_table(out, r->snapshot, &o));
		REQUIRE(!render_summary(out, r->snapshot, &o));
	}
	if (r->change)
		REQUIRE(!render_change(out, r->change));
	if (r->stacks) {
		REQUIRE(!render_stacks(out, r->stacks));
		REQUIRE(!render_folded(out, r->stacks));
	}
	if (r->inspection)
		REQUIRE(!render_inspect(out, r->inspection, &o));
	if (r->report)
		REQUIRE(!render_doctor(out, r->report, &o));
}

struct texts {
	char *line, *shown;
	size_t line_size, shown_size;
};

static void write_texts(const struct record *record, struct texts *texts)
{
	FILE *line = open_memstream(&texts->line, &texts->line_size);
	FILE *shown = open_memstream(&texts->shown, &texts->shown_size);

	REQUIRE(line && shown);
	REQUIRE(!record_write(line, record));
	render(shown, record);
	REQUIRE(!fclose(line) && !fclose(shown));
	REQUIRE(strlen(texts->line) == texts->line_size);
	REQUIRE(strlen(texts->shown) == texts->shown_size);
	fuzz_check_harmless(texts->line);
	fuzz_check_harmless(texts->shown);
}

static void free_texts(struct texts *texts)
{
	free(texts->line);
	free(texts->shown);
}

static void check_again(const struct texts *texts)
{
	struct fuzz_file file = {(const uint8_t *)texts->line,
				 texts->line_size};
	FILE *stream = fuzz_open(&file);
	struct record_reader reader;
	struct saved_record saved;
	struct texts again;

	record_reader_open(&reader, stream);
	REQUIRE(record_reader_next(&reader, &saved) == READ_RECORD);
	write_texts(&saved.record, &again);
	REQUIRE(!strcmp(again.line, texts->line));
	REQUIRE(!strcmp(again.shown, texts->shown));
	free_texts(&again);
	saved_record_free(&saved);
	record_reader_close(&reader);
	(void)fclose(stream);
}

static void check_lines(const uint8_t *data, size_t size)
{
	struct fuzz_file file = {data, size};
	FILE *stream = fuzz_open(&file);
	enum record_reading reading;
	struct record_reader reader;
	struct saved_record saved;
	struct texts texts;

	record_reader_open(&reader, stream);
	do {
		reading = record_reader_next(&reader, &saved);
		if (reading == READ_RECORD) {
			write_texts(&saved.record, &texts);
			check_again(&texts);
			free_texts(&texts);
		}
		saved_record_free(&saved);
	} while (reading != READ_END && reading != READ_FAILED);
	REQUIRE((reading == READ_FAILED) == (reader.in.error != 0));
	fuzz_check_harmless(reader.in.problem);
	record_reader_close(&reader);
	(void)fclose(stream);
}

/* As a whole, with all that is said on standard error. */
static void check_replay(const uint8_t *data, size_t size,
			 const struct options *options)
{
	struct failure failure = {.exit_code = EXIT_DONE};
	struct fuzz_file file = {data, size};
	FILE *stream = fuzz_open(&file), *people = stderr;
	char *shown = NULL, *notes = NULL;
	size_t shown_size, notes_size;
	struct display display;
	int err;

	display_init(&display, options);
	display.is_terminal = false;
	display.is_live = false;
	display.out = open_memstream(&shown, &shown_size);
	stderr = open_memstream(&notes, &notes_size);
	REQUIRE(display.out && stderr);
	err = replay_file(stream, options, &display, &failure);
	(void)fclose(stderr);
	stderr = people;
	REQUIRE(!fclose(display.out));
	REQUIRE(!err == (failure.exit_code == EXIT_DONE));
	REQUIRE(!err || failure.exit_code == EXIT_INPUT);
	fuzz_check_harmless(shown);
	fuzz_check_harmless(notes);
	free(shown);
	free(notes);
	(void)fclose(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct options ways[] = {
		{.input = "-", .interval_given = true, .interval_ns = 1},
		{.input = "-",
		 .interval_given = true,
		 .interval_ns = 2000000000,
		 .json = true,
		 .verbosity = 1},
		{.input = "-", .stacks = true, .folded = true, .events = true},
	};

	check_lines(data, size);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		check_replay(data, size, &ways[i]);
	return 0;
}
