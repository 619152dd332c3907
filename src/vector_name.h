/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of the irqactions that VFIO requests (vfio_pci_intrs.c):
 * "vfio-msix[3](0000:03:00.0)", "vfio-msi[0](...)", "vfio-intx(...)".
 */
#ifndef PITRACE_VECTOR_NAME_H
#define PITRACE_VECTOR_NAME_H

#include <stddef.h>

#include "pci_address.h"

enum vector_kind {
	VECTOR_MSIX,
	VECTOR_MSI,
	VECTOR_INTX
};

struct vector_name {
	struct pci_address device;
	enum vector_kind kind;
	unsigned int vector; /* 0 for INTx */
};

/* Returns 0, or -EINVAL if @text is not wholly such a name. */
int vector_name_parse(const char *text, struct vector_name *name);

/* By device, kind, number: below 0, 0 or above, as strcmp(). */
int vector_name_compare(const struct vector_name *a,
			const struct vector_name *b);

/* "msix 3", "msi 0", "intx": without the device. */
void vector_name_format(const struct vector_name *name, char *text,
			size_t size);

/* "msix", "msi", "intx". */
const char *vector_kind_name(enum vector_kind kind);

#endif
