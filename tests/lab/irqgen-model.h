/* SPDX-License-Identifier: GPL-2.0-only */
/* What irqgen knows of a kind of device: how to make it interrupt. */
#ifndef IRQGEN_MODEL_H
#define IRQGEN_MODEL_H

#include <stdint.h>

#include "irqgen-vfio.h"

struct model {
	const char *name;
	uint32_t ids; /* device << 16 | vendor */
	unsigned int max_vectors;

	/* Prepare the device for interrupts of this kind. */
	void (*setup)(struct vfio_device *dev, enum irq_kind kind);

	/* Raise the vectors whose bits are set, in one write. */
	void (*raise)(struct vfio_device *dev, enum irq_kind kind,
		      uint32_t vectors);

	/* Take the cause back, as a driver's handler does. */
	void (*acknowledge)(struct vfio_device *dev, enum irq_kind kind);
};

extern const struct model e1000e_model;
extern const struct model edu_model;

static inline void bar_write(struct vfio_device *dev, unsigned int reg,
			     uint32_t value)
{
	*(volatile uint32_t *)(dev->bar + reg) = value;
}

static inline uint32_t bar_read(struct vfio_device *dev, unsigned int reg)
{
	return *(volatile uint32_t *)(dev->bar + reg);
}

#endif
