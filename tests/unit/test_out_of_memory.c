// SPDX-License-Identifier: GPL-2.0-only
/* Each growth of what grows can fail: it is told, and nothing is lost. */
#include "record_scene.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "kallsyms.h"
#include "record_reader.h"
#include "report_keep.h"

/* --- in the place of the system's --- */

static unsigned int calls;
static unsigned int failing; /* this call and those after it; 0: none */

static bool fails(void)
{
	calls++;
	return failing && calls >= failing;
}

void *realloc(void *old, size_t size)
{
	static void *(*real)(void *, size_t);

	if (!real)
		real = dlsym(RTLD_NEXT, "realloc");
	return fails() ? NULL : real(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
	static void *(*real)(void *, size_t, size_t);

	if (!real)
		real = dlsym(RTLD_NEXT, "reallocarray");
	return fails() ? NULL : real(old, count, size);
}

static void fail_from(unsigned int call)
{
	calls = 0;
	failing = call;
}

/* Calls @attempt until it has all the memory it wants. */
static void try_all(int (*attempt)(void))
{
	unsigned int call = 1;

	for (;; call++) {
		int err;

		fail_from(call);
		err = attempt();
		failing = 0;
		if (calls < call) {
			assert_int_equal(err, 0);
			break;
		}
		if (err != -ENOMEM)
			fail_msg("call %u: %d", call, err);
	}
	assert_true(call > 1);
}

/* --- who grows --- */

static char *symbols;

/* Enough for each table to grow twice. */
static void make_symbols(void)
{
	struct capture capture;
	FILE *file = capture_begin(&capture);

	for (unsigned int i = 0; i < 9000; i++)
		fprintf(file, "%016x T f%u\t[m%u]\n", 0x1000 + i, i, i / 10);
	symbols = capture_end(&capture);
}

static int load_symbols(void)
{
	FILE *file = open_text(symbols, strlen(symbols));
	struct kallsyms *table = NULL;
	int err = kallsyms_load(file, &table);

	kallsyms_free(table);
	fclose(file);
	return err;
}

static void tables_of_symbols(void **state)
{
	(void)state;
	make_symbols();
	try_all(load_symbols);
	free(symbols);
}

static char line[200000];

static int read_line(void)
{
	FILE *file = open_text(line, strlen(line));
	enum record_reading reading;
	struct record_reader reader;
	struct saved_record saved;
	int err;

	record_reader_open(&reader, file);
	reading = record_reader_next(&reader, &saved);
	err = reading == READ_FAILED ? reader.in.error : 0;
	saved_record_free(&saved);
	record_reader_close(&reader);
	fclose(file);
	return err;
}

static void lines_of_records(void **state)
{
	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	memcpy(line, "{\"type\":\"", 9);
	strcpy(line + sizeof(line) - 30, "\",\"schema\":1}\n");
	/* Growing alone: what the library does then is its own affair. */
	fail_from(1);
	assert_int_equal(read_line(), -ENOMEM);
	fail_from(2);
	assert_int_equal(read_line(), -ENOMEM);
	fail_from(0);
	assert_int_equal(read_line(), 0);
}

static int read_own_symbols(void)
{
	char *text = NULL;
	int err = host_read_file("/proc/self/maps", &text);

	free(text);
	return err;
}

static void whole_files(void **state)
{
	(void)state;
	try_all(read_own_symbols);
}

static void lines_that_are_kept(void **state)
{
	struct report_keep keep;
	struct record_scene scene;
	size_t count;

	(void)state;
	scene_make(&scene, RECORD_START, BARE);
	report_keep_init(&keep);
	fail_from(1);
	assert_int_equal(report_keep_add(&keep, &scene.record), -ENOMEM);
	assert_null(report_keep_lines(&keep, &count));
	fail_from(0);
	report_keep_free(&keep);
	scene_free(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_of_symbols),
		cmocka_unit_test(lines_of_records),
		cmocka_unit_test(whole_files),
		cmocka_unit_test(lines_that_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
