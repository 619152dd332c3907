// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "events.h"

static int watch(const struct events *events, int fd, enum event event)
{
	struct epoll_event entry = {.events = EPOLLIN, .data.u32 = event};

	if (fd < 0)
		return -errno;
	return epoll_ctl(events->epoll_fd, EPOLL_CTL_ADD, fd, &entry) ? -errno
								      : 0;
}

/* A signal handler is given nothing, so this has to be the process's. */
static int signal_fd_of_handler = -1;

static void on_signal(int number)
{
	static const uint64_t one = 1;
	int saved = errno;

	(void)number;
	(void)!write(signal_fd_of_handler, &one, sizeof(one));
	errno = saved;
}

/*
 * A handler and not a signalfd, for which signals would have to be blocked:
 * the second one has to end the process even while it is stuck in a write.
 */
static int catch_signals(struct events *events)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESTART | (int)SA_RESETHAND,
	};

	events->signal_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (events->signal_fd < 0)
		return -errno;
	signal_fd_of_handler = events->signal_fd;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (sigaction(signals[i], &action, NULL))
			return -errno;
	return 0;
}

int events_open(struct events *events)
{
	int err = catch_signals(events);

	if (err)
		return err;
	events->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	events->interval_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	events->duration_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	err = watch(events, events->signal_fd, EVENT_SIGNAL);
	if (!err)
		err = watch(events, events->interval_fd, EVENT_INTERVAL);
	if (!err)
		err = watch(events, events->duration_fd, EVENT_DURATION);
	return err;
}

int events_watch_tracer(struct events *events, int fd)
{
	return watch(events, fd, EVENT_TRACER);
}

int events_watch_exporter(struct events *events, int fd)
{
	return watch(events, fd, EVENT_EXPORTER);
}

void events_close(struct events *events)
{
	(void)close(events->duration_fd);
	(void)close(events->interval_fd);
	(void)close(events->signal_fd);
	(void)close(events->epoll_fd);
}

static int start_timer(int fd, uint64_t after_ns, bool again)
{
	struct timespec after = {
		.tv_sec = (time_t)(after_ns / NS_PER_S),
		.tv_nsec = (long)(after_ns % NS_PER_S),
	};
	struct itimerspec timer = {.it_value = after};

	if (again)
		timer.it_interval = after;
	return timerfd_settime(fd, 0, &timer, NULL) ? -errno : 0;
}

int events_start_interval(struct events *events, uint64_t interval_ns)
{
	return start_timer(events->interval_fd, interval_ns, true);
}

int events_start_duration(struct events *events, uint64_t duration_ns)
{
	return start_timer(events->duration_fd, duration_ns, false);
}

static void acknowledge(struct events *events, enum event event)
{
	uint64_t expirations;

	if (event == EVENT_INTERVAL || event == EVENT_DURATION)
		(void)!read(event == EVENT_INTERVAL ? events->interval_fd
						    : events->duration_fd,
			    &expirations, sizeof(expirations));
}

/* Lower is more urgent, but for "none". */
static int most_urgent(const struct epoll_event *ready, int count)
{
	static const int rank[] = {
		[EVENT_NONE] = 5,     [EVENT_SIGNAL] = 0, [EVENT_DURATION] = 1,
		[EVENT_INTERVAL] = 3, [EVENT_TRACER] = 2, [EVENT_EXPORTER] = 4,
	};
	unsigned int best = EVENT_NONE;

	for (int i = 0; i < count; i++)
		if (rank[ready[i].data.u32] < rank[best])
			best = ready[i].data.u32;
	return (int)best;
}

int events_wait(struct events *events, int timeout_ms)
{
	struct epoll_event ready[5];
	int count, event;

	do
		count = epoll_wait(events->epoll_fd, ready, 5, timeout_ms);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return -errno;
	event = most_urgent(ready, count);
	acknowledge(events, (enum event)event);
	return event;
}
