// SPDX-License-Identifier: GPL-2.0-only
/* The file of a report: what is said when it cannot be written. */
#include "record_scene.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report_output.h"

/* --- in the place of the system's --- */

/* What closing a file comes to: an errno, as over a network; 0: all is well. */
static int close_error;

int fclose(FILE *file)
{
	int (*real)(FILE *) = dlsym(RTLD_NEXT, "fclose");
	int result = real(file);

	if (!close_error)
		return result;
	errno = close_error;
	return EOF;
}

struct place {
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16];
	char draft[TEMPORARY_LEN + 24];
	struct failure failure;
	struct report_output *output;
};

static void open_place(struct place *place)
{
	*place = (struct place){.failure.exit_code = EXIT_DONE};
	temporary_template(place->directory);
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->path, sizeof(place->path), "%s/run.html",
		 place->directory);
	snprintf(place->draft, sizeof(place->draft), "%s.tmp", place->path);
	place->output = report_output_open(place->path, &place->failure);
	assert_non_null(place->output);
}

static void add_all(struct place *place)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		struct record_scene scene;

		scene_make(&scene, (enum record_type)type, FULL);
		assert_int_equal(report_output_add(place->output, &scene.record,
						   &place->failure),
				 0);
		scene_free(&scene);
	}
}

static void figures_are_in_the_page(void **state)
{
	struct place place;
	char *page;

	(void)state;
	open_place(&place);
	add_all(&place);
	assert_int_equal(report_output_close(place.output, &place.failure), 0);
	page = read_fixture(place.path);
	assert_non_null(strstr(page, "id=\"figures\">{\"earlier_runs\":0,"
				     "\"snapshot_stride\":1,\"records\":{"
				     "\"start\":{\"seen\":1,\"kept\":1},"));
	/* It is a whole page. */
	assert_ptr_equal(strstr(page, "<!DOCTYPE html>"), page);
	assert_non_null(strstr(page, "</html>\n"));
	free(page);
	assert_int_equal(access(place.draft, F_OK), -1);
	assert_int_equal(unlink(place.path), 0);
	assert_int_equal(rmdir(place.directory), 0);
}

/* Some disks turn out to be full only then. */
static void errors_of_closing_are_told(void **state)
{
	struct place place;

	(void)state;
	open_place(&place);
	add_all(&place);
	close_error = EDQUOT;
	assert_int_equal(report_output_close(place.output, &place.failure),
			 -EDQUOT);
	close_error = 0;
	assert_int_equal(place.failure.exit_code, EXIT_FAILED);
	assert_non_null(strstr(place.failure.text, ".tmp': Disk quota "));
	/* Neither a page that is cut, nor a draft. */
	assert_int_equal(rmdir(place.directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_in_the_page),
		cmocka_unit_test(errors_of_closing_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
