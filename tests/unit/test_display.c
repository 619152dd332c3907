// SPDX-License-Identifier: GPL-2.0-only
/* What goes where: errors, notes, tables, stacks; on terminals and in pipes. */
#include "record_scene.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "display.h"

#define CLEAR "\033[H\033[J"

/* --- in the place of the system's --- */

static struct winsize size;

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;

	assert_int_equal(fd, STDOUT_FILENO);
	assert_int_equal(request, TIOCGWINSZ);
	va_start(arguments, request);
	*va_arg(arguments, struct winsize *) = size;
	va_end(arguments);
	return size.ws_col ? 0 : -1;
}

/* --- a display --- */

struct screen {
	struct options options;
	struct display display;
	struct capture capture;
	struct failure failure;
};

static void open_screen(struct screen *screen, struct options options,
			bool is_terminal)
{
	*screen = (struct screen){.options = options};
	screen->failure.exit_code = EXIT_DONE;
	screen->display = (struct display){
		.options = &screen->options,
		.out = capture_begin(&screen->capture),
		.is_terminal = is_terminal,
		.is_live = is_terminal,
	};
}

static void show(struct screen *screen, enum record_type type)
{
	struct record_scene scene;

	scene_make(&scene, type, FULL);
	assert_int_equal(display_record(&screen->display, &scene.record,
					&screen->failure),
			 0);
	scene_free(&scene);
}

/* What has been shown since the last call; it belongs to the caller. */
static char *shown(struct screen *screen)
{
	char *text = capture_end(&screen->capture);

	screen->display.out = capture_begin(&screen->capture);
	return text;
}

static void close_screen(struct screen *screen)
{
	free(capture_end(&screen->capture));
}

static char *shown_of(struct screen *screen, enum record_type type)
{
	show(screen, type);
	return shown(screen);
}

static void expect_nothing(struct screen *screen, enum record_type type)
{
	char *text = shown_of(screen, type);

	assert_string_equal(text, "");
	free(text);
}

static void expect_begin(struct screen *screen, enum record_type type,
			 const char *begin)
{
	char *text = shown_of(screen, type);

	assert_memory_equal(text, begin, strlen(begin));
	assert_true(strlen(text) > strlen(begin));
	if (!*begin)
		assert_null(strchr(text, '\033'));
	free(text);
}

/* --- standard error --- */

struct said {
	int fd, kept;
};

static void say(struct said *said)
{
	char path[TEMPORARY_LEN];

	temporary_template(path);
	said->fd = mkstemp(path);
	said->kept = dup(STDERR_FILENO);
	assert_true(said->fd >= 0 && said->kept >= 0);
	assert_int_equal(unlink(path), 0);
	dup2(said->fd, STDERR_FILENO);
}

static void expect_said(struct said *said, const char *expected)
{
	char text[4096] = "";

	dup2(said->kept, STDERR_FILENO);
	close(said->kept);
	assert_true(pread(said->fd, text, sizeof(text) - 1, 0) >= 0);
	close(said->fd);
	assert_string_equal(text, expected);
}

/* Names of others stand in errors: they must not take hold of a terminal. */
static void errors_are_escaped(void **state)
{
	struct screen screen;
	struct said said;
	char *text;

	(void)state;
	open_screen(&screen, (struct options){0}, false);
	say(&said);
	display_error(&screen.display, "opening 'a\x1b[2J\n': no");
	expect_said(&said, "pitrace: opening 'a\\x1b[2J\\x0a': no\n");
	text = shown(&screen);
	assert_string_equal(text, "");
	free(text);
	close_screen(&screen);
}

static void errors_are_records_too(void **state)
{
	struct screen screen;
	struct said said;
	char *text;

	(void)state;
	open_screen(&screen, (struct options){.json = true}, false);
	say(&said);
	display_error(&screen.display, "a\"b");
	expect_said(&said, "pitrace: a\"b\n");
	text = shown(&screen);
	assert_non_null(strstr(text, "\"type\":\"error\""));
	assert_non_null(strstr(text, "\"message\":\"a\\\"b\""));
	assert_null(strstr(text, "\"ts_ns\":0"));
	assert_null(strstr(text, "1970-01-01"));
	assert_int_equal(count_lines(text), 1);
	free(text);
	close_screen(&screen);
}

/* A copy that could not be written is not written to again. */
static void errors_go_into_the_copy(void **state)
{
	struct capture copy;
	struct screen screen;
	struct said said;
	char *text;

	(void)state;
	open_screen(&screen, (struct options){0}, false);
	screen.display.copy = capture_begin(&copy);
	say(&said);
	display_error(&screen.display, "one");
	screen.display.copy_failed = true;
	display_error(&screen.display, "two");
	expect_said(&said, "pitrace: one\npitrace: two\n");
	text = capture_end(&copy);
	assert_non_null(strstr(text, "\"message\":\"one\""));
	assert_null(strstr(text, "two"));
	free(text);
	close_screen(&screen);
}

static void notes_of_probes_are_escaped(void **state)
{
	static const struct probe_status probes[] = {
		{.name = "one", .function = "f", .reason = "\x1b[2J"},
		{.name = "two", .function = "g", .method = METHOD_FENTRY},
	};
	struct said said;

	(void)state;
	say(&said);
	output_probes(probes, ARRAY_SIZE(probes));
	expect_said(&said, "pitrace: one           off        f -- \\x1b[2J\n"
			   "pitrace: two           fentry     g\n");
}

/* --- tables --- */

static void tables_take_the_screen(void **state)
{
	struct screen screen;

	(void)state;
	open_screen(&screen, (struct options){0}, true);
	expect_begin(&screen, RECORD_SNAPSHOT, CLEAR);
	expect_begin(&screen, RECORD_SNAPSHOT, CLEAR);
	expect_begin(&screen, RECORD_END, CLEAR);
	/* It was left to the summary. */
	assert_false(screen.display.screen_taken);
	close_screen(&screen);
}

/* There the shell's text stays where nothing was drawn over it. */
static void screens_that_were_not_taken_stay(void **state)
{
	struct screen screen;

	(void)state;
	(void)setenv("NO_COLOR", "1", 1);
	open_screen(&screen, (struct options){0}, true);
	expect_begin(&screen, RECORD_END, "");
	close_screen(&screen);
	(void)unsetenv("NO_COLOR");
}

static void pipes_get_tables_if_asked(void **state)
{
	struct screen screen;

	(void)state;
	open_screen(&screen, (struct options){0}, false);
	expect_nothing(&screen, RECORD_SNAPSHOT);
	expect_begin(&screen, RECORD_END, "");
	close_screen(&screen);
	open_screen(&screen, (struct options){.interval_given = true}, false);
	expect_begin(&screen, RECORD_SNAPSHOT, "");
	close_screen(&screen);
	open_screen(&screen,
		    (struct options){.interval_given = true, .stacks = true},
		    false);
	expect_nothing(&screen, RECORD_SNAPSHOT);
	close_screen(&screen);
}

static void events_are_lines(void **state)
{
	struct screen screen;
	char *text;

	(void)state;
	open_screen(&screen, (struct options){.events = true}, true);
	expect_nothing(&screen, RECORD_SNAPSHOT);
	text = shown_of(&screen, RECORD_EVENT);
	assert_int_equal(count_lines(text), 1);
	free(text);
	close_screen(&screen);
	open_screen(&screen, (struct options){0}, true);
	expect_nothing(&screen, RECORD_EVENT);
	close_screen(&screen);
}

/* --- stacks --- */

static void stacks_are_shown_if_asked(void **state)
{
	struct screen screen;
	char *text;

	(void)state;
	open_screen(&screen, (struct options){0}, false);
	expect_nothing(&screen, RECORD_STACKS);
	expect_begin(&screen, RECORD_END, "");
	close_screen(&screen);
	open_screen(&screen, (struct options){.stacks = true}, false);
	text = shown_of(&screen, RECORD_STACKS);
	assert_int_equal(*text, '@');
	free(text);
	/* Piped, they are read by a program, which the summary would upset. */
	expect_nothing(&screen, RECORD_END);
	/* Those of the next run are another matter. */
	expect_begin(&screen, RECORD_END, "");
	close_screen(&screen);
}

static void folded_stacks_are_lines(void **state)
{
	struct screen screen;
	char *text;

	(void)state;
	open_screen(&screen, (struct options){.stacks = true, .folded = true},
		    false);
	text = shown_of(&screen, RECORD_STACKS);
	assert_int_not_equal(*text, '@');
	assert_non_null(strchr(text, ';'));
	free(text);
	close_screen(&screen);
}

static void stacks_leave_the_screen(void **state)
{
	struct screen screen;

	(void)state;
	open_screen(&screen, (struct options){.stacks = true}, true);
	expect_begin(&screen, RECORD_SNAPSHOT, CLEAR);
	expect_begin(&screen, RECORD_STACKS, CLEAR);
	(void)setenv("NO_COLOR", "1", 1);
	/* People read both. */
	expect_begin(&screen, RECORD_END, "");
	(void)unsetenv("NO_COLOR");
	close_screen(&screen);
}

/* --- the terminal's size and colours --- */

static void set_term(const char *term)
{
	if (term)
		(void)setenv("TERM", term, 1);
	else
		(void)unsetenv("TERM");
}

static void colors_are_for_terminals(void **state)
{
	static const struct {
		const char *term, *no_color;
		bool is_terminal, colored;
	} cases[] = {
		{"xterm", NULL, true, true}, {"xterm", "1", true, false},
		{"dumb", NULL, true, false}, {"", NULL, true, false},
		{NULL, NULL, true, false},   {"xterm", NULL, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct screen screen;
		char *text;

		set_term(cases[i].term);
		(void)unsetenv("NO_COLOR");
		if (cases[i].no_color)
			(void)setenv("NO_COLOR", cases[i].no_color, 1);
		open_screen(&screen, (struct options){0}, cases[i].is_terminal);
		text = shown_of(&screen, RECORD_END);
		if ((strchr(text, '\033') != NULL) != cases[i].colored)
			fail_msg("case %zu: %s", i, text);
		free(text);
		close_screen(&screen);
	}
	(void)unsetenv("NO_COLOR");
}

static void tables_fit_the_terminal(void **state)
{
	struct screen screen;
	size_t full;
	char *text;

	(void)state;
	(void)setenv("NO_COLOR", "1", 1);
	open_screen(&screen, (struct options){.all = true}, true);
	text = shown_of(&screen, RECORD_SNAPSHOT);
	full = count_lines(text);
	free(text);
	size = (struct winsize){.ws_col = 60, .ws_row = (unsigned short)full};
	text = shown_of(&screen, RECORD_SNAPSHOT);
	assert_true(widest(text + strlen(CLEAR)) < 60);
	assert_true(count_lines(text) < full);
	free(text);
	/* The last view scrolls. */
	text = shown_of(&screen, RECORD_END);
	assert_true(widest(text + strlen(CLEAR)) < 60);
	free(text);
	size = (struct winsize){0};
	(void)unsetenv("NO_COLOR");
	close_screen(&screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_escaped),
		cmocka_unit_test(errors_are_records_too),
		cmocka_unit_test(errors_go_into_the_copy),
		cmocka_unit_test(notes_of_probes_are_escaped),
		cmocka_unit_test(tables_take_the_screen),
		cmocka_unit_test(screens_that_were_not_taken_stay),
		cmocka_unit_test(pipes_get_tables_if_asked),
		cmocka_unit_test(events_are_lines),
		cmocka_unit_test(stacks_are_shown_if_asked),
		cmocka_unit_test(folded_stacks_are_lines),
		cmocka_unit_test(stacks_leave_the_screen),
		cmocka_unit_test(colors_are_for_terminals),
		cmocka_unit_test(tables_fit_the_terminal),
	};

	(void)unsetenv("NO_COLOR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
