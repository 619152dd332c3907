// SPDX-License-Identifier: GPL-2.0-only
#include "stack_list.h"

#include <stdlib.h>

#include "snapshot.h"

const char *stack_label_name(unsigned int label)
{
	if (label < PATH_COUNT)
		return path_name((enum delivery_path)label);
	if (label < STACK_OF_WAKEUP)
		return change_name((enum change_kind)(label - STACK_OF_CHANGE));
	switch (label) {
	case STACK_OF_WAKEUP:
		return "wakeup";
	case STACK_OF_NOTIFICATION:
		return "notification";
	default:
		return "nested_notification";
	}
}

bool stack_is_of_event(const struct counted_stack *stack)
{
	return stack->label >= PATH_COUNT;
}

void stack_list_free(struct stack_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->stacks[i].frames);
	free(list->stacks);
	*list = (struct stack_list){0};
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_frames(const struct counted_stack *a,
			  const struct counted_stack *b)
{
	int order = compare(a->frame_count, b->frame_count);

	for (size_t i = 0; !order && i < a->frame_count; i++)
		order = compare(a->frames[i].address, b->frames[i].address);
	return order;
}

/* 0 for stacks that differ in nothing but their count. */
static int compare_stacks(const void *left, const void *right)
{
	const struct counted_stack *a = left, *b = right;
	int order = compare(a->has_vector, b->has_vector);

	if (!order)
		order = vector_name_compare(&a->vector, &b->vector);
	if (!order)
		order = compare(a->label, b->label);
	return order ? order : compare_frames(a, b);
}

void stack_list_merge(struct stack_list *list)
{
	size_t last = 0;

	if (list->count < 2)
		return;
	qsort(list->stacks, list->count, sizeof(*list->stacks), compare_stacks);
	for (size_t i = 1; i < list->count; i++) {
		if (compare_stacks(&list->stacks[last], &list->stacks[i])) {
			list->stacks[++last] = list->stacks[i];
			continue;
		}
		list->stacks[last].count += list->stacks[i].count;
		free(list->stacks[i].frames);
	}
	list->count = last + 1;
}
