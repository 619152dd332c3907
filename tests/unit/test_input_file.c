// SPDX-License-Identifier: GPL-2.0-only
/* --input: files, pipes, standard input, and what interrupts the reading. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input_file.h"

static char path[TEMPORARY_LEN];

static int make_file(void **state)
{
	int fd;

	(void)state;
	temporary_template(path);
	fd = mkstemp(path);
	if (fd < 0 || write(fd, "text", 4) != 4)
		return -1;
	return close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void expect_text(struct input_file *input, const char *expected)
{
	char text[16] = "";

	assert_int_equal(fread(text, 1, sizeof(text) - 1, input->file),
			 strlen(expected));
	assert_string_equal(text, expected);
	assert_false(ferror(input->file));
}

static void files_are_read(void **state)
{
	struct input_file input;

	(void)state;
	assert_int_equal(input_file_open(&input, path), 0);
	assert_true(input_file_is_plain(&input));
	assert_true(fcntl(input.fd, F_GETFD) & FD_CLOEXEC);
	expect_text(&input, "text");
	input_file_close(&input);
	assert_int_equal(fcntl(input.fd, F_GETFD), -1);
	assert_int_equal(fcntl(input.signal_fd, F_GETFD), -1);
}

/* Whoever starts it may have closed it. */
static void standard_input_may_be_closed(void **state)
{
	int kept = dup(STDIN_FILENO);
	struct input_file input;

	(void)state;
	close(STDIN_FILENO);
	assert_int_equal(input_file_open(&input, "-"), -EBADF);
	assert_int_equal(input_file_open(&input, path), 0);
	assert_int_equal(input.fd, STDIN_FILENO);
	expect_text(&input, "text");
	input_file_close(&input);
	if (kept < 0)
		return;
	dup2(kept, STDIN_FILENO);
	close(kept);
}

/* It stays open for whoever comes next. */
static void standard_input_is_read(void **state)
{
	int kept = dup(STDIN_FILENO), ends[2];
	struct input_file input;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped", 5), 5);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(input_file_open(&input, "-"), 0);
	assert_false(input_file_is_plain(&input));
	expect_text(&input, "piped");
	input_file_close(&input);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void files_that_are_not_there(void **state)
{
	struct input_file input;

	(void)state;
	assert_int_equal(input_file_open(&input, "/nowhere/at/all"), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(standard_input_may_be_closed),
		cmocka_unit_test(standard_input_is_read),
		cmocka_unit_test(files_that_are_not_there),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
