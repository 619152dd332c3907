/* SPDX-License-Identifier: GPL-2.0-only */
/* Raising interrupts one at a time, each waited for where it goes. */
#ifndef IRQGEN_FIRE_H
#define IRQGEN_FIRE_H

#include <stdint.h>

#include "irqgen-device.h"

/* Raise each vector whose bit is set count times, in one write a round. */
int fire(struct device *dev, uint32_t vectors, uint64_t count);

/* The same without waiting, for interrupts that may go where none is seen. */
int fire_blind(struct device *dev, uint32_t vectors, uint64_t count);

/* Write to the eventfd itself. */
int fire_write(int eventfd, uint64_t count);

/* Have reads of a block device signal it. */
int fire_reads(int eventfd, const char *path, uint64_t count);

#endif
