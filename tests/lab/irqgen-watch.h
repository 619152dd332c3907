/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watching for interrupts at the end of their path: the eventfd's reader,
 * the guest's counter, or, where nothing gets them, the host's own row.
 */
#ifndef IRQGEN_WATCH_H
#define IRQGEN_WATCH_H

#include <stdbool.h>

#include "irqgen-device.h"
#include "irqgen-route.h"

struct watch {
	const struct device *dev;
	unsigned int vector;
	int eventfd;
	const struct route *route; /* NULL: the eventfd is read here */
	uint64_t read; /* from the eventfd so far */
	uint32_t guest_start;
	uint64_t row_start;
	uint64_t row_seen;
	int thread; /* of a threaded interrupt handler */
	uint64_t sleeps;
};

int watch_start(struct watch *watch, const struct device *dev,
		unsigned int vector);

/* The same for an eventfd that no device signals. */
void watch_start_eventfd(struct watch *watch, int eventfd);

/* Wait until count interrupts have arrived since the start. */
bool watch_wait(struct watch *watch, uint64_t count, unsigned int ms);

/* How many the host has counted since the start. */
uint64_t watch_rows(const struct watch *watch);

uint64_t now_ns(void);
uint64_t now_ms(void);

#endif
