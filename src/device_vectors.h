/* SPDX-License-Identifier: GPL-2.0-only */
/* Which interrupts do devices have, by sysfs? Also those without a handler. */
#ifndef PITRACE_DEVICE_VECTORS_H
#define PITRACE_DEVICE_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "host.h"
#include "vector_name.h"

struct device_vector {
	unsigned int irq;
	/* MSI(-X): the number is known from the kernel only. */
	enum vector_kind kind;
};

struct device_vectors {
	struct pci_address device;
	char driver[DRIVER_NAME_LEN];
	bool is_vfio; /* VFIO's driver, or one that is made with VFIO's core */
	struct device_vector *vectors; /* by IRQ number */
	size_t count;
};

/*
 * Lists @wanted devices, or, if there are none, all that VFIO has. On success
 * *@devices is to be freed with device_vectors_free(). Returns 0 or a
 * negative errno; a device without interrupts has no vectors, and one that
 * does not exist is left out.
 */
int device_vectors_list(const struct pci_address *wanted, size_t wanted_count,
			struct device_vectors **devices, size_t *count);
void device_vectors_free(struct device_vectors *devices, size_t count);

#endif
