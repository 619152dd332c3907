// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "events.h"
#include "signals.h"

static int watch(const struct events *events, int fd, enum event event)
{
	struct epoll_event entry = {.events = EPOLLIN, .data.u32 = event};

	if (fd < 0)
		return -errno;
	return epoll_ctl(events->epoll_fd, EPOLL_CTL_ADD, fd, &entry) ? -errno
								      : 0;
}

int events_open(struct events *events)
{
	int err;

	events->signal_fd = signals_catch();
	if (events->signal_fd < 0)
		return events->signal_fd;
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
	signals_leave(events->signal_fd);
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
