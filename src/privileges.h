/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this process may do: as little as works, and less once it is set up.
 * Sets are as privilege_needs.h has them, and those of the calling thread.
 */
#ifndef PITRACE_PRIVILEGES_H
#define PITRACE_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * To be called first. Gives up for good, in all sets, each capability that
 * tracing has no use for, and whatever exec could give; what is left is in
 * effect. Emptying the bounding set and locking the securebits takes
 * CAP_SETPCAP; without it they stay as they are. Returns 0 or a negative errno.
 */
int privileges_confine(void);

/* What is left is kept, but not in effect. Returns 0 or a negative errno. */
int privileges_rest(void);

/* It is in effect again. Returns 0 or a negative errno. */
int privileges_resume(void);

/* It is given up for good. Returns 0 or a negative errno. */
int privileges_drop(void);

/* The capabilities in effect; none if that cannot be read. */
uint64_t privileges_in_effect(void);

/* Are those all that is needed to load and attach? */
bool privileges_suffice(void);

#endif
