// SPDX-License-Identifier: GPL-2.0-only
#include "irq_index.h"

#include <errno.h>
#include <stdlib.h>

static int compare(const void *left, const void *right)
{
	const struct irq_index_entry *a = left, *b = right;

	if (a->irq != b->irq)
		return a->irq < b->irq ? -1 : 1;
	return (a->vector > b->vector) - (a->vector < b->vector);
}

int irq_index_make(struct irq_index *index, const struct snapshot *snapshot)
{
	*index = (struct irq_index){.count = 0};
	if (!snapshot->vector_count)
		return 0;
	index->entries =
		calloc(snapshot->vector_count, sizeof(*index->entries));
	if (!index->entries)
		return -ENOMEM;
	for (size_t i = 0; i < snapshot->vector_count; i++)
		if (snapshot->vectors[i].irq >= 0)
			index->entries[index->count++] =
				(struct irq_index_entry){
					snapshot->vectors[i].irq, i};
	qsort(index->entries, index->count, sizeof(*index->entries), compare);
	return 0;
}

void irq_index_free(struct irq_index *index)
{
	free(index->entries);
}

const struct irq_index_entry *irq_index_find(const struct irq_index *index,
					     int irq, size_t *count)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->entries[middle].irq < irq)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low;
	     high < index->count && index->entries[high].irq == irq;)
		high++;
	*count = high - low;
	return *count ? &index->entries[low] : NULL;
}
