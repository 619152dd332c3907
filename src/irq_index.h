/* SPDX-License-Identifier: GPL-2.0-only */
/* Which vectors of a snapshot have a certain IRQ number. */
#ifndef PITRACE_IRQ_INDEX_H
#define PITRACE_IRQ_INDEX_H

#include "snapshot.h"

struct irq_index_entry {
	int irq;
	size_t vector; /* its place in the snapshot */
};

struct irq_index {
	struct irq_index_entry *entries; /* ordered by irq, vector */
	size_t count;
};

/*
 * Of the vectors that have a number now, in the order that they have now.
 * Returns 0 or -ENOMEM. To be freed with irq_index_free() in either case.
 */
int irq_index_make(struct irq_index *index, const struct snapshot *snapshot);
void irq_index_free(struct irq_index *index);

/* The first of *@count entries with @irq; a shared line has several. */
const struct irq_index_entry *irq_index_find(const struct irq_index *index,
					     int irq, size_t *count);

#endif
