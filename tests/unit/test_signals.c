// SPDX-License-Identifier: GPL-2.0-only
/* What signals leave of a report's file, from the moment that it is made. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Before cmocka.h, which has a macro fail(). */
#include "report_output.h"
#include "signals.h"
#include "support.h"

#define STATUS_ALIVE 42

static char directory[] = "/tmp/test_signals.XXXXXX";
static char path[64], draft[64 + sizeof(REPORT_DRAFT_SUFFIX)];

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/report", directory);
	(void)snprintf(draft, sizeof(draft), "%s" REPORT_DRAFT_SUFFIX, path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(directory);
}

static bool is_there(const char *file)
{
	return !access(file, F_OK);
}

static struct report_output *open_report(void)
{
	struct failure failure = {.exit_code = EXIT_DONE};

	return report_output_open(path, &failure);
}

/* How a process ends that does this; nothing of ours is left in it. */
static int end_of(void (*run)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		run();
		_exit(STATUS_ALIVE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void expect_killed(int status, int number)
{
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), number);
}

static void expect_alive(int status)
{
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS_ALIVE);
}

static void terminate_with_draft(void)
{
	if (open_report() && is_there(draft))
		(void)raise(SIGTERM);
}

static void interrupt_with_draft(void)
{
	if (open_report() && is_there(draft))
		(void)raise(SIGINT);
}

static void hang_up_with_draft(void)
{
	if (open_report() && is_there(draft))
		(void)raise(SIGHUP);
}

static void a_signal_before_tracing_leaves_nothing(void **state)
{
	(void)state;
	expect_killed(end_of(terminate_with_draft), SIGTERM);
	assert_false(is_there(draft));
	expect_killed(end_of(interrupt_with_draft), SIGINT);
	assert_false(is_there(draft));
	expect_killed(end_of(hang_up_with_draft), SIGHUP);
	assert_false(is_there(draft));
	assert_false(is_there(path));
}

/* A signal that comes as the file is made waits until it can be removed. */
static void interrupt_while_held(void)
{
	sigset_t before;

	signals_hold(&before);
	(void)raise(SIGINT);
	signals_guard(draft);
	(void)fclose(fopen(draft, "w"));
	signals_release(&before);
}

static void a_signal_while_it_is_made_leaves_nothing(void **state)
{
	(void)state;
	expect_killed(end_of(interrupt_while_held), SIGINT);
	assert_false(is_there(draft));
}

static void interrupt_once(void)
{
	int fd;

	if (!open_report())
		_exit(1);
	fd = signals_catch();
	(void)raise(SIGINT);
	if (fd < 0 || !is_there(draft) || read(fd, (uint64_t[1]){0}, 8) != 8)
		_exit(1);
}

static void the_first_signal_of_a_run_ends_it_in_order(void **state)
{
	(void)state;
	expect_alive(end_of(interrupt_once));
	assert_int_equal(unlink(draft), 0);
}

static void interrupt_twice(void)
{
	interrupt_once();
	(void)raise(SIGINT);
}

static void the_second_one_leaves_nothing(void **state)
{
	(void)state;
	expect_killed(end_of(interrupt_twice), SIGINT);
	assert_false(is_there(draft));
}

static void hang_up_ignored(void)
{
	(void)signal(SIGHUP, SIG_IGN);
	hang_up_with_draft();
}

static void what_is_ignored_stays_so(void **state)
{
	(void)state;
	expect_alive(end_of(hang_up_ignored));
	assert_int_equal(unlink(draft), 0);
}

static void terminate_without_draft(void)
{
	if (!open_report())
		(void)raise(SIGTERM);
}

static void what_is_of_others_stays(void **state)
{
	FILE *theirs = fopen(draft, "w");

	(void)state;
	assert_non_null(theirs);
	(void)fclose(theirs);
	expect_killed(end_of(terminate_without_draft), SIGTERM);
	assert_true(is_there(draft));
	assert_int_equal(unlink(draft), 0);
}

/* The name is another's once the report has been given its own. */
static void terminate_after_report(void)
{
	struct failure failure = {.exit_code = EXIT_DONE};

	if (report_output_close(open_report(), &failure) || is_there(draft))
		_exit(1);
	(void)fclose(fopen(draft, "w"));
	(void)raise(SIGTERM);
}

static void what_others_make_later_stays(void **state)
{
	(void)state;
	expect_killed(end_of(terminate_after_report), SIGTERM);
	assert_true(is_there(draft));
	assert_int_equal(unlink(draft), 0);
}

/* Not one that has no reader either, for which its opening would wait. */
static void a_pipe_is_no_draft(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(draft, 0600), 0);
	assert_null(open_report());
	assert_int_equal(unlink(draft), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_before_tracing_leaves_nothing),
		cmocka_unit_test(a_signal_while_it_is_made_leaves_nothing),
		cmocka_unit_test(the_first_signal_of_a_run_ends_it_in_order),
		cmocka_unit_test(the_second_one_leaves_nothing),
		cmocka_unit_test(what_is_ignored_stays_so),
		cmocka_unit_test(what_is_of_others_stays),
		cmocka_unit_test(what_others_make_later_stays),
		cmocka_unit_test(a_pipe_is_no_draft),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
