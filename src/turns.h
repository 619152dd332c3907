/* SPDX-License-Identifier: GPL-2.0-only */
/* Which items of many have their turn: a few each time, one after the other. */
#ifndef PITRACE_TURNS_H
#define PITRACE_TURNS_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: the first items come next. */
struct turns {
	size_t next;
};

/* Is it the turn of @item of @count, with @at_a_time of them each time? */
bool turns_has(const struct turns *turns, size_t item, size_t count,
	       size_t at_a_time);

/* Those that follow come next. */
void turns_advance(struct turns *turns, size_t count, size_t at_a_time);

#endif
