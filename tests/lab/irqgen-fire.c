// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <unistd.h>

#include "irqgen-aio.h"
#include "irqgen-fire.h"
#include "irqgen-reply.h"
#include "irqgen-watch.h"

/* After this long, ask whether the device's write got lost. */
#define ASK_MS     300
#define GIVE_UP_MS 30000

/* Let handlers return, and what hangs on their return be done. */
#define SETTLE_US 2000

/* Enough for most interrupts to arrive before the next is raised. */
#define BLIND_US 1000

struct volley {
	struct device *dev;
	struct watch watch[MAX_VECTORS];
	unsigned int watches;
	uint64_t resent;
};

static int volley_start(struct volley *volley, struct device *dev,
			uint32_t vectors)
{
	unsigned int vector;

	volley->dev = dev;
	volley->watches = 0;
	volley->resent = 0;
	for (vector = 0; vector < dev->vectors; vector++)
		if (vectors & 1u << vector &&
		    watch_start(&volley->watch[volley->watches++], dev, vector))
			return -1;
	return 0;
}

/* Raise it again only if the host never saw it, to keep the counts true. */
static void resend_if_lost(struct volley *volley, struct watch *watch,
			   uint64_t round)
{
	if (watch_rows(watch) >= round)
		return;
	device_acknowledge(volley->dev);
	device_raise(volley->dev, 1u << watch->vector);
	volley->resent++;
}

static int wait_for(struct volley *volley, struct watch *watch, uint64_t round)
{
	uint64_t start = now_ms();

	while (!watch_wait(watch, round, ASK_MS)) {
		if (now_ms() - start > GIVE_UP_MS)
			return fail("interrupt %" PRIu64 " of vector %u: host "
				    "counted %" PRIu64 ", never arrived",
				    round, watch->vector, watch_rows(watch));
		resend_if_lost(volley, watch, round);
	}
	return 0;
}

static int fire_round(struct volley *volley, uint32_t vectors, uint64_t round)
{
	unsigned int i;

	device_raise(volley->dev, vectors);
	for (i = 0; i < volley->watches; i++)
		if (wait_for(volley, &volley->watch[i], round))
			return -1;
	device_acknowledge(volley->dev);
	return 0;
}

/* What the host counted, not what was asked for. */
static uint64_t raised(const struct volley *volley)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < volley->watches; i++)
		sum += watch_rows(&volley->watch[i]);
	return sum;
}

int fire(struct device *dev, uint32_t vectors, uint64_t count)
{
	struct volley volley;
	uint64_t round;

	if (dev->storm)
		return fail("%s has a storm on", dev->name);
	if (volley_start(&volley, dev, vectors))
		return -1;
	for (round = 1; round <= count; round++)
		if (fire_round(&volley, vectors, round))
			return -1;
	usleep(SETTLE_US);
	reply("raised=%" PRIu64, raised(&volley));
	reply("resent=%" PRIu64, volley.resent);
	return 0;
}

int fire_blind(struct device *dev, uint32_t vectors, uint64_t count)
{
	uint64_t round;

	if (dev->storm)
		return fail("%s has a storm on", dev->name);
	for (round = 0; round < count; round++) {
		device_raise(dev, vectors);
		usleep(BLIND_US);
		device_acknowledge(dev);
	}
	usleep(SETTLE_US);
	reply("raised=%" PRIu64, count);
	return 0;
}

static bool has_observer(const struct watch *watch)
{
	return watch->route && watch->route->mode != ROUTE_NOWHERE;
}

/* Has @signal do it, and waits for each where it goes. */
static int fire_signals(int eventfd, uint64_t count, int (*signal)(void *arg),
			void *arg)
{
	struct watch watch;
	uint64_t i;

	watch_start_eventfd(&watch, eventfd);
	for (i = 1; i <= count; i++) {
		if (signal(arg))
			return -1;
		if (has_observer(&watch) && !watch_wait(&watch, i, GIVE_UP_MS))
			return fail("signal %" PRIu64 " never arrived", i);
	}
	if (!watch.route)
		eventfd_drain(eventfd);
	usleep(SETTLE_US);
	reply("written=%" PRIu64, count);
	return 0;
}

static int signal_by_write(void *arg)
{
	const int *eventfd = arg;
	const uint64_t one = 1;

	if (write(*eventfd, &one, sizeof(one)) != sizeof(one))
		return fail_errno("write eventfd");
	return 0;
}

int fire_write(int eventfd, uint64_t count)
{
	return fire_signals(eventfd, count, signal_by_write, &eventfd);
}

static int signal_by_read(void *arg)
{
	return aio_read(arg);
}

int fire_reads(int eventfd, const char *path, uint64_t count)
{
	struct aio aio;
	int err;

	if (aio_open(&aio, path, eventfd))
		return -1;
	err = fire_signals(eventfd, count, signal_by_read, &aio);
	aio_close(&aio);
	return err;
}
