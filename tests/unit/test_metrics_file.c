// SPDX-License-Identifier: GPL-2.0-only
/* --textfile: whole files in the place of others, and none at the end. */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metrics_file.h"

static char directory[TEMPORARY_LEN];
static char path[TEMPORARY_LEN + 16], other[TEMPORARY_LEN + 16];

static const struct metrics nothing = {.run = {.version = "1"}};

static int make_directory(void **state)
{
	(void)state;
	temporary_template(directory);
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/a.prom", directory);
	snprintf(other, sizeof(other), "%s/a.prom.tmp", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

static size_t entries(void)
{
	DIR *dir = opendir(directory);
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* "." and ".." */
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* A reader that has the old one open reads it to its end. */
static void files_are_whole(void **state)
{
	static const char old[] = "an earlier run's";
	struct metrics_file file;
	struct stat status;
	char text[64] = "", *now;
	mode_t mask;
	FILE *reader;

	(void)state;
	assert_int_equal(metrics_file_init(&file, path), 0);
	put(path, old);
	put(other, "left by one that was killed");
	reader = fopen(path, "r");
	assert_non_null(reader);
	mask = umask(0777);
	assert_int_equal(metrics_file_write(&file, &nothing, false), 0);
	umask(mask);
	assert_int_equal(fread(text, 1, sizeof(text), reader), strlen(old));
	assert_string_equal(text, old);
	fclose(reader);
	now = read_fixture(path);
	assert_non_null(strstr(now, "pitrace_build_info{"));
	assert_null(strstr(now, "# EOF"));
	free(now);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0644);
	assert_int_equal(metrics_file_write(&file, &nothing, false), 0);
	assert_int_equal(entries(), 1);
	metrics_file_end(&file);
	assert_int_equal(entries(), 0);
}

/* What could not be written was never there, and what is there stays. */
static void what_is_in_the_way(void **state)
{
	struct metrics_file file;
	struct stat status;

	(void)state;
	assert_int_equal(metrics_file_init(&file, path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(metrics_file_write(&file, &nothing, false), -EEXIST);
	assert_int_equal(lstat(path, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(metrics_file_write(&file, &nothing, false), -EEXIST);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(metrics_file_write(&file, &nothing, false), -EEXIST);
	assert_int_equal(rmdir(other), 0);
	assert_int_equal(entries(), 0);
	/* It works once the way is free, and another's file is not removed. */
	put(path, "mine");
	metrics_file_end(&file);
	assert_int_equal(entries(), 1);
	assert_int_equal(unlink(path), 0);
}

static void no_such_directory(void **state)
{
	struct metrics_file file;

	(void)state;
	assert_int_equal(metrics_file_init(&file, "/nonexistent/a.prom"), 0);
	assert_int_equal(metrics_file_write(&file, &nothing, false), -ENOENT);
	metrics_file_end(&file);
}

/* A link at the draft's name is not followed. */
static void links_are_not_followed(void **state)
{
	char target[TEMPORARY_LEN + 16], *text;
	struct metrics_file file;

	(void)state;
	snprintf(target, sizeof(target), "%s/target", directory);
	put(target, "mine");
	assert_int_equal(symlink(target, other), 0);
	assert_int_equal(metrics_file_init(&file, path), 0);
	assert_int_equal(metrics_file_write(&file, &nothing, false), 0);
	text = read_fixture(target);
	assert_string_equal(text, "mine");
	free(text);
	metrics_file_end(&file);
	assert_int_equal(unlink(target), 0);
	assert_int_equal(entries(), 0);
}

static void none_was_asked_for(void **state)
{
	struct metrics_file file;

	(void)state;
	assert_int_equal(metrics_file_init(&file, NULL), 0);
	assert_int_equal(metrics_file_write(&file, &nothing, false), 0);
	metrics_file_end(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_whole),
		cmocka_unit_test(what_is_in_the_way),
		cmocka_unit_test(no_such_directory),
		cmocka_unit_test(links_are_not_followed),
		cmocka_unit_test(none_was_asked_for),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
