// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's educational device: one interrupt, raised by writing a status. */
#include "irqgen-model.h"

#define IRQ_RAISE       0x60
#define IRQ_ACKNOWLEDGE 0x64

static void setup(struct vfio_device *dev, enum irq_kind kind)
{
	(void)kind;
	bar_write(dev, IRQ_ACKNOWLEDGE, ~0u);
}

static void raise(struct vfio_device *dev, enum irq_kind kind, uint32_t vectors)
{
	(void)kind;
	bar_write(dev, IRQ_RAISE, vectors);
}

static void acknowledge(struct vfio_device *dev, enum irq_kind kind)
{
	(void)kind;
	bar_write(dev, IRQ_ACKNOWLEDGE, ~0u);
}

const struct model edu_model = {
	.name = "edu",
	.ids = 0x11e81234,
	.max_vectors = 1,
	.setup = setup,
	.raise = raise,
	.acknowledge = acknowledge,
};
