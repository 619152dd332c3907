/* SPDX-License-Identifier: GPL-2.0-only */
/* How often to do what costs more the more there is: at most 1 % of a CPU. */
#ifndef PITRACE_PACE_H
#define PITRACE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: it was never done, and is due. */
struct pace {
	uint64_t due_ns; /* on the clock of those who call */
};

bool pace_is_due(const struct pace *pace, uint64_t now_ns);

/* It was done, ended at @now_ns and took @cost_ns of CPU time. */
void pace_note(struct pace *pace, uint64_t now_ns, uint64_t cost_ns);

#endif
