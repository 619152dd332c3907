// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "irqgen-reply.h"
#include "irqgen-storm.h"
#include "irqgen-watch.h"

#define QUIET_US 20000

struct storm {
	struct device *dev;
	unsigned int cpu;
	unsigned int pause_us;
	uint64_t limit; /* rounds; 0: until it is stopped */
	bool stop;
	pthread_t thread;
	uint64_t rounds;
	uint64_t start_ns, end_ns;
	uint64_t rows_start;
};

static uint64_t rows(const struct device *dev)
{
	struct irq_row row;
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < dev->vectors; i++)
		if (!device_row(dev, i, &row))
			sum += row.count;
	return sum;
}

/* KVM reads the eventfds it was given; the others are for us to count. */
static uint64_t drain(const struct device *dev)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < dev->vectors; i++)
		if (!route_of_eventfd(dev->eventfd[i]))
			sum += eventfd_drain(dev->eventfd[i]);
	return sum;
}

static void pin(unsigned int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

static bool goes_on(const struct storm *storm)
{
	if (storm->limit)
		return storm->rounds < storm->limit;
	return !__atomic_load_n(&storm->stop, __ATOMIC_RELAXED);
}

static void *blow(void *arg)
{
	struct storm *storm = arg;
	struct device *dev = storm->dev;
	uint32_t vectors = (1u << dev->vectors) - 1;

	pin(storm->cpu);
	storm->start_ns = now_ns();
	while (goes_on(storm)) {
		device_raise(dev, vectors);
		device_acknowledge(dev);
		storm->rounds++;
		if (storm->pause_us)
			usleep(storm->pause_us);
	}
	storm->end_ns = now_ns();
	return NULL;
}

static int start(struct device *dev, unsigned int cpu, unsigned int pause_us,
		 uint64_t limit)
{
	struct storm *storm;

	if (dev->storm)
		return fail("%s has a storm on already", dev->name);
	if (dev->kind != IRQ_MSI && dev->kind != IRQ_MSIX)
		return fail("%s has neither MSI nor MSI-X on", dev->name);
	storm = calloc(1, sizeof(*storm));
	if (!storm)
		return fail_errno("calloc");
	storm->dev = dev;
	storm->cpu = cpu;
	storm->pause_us = pause_us;
	storm->limit = limit;
	storm->rows_start = rows(dev);
	drain(dev);
	errno = pthread_create(&storm->thread, NULL, blow, storm);
	if (errno) {
		free(storm);
		return fail_errno("pthread_create");
	}
	pthread_setname_np(storm->thread, "storm");
	dev->storm = storm;
	return 0;
}

int storm_start(struct device *dev, unsigned int cpu, unsigned int pause_us)
{
	return start(dev, cpu, pause_us, 0);
}

static void join(struct storm *storm)
{
	__atomic_store_n(&storm->stop, true, __ATOMIC_RELAXED);
	pthread_join(storm->thread, NULL);
}

void storm_stop(struct device *dev)
{
	if (!dev->storm)
		return;
	join(dev->storm);
	free(dev->storm);
	dev->storm = NULL;
}

int storm_report(struct device *dev)
{
	struct storm *storm = dev->storm;
	uint64_t more, seen = 0;

	if (!storm)
		return fail("%s has no storm on", dev->name);
	join(storm);
	do {
		usleep(QUIET_US);
		more = drain(dev);
		seen += more;
	} while (more);
	reply("raised=%" PRIu64, storm->rounds * dev->vectors);
	reply("seen=%" PRIu64, seen);
	reply("ns=%" PRIu64, storm->end_ns - storm->start_ns);
	reply("rows=%" PRIu64, rows(dev) - storm->rows_start);
	free(storm);
	dev->storm = NULL;
	return 0;
}

int storm_run(struct device *dev, unsigned int cpu, uint64_t rounds)
{
	int err = start(dev, cpu, 0, rounds);

	return err ? err : storm_report(dev);
}
