/* SPDX-License-Identifier: GPL-2.0 */
/* Raising interrupts flat out from one CPU, waiting for none. */
#ifndef IRQGEN_STORM_H
#define IRQGEN_STORM_H

#include "irqgen-device.h"

int storm_start(struct device *dev, unsigned int cpu);

/* Stop, and reply with the figures. */
int storm_report(struct device *dev);

/* Stop if there is one. */
void storm_stop(struct device *dev);

#endif
