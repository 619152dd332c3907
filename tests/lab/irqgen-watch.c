// SPDX-License-Identifier: GPL-2.0-only
#include <poll.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "irqgen-watch.h"

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t now_ms(void)
{
	return now_ns() / 1000000;
}

void watch_start_eventfd(struct watch *watch, int eventfd)
{
	*watch = (struct watch){.eventfd = eventfd};
	watch->route = route_of_eventfd(eventfd);
	if (watch->route)
		watch->guest_start = route_count(watch->route);
	else
		eventfd_drain(eventfd);
}

int watch_start(struct watch *watch, const struct device *dev,
		unsigned int vector)
{
	struct irq_row row;

	watch_start_eventfd(watch, dev->eventfd[vector]);
	watch->dev = dev;
	watch->vector = vector;
	if (device_row(dev, vector, &row))
		return -1;
	watch->row_start = row.count;
	watch->thread = proc_irq_thread(row.irq);
	watch->sleeps = proc_sleeps(watch->thread);
	return 0;
}

uint64_t watch_rows(const struct watch *watch)
{
	struct irq_row row;

	if (device_row(watch->dev, watch->vector, &row))
		return 0;
	return row.count - watch->row_start;
}

/*
 * The row grows before the handler runs. An ordinary handler is done soon
 * enough; a thread may be woken much later, and must have gone to sleep
 * again before the next interrupt, or the two would become one.
 */
static uint64_t seen_in_row(struct watch *watch)
{
	uint64_t rows = watch_rows(watch);
	uint64_t sleeps;

	if (rows == watch->row_seen || !watch->thread)
		return rows;
	sleeps = proc_sleeps(watch->thread);
	if (sleeps == watch->sleeps)
		return watch->row_seen;
	watch->sleeps = sleeps;
	watch->row_seen = rows;
	return rows;
}

static uint64_t seen(struct watch *watch)
{
	if (!watch->route) {
		watch->read += eventfd_drain(watch->eventfd);
		return watch->read;
	}
	if (watch->route->mode == ROUTE_NOWHERE)
		return seen_in_row(watch);
	return route_count(watch->route) - watch->guest_start;
}

/* Leave the CPU to whoever has to bring the interrupt here. */
static void pause_watch(const struct watch *watch, uint64_t waited)
{
	struct pollfd readable = {.fd = watch->eventfd, .events = POLLIN};

	if (!watch->route)
		poll(&readable, 1, 1);
	else if (waited < 3)
		sched_yield();
	else
		usleep(200);
}

bool watch_wait(struct watch *watch, uint64_t count, unsigned int ms)
{
	uint64_t start = now_ms();
	uint64_t waited = 0;

	while (seen(watch) < count) {
		waited = now_ms() - start;
		if (waited > ms)
			return false;
		pause_watch(watch, waited);
	}
	return true;
}
