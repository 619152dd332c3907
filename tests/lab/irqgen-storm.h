/* SPDX-License-Identifier: GPL-2.0-only */
/* Raising interrupts from one CPU, waiting for none. */
#ifndef IRQGEN_STORM_H
#define IRQGEN_STORM_H

#include "irqgen-device.h"

/* Flat out, or with a pause of so many microseconds after each. */
int storm_start(struct device *dev, unsigned int cpu, unsigned int pause_us);

/* Flat out, so many rounds; reply with the figures. */
int storm_run(struct device *dev, unsigned int cpu, uint64_t rounds);

/* Stop, and reply with the figures. */
int storm_report(struct device *dev);

/* Stop if there is one. */
void storm_stop(struct device *dev);

#endif
