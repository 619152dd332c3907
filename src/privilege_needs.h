/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which capabilities are of use here, and what for? Pure functions of a set of
 * them: bit N of a set stands for capability N of the kernel.
 */
#ifndef PITRACE_PRIVILEGE_NEEDS_H
#define PITRACE_PRIVILEGE_NEEDS_H

#include <stddef.h>
#include <stdint.h>

#define PRIVILEGE_BIT(capability) (UINT64_C(1) << (capability))

/* Of @given, the fewest that do what all of @given do for tracing. */
uint64_t privileges_useful(uint64_t given);

/*
 * Writes what tracing needs and @given lacks, each with what it is for, as
 * "CAP_SYS_ADMIN (to find the types of modules)", or "" if nothing is lacking.
 */
void privileges_lacking(uint64_t given, char *text, size_t size);

/* The names of all that are of use and not given, or "". */
void privileges_absent(uint64_t given, char *text, size_t size);

/*
 * For what can be done without: writes what answers lack, as
 * "CAP_SYSLOG is missing, so ...", or "".
 */
void privileges_shortfall(uint64_t given, char *text, size_t size);

#endif
