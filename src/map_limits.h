/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps smaller than what a host needs, for tests of what happens then: the
 * environment variable PITRACE_MAP_LIMITS, as "slots=3,targets=2".
 */
#ifndef PITRACE_MAP_LIMITS_H
#define PITRACE_MAP_LIMITS_H

#include "map_sizes.h"

#define MAP_LIMITS_VARIABLE "PITRACE_MAP_LIMITS"

/*
 * Lowers @sizes to what @limits says: names of struct map_sizes' members and
 * the most entries each may have. Returns 0, or -EINVAL for what is no such
 * list; @sizes may be changed in part by then.
 */
int map_limits_apply(const char *limits, struct map_sizes *sizes);

#endif
