/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices opened, by the names their user gave them. */
#ifndef IRQGEN_DEVICE_H
#define IRQGEN_DEVICE_H

#include <stdbool.h>

#include "irqgen-model.h"
#include "irqgen-proc.h"

#define MAX_VECTORS 8

struct storm;

struct device {
	char name[32]; /* empty: this slot is free */
	char bdf[32];
	struct vfio_device vfio;
	const struct model *model;
	enum irq_kind kind;
	unsigned int vectors;
	int eventfd[MAX_VECTORS];
	struct storm *storm; /* while one is on */
};

struct device *device_find(const char *name);
int device_open(const char *name, const char *bdf);
void device_close(struct device *dev);

/* Have count vectors of this kind, each with an eventfd; or IRQ_NONE. */
int device_set_irqs(struct device *dev, enum irq_kind kind, unsigned int count);

/* Without its trigger a vector keeps its eventfd, but VFIO has no handler. */
int device_set_trigger(struct device *dev, unsigned int vector, bool on);

/* Make vector's eventfd readable no more; returns what it had counted. */
uint64_t eventfd_drain(int eventfd);

int device_row(const struct device *dev, unsigned int vector,
	       struct irq_row *row);

void device_raise(struct device *dev, uint32_t vectors);
void device_acknowledge(struct device *dev);

void device_for_each_group(void (*fn)(int group, void *arg), void *arg);

#endif
