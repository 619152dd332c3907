// SPDX-License-Identifier: GPL-2.0-only
#include "turns.h"

bool turns_has(const struct turns *turns, size_t item, size_t count,
	       size_t at_a_time)
{
	size_t next = turns->next < count ? turns->next : 0;
	size_t ahead = item >= next ? item - next : item + count - next;

	return ahead < at_a_time;
}

void turns_advance(struct turns *turns, size_t count, size_t at_a_time)
{
	size_t next = turns->next < count ? turns->next : 0;

	turns->next = count ? (next + at_a_time) % count : 0;
}
