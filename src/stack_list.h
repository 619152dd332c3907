/* SPDX-License-Identifier: GPL-2.0-only */
/* Counted kernel stacks, symbolised, as plain data for the renderers. */
#ifndef PITRACE_STACK_LIST_H
#define PITRACE_STACK_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe_abi.h"
#include "vector_name.h"

struct frame {
	uint64_t address;
	const char *symbol; /* NULL if no symbol covers the address */
	const char *module; /* NULL for the kernel itself */
	uint64_t offset_bytes; /* from the symbol */
};

struct counted_stack {
	bool has_vector; /* false: of none that is known */
	struct vector_name vector;
	unsigned int label; /* enum delivery_path or enum stack_label */
	uint64_t count;
	struct frame *frames; /* innermost first; none: the stack was lost */
	size_t frame_count;
};

struct stack_list {
	struct counted_stack *stacks;
	size_t count;
};

/*
 * Frees the stacks and their frames and leaves the list empty. The list
 * itself and the strings of its frames are the caller's.
 */
void stack_list_free(struct stack_list *list);

/* "irqfd", "posted", "wakeup": a path's name, or an event's. */
const char *stack_label_name(unsigned int label);

/* Was it taken at an event, not at an interrupt that took a path? */
bool stack_is_of_event(const struct counted_stack *stack);

/*
 * Makes one of all stacks with the same vector, label and addresses, summing
 * their counts; to be called once the frames were cleaned. Leaves the list
 * ordered by vector, label and addresses.
 */
void stack_list_merge(struct stack_list *list);

#endif
