// SPDX-License-Identifier: GPL-2.0-only
/* What a session waits for: signals, timers, others' descriptors. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "events.h"

#define MS   UINT64_C(1000000)
#define HOUR (3600 * 1000 * MS)

/* As long as the slowest machine may take. */
#define LONG_MS 60000

static void open_events(struct events *events)
{
	assert_int_equal(events_open(events), 0);
}

/* Readable for as long as it is open. */
static int ready_fd(void)
{
	int fd = eventfd(1, EFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void wait_readable(int fd)
{
	struct pollfd wait = {fd, POLLIN, 0};

	assert_int_equal(poll(&wait, 1, LONG_MS), 1);
}

static void nothing_happens(void **state)
{
	struct events events;

	(void)state;
	open_events(&events);
	assert_int_equal(events_wait(&events, 0), EVENT_NONE);
	events_close(&events);
}

/* Each signal is caught once. */
static void signals_are_events(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct sigaction first, now;
		struct events events;

		open_events(&events);
		assert_int_equal(sigaction(signals[i], NULL, &first), 0);
		errno = 77;
		assert_int_equal(raise(signals[i]), 0);
		assert_int_equal(errno, 77);
		assert_int_equal(events_wait(&events, LONG_MS), EVENT_SIGNAL);
		/* It stays so, whatever else is done meanwhile. */
		assert_int_equal(events_wait(&events, 0), EVENT_SIGNAL);
		assert_int_equal(sigaction(signals[i], NULL, &now), 0);
		/* The second one ends the process. */
		assert_true(now.sa_handler != first.sa_handler);
		assert_true(now.sa_handler != SIG_IGN);
		events_close(&events);
		signal(signals[i], SIG_DFL);
	}
}

/* A call that a signal meets goes on, so that no output is torn. */
static void signals_restart_calls(void **state)
{
	struct sigaction now;
	struct events events;

	(void)state;
	open_events(&events);
	assert_int_equal(sigaction(SIGINT, NULL, &now), 0);
	assert_true(now.sa_flags & SA_RESTART);
	events_close(&events);
	signal(SIGINT, SIG_DFL);
}

static void intervals_go_on(void **state)
{
	struct events events;

	(void)state;
	open_events(&events);
	assert_int_equal(events_start_interval(&events, MS), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(events_wait(&events, LONG_MS), EVENT_INTERVAL);
	events_close(&events);
}

static void durations_end_once(void **state)
{
	struct events events;

	(void)state;
	open_events(&events);
	assert_int_equal(events_start_duration(&events, MS), 0);
	assert_int_equal(events_wait(&events, LONG_MS), EVENT_DURATION);
	assert_int_equal(events_wait(&events, 20), EVENT_NONE);
	events_close(&events);
}

/* Whole seconds, and what is left of them. */
static void times_are_what_was_asked_for(void **state)
{
	struct itimerspec interval, duration;
	struct events events;

	(void)state;
	open_events(&events);
	assert_int_equal(events_start_interval(&events, HOUR + 250 * MS), 0);
	assert_int_equal(events_start_duration(&events, 2 * HOUR), 0);
	assert_int_equal(timerfd_gettime(events.interval_fd, &interval), 0);
	assert_int_equal(timerfd_gettime(events.duration_fd, &duration), 0);
	assert_int_equal(interval.it_interval.tv_sec, 3600);
	assert_int_equal(interval.it_interval.tv_nsec, 250 * MS);
	assert_in_range(interval.it_value.tv_sec, 3500, 3600);
	assert_int_equal(duration.it_interval.tv_sec, 0);
	assert_int_equal(duration.it_interval.tv_nsec, 0);
	assert_in_range(duration.it_value.tv_sec, 7100, 7200);
	assert_int_equal(events_wait(&events, 0), EVENT_NONE);
	events_close(&events);
}

/* A timer that went off is read without waiting, by whoever reads it first. */
static void descriptors_are_the_programs_own(void **state)
{
	struct events events;
	const int *fds;

	(void)state;
	open_events(&events);
	fds = (int[]){events.epoll_fd, events.signal_fd, events.interval_fd,
		      events.duration_fd};
	for (int i = 0; i < 4; i++)
		assert_int_equal(fcntl(fds[i], F_GETFD) & FD_CLOEXEC,
				 FD_CLOEXEC);
	for (int i = 1; i < 4; i++)
		assert_int_equal(fcntl(fds[i], F_GETFL) & O_NONBLOCK,
				 O_NONBLOCK);
	events_close(&events);
	for (int i = 0; i < 4; i++)
		assert_int_equal(fcntl(fds[i], F_GETFD), -1);
}

/* From the most urgent to the least. */
static void urgent_ones_are_first(void **state)
{
	struct events events;
	int tracer = ready_fd(), exporter = ready_fd();

	(void)state;
	open_events(&events);
	assert_int_equal(events_watch_exporter(&events, exporter), 0);
	assert_int_equal(events_wait(&events, 0), EVENT_EXPORTER);
	assert_int_equal(events_start_interval(&events, 1), 0);
	wait_readable(events.interval_fd);
	assert_int_equal(events_wait(&events, 0), EVENT_INTERVAL);
	assert_int_equal(events_watch_tracer(&events, tracer), 0);
	wait_readable(events.interval_fd);
	assert_int_equal(events_wait(&events, 0), EVENT_TRACER);
	assert_int_equal(events_start_duration(&events, 1), 0);
	wait_readable(events.duration_fd);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(events_wait(&events, 0), EVENT_SIGNAL);
	assert_int_equal(eventfd_read(events.signal_fd, &(eventfd_t){0}), 0);
	assert_int_equal(events_wait(&events, 0), EVENT_DURATION);
	assert_int_equal(events_wait(&events, 0), EVENT_TRACER);
	events_close(&events);
	signal(SIGTERM, SIG_DFL);
	close(tracer);
	close(exporter);
}

static void what_cannot_be_watched(void **state)
{
	struct events events;
	int fd = ready_fd();

	(void)state;
	open_events(&events);
	assert_int_equal(events_watch_tracer(&events, fd), 0);
	assert_int_equal(events_watch_exporter(&events, fd), -EEXIST);
	close(fd);
	assert_int_equal(events_watch_exporter(&events, fd), -EBADF);
	events_close(&events);
	assert_true(events_wait(&events, 0) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_happens),
		cmocka_unit_test(signals_are_events),
		cmocka_unit_test(signals_restart_calls),
		cmocka_unit_test(intervals_go_on),
		cmocka_unit_test(durations_end_once),
		cmocka_unit_test(times_are_what_was_asked_for),
		cmocka_unit_test(descriptors_are_the_programs_own),
		cmocka_unit_test(urgent_ones_are_first),
		cmocka_unit_test(what_cannot_be_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
