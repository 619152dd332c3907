/* SPDX-License-Identifier: GPL-2.0-only */
/* VFIO: one type1 container, and on it groups, devices, interrupts. */
#ifndef IRQGEN_VFIO_H
#define IRQGEN_VFIO_H

#include <stddef.h>
#include <stdint.h>

enum irq_kind {
	IRQ_NONE,
	IRQ_INTX,
	IRQ_MSI,
	IRQ_MSIX
};

struct vfio_device {
	int group;
	int fd;
	uint64_t config; /* where config space lies in fd */
	volatile uint8_t *bar;
	size_t bar_size;
};

int vfio_open(struct vfio_device *dev, const char *bdf);
void vfio_close(struct vfio_device *dev);

/* The ids as (device << 16 | vendor), as config space has them. */
int vfio_read_ids(struct vfio_device *dev, uint32_t *ids);

/* How many vectors of this kind the device has; -1 is an error. */
int vfio_irq_count(struct vfio_device *dev, enum irq_kind kind);

int vfio_enable_irqs(struct vfio_device *dev, enum irq_kind kind,
		     const int *eventfds, unsigned int count);

/* The eventfd of one vector that is enabled; -1 takes the old one away. */
int vfio_set_trigger(struct vfio_device *dev, enum irq_kind kind,
		     unsigned int vector, int eventfd);
int vfio_disable_irqs(struct vfio_device *dev, enum irq_kind kind);

/* VFIO masks INTx on each interrupt until told otherwise. */
int vfio_mask_intx(struct vfio_device *dev);
int vfio_unmask_intx(struct vfio_device *dev);

#endif
