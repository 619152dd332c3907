/* SPDX-License-Identifier: GPL-2.0-only */
/* All that a session waits for, in one epoll. */
#ifndef PITRACE_EVENTS_H
#define PITRACE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct events {
	int epoll_fd;
	int signal_fd; /* readable after SIGINT, SIGTERM or SIGHUP */
	int interval_fd;
	int duration_fd;
};

enum event {
	EVENT_NONE, /* the timeout came first */
	EVENT_SIGNAL,
	EVENT_INTERVAL,
	EVENT_DURATION,
	EVENT_TRACER,
	EVENT_EXPORTER, /* someone wants metrics */
};

/*
 * Catches the first of each signal, and makes the descriptors; timers stand
 * still. Returns 0 or a negative errno.
 */
int events_open(struct events *events);

/* Also wait for this descriptor, which stays the caller's. */
int events_watch_tracer(struct events *events, int fd);
int events_watch_exporter(struct events *events, int fd);
void events_close(struct events *events);

/* Each returns 0 or a negative errno; neither time may be 0. */
int events_start_interval(struct events *events, uint64_t interval_ns);
int events_start_duration(struct events *events, uint64_t duration_ns);

/*
 * Waits for the most urgent event, at most @timeout_ms (-1: for ever).
 * After EVENT_SIGNAL the same signal again ends the process at once. Returns
 * an enum event or a negative errno.
 */
int events_wait(struct events *events, int timeout_ms);

#endif
