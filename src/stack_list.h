/* SPDX-License-Identifier: GPL-2.0-only */
/* Counted kernel stacks, symbolised, as plain data for the renderers. */
#ifndef PITRACE_STACK_LIST_H
#define PITRACE_STACK_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "paths.h"
#include "vector_name.h"

struct frame {
	uint64_t address;
	const char *symbol; /* NULL if no symbol covers the address */
	const char *module; /* NULL for the kernel itself */
	uint64_t offset_bytes; /* from the symbol */
};

struct counted_stack {
	struct vector_name vector;
	enum delivery_path path;
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

/*
 * Makes one of all stacks with the same vector, path and addresses, summing
 * their counts; to be called once the frames were cleaned. Leaves the list
 * ordered by vector, path and addresses.
 */
void stack_list_merge(struct stack_list *list);

#endif
