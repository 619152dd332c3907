/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers for people: short, and never more than was counted. */
#ifndef PITRACE_NUMBER_FORMAT_H
#define PITRACE_NUMBER_FORMAT_H

#include <stdint.h>

/* The longest, "18446744073709551615/s", and its end. */
#define NUMBER_LEN 24

/*
 * "0" to "9999", then "12.3k", "123k", "1.2M" .. "18.4E": at most 5
 * characters, powers of 1000, rounded down.
 */
void format_count(uint64_t count, char text[NUMBER_LEN]);
void format_count_exact(uint64_t count, char text[NUMBER_LEN]);

/*
 * "0/s", "<0.1/s", "0.3/s", "10/s", "1.2M/s"; "-" if @per_second is negative
 * or not a number. The exact form rounds to whole numbers from 10 on.
 */
void format_rate(double per_second, char text[NUMBER_LEN]);
void format_rate_exact(double per_second, char text[NUMBER_LEN]);

#endif
