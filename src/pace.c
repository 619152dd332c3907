// SPDX-License-Identifier: GPL-2.0-only
#include "pace.h"

/* Its cost is 1 % of this many times its cost. */
#define REST 100

bool pace_is_due(const struct pace *pace, uint64_t now_ns)
{
	return now_ns >= pace->due_ns;
}

void pace_note(struct pace *pace, uint64_t now_ns, uint64_t cost_ns)
{
	pace->due_ns = now_ns + REST * cost_ns;
}
