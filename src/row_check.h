/* SPDX-License-Identifier: GPL-2.0-only */
/* Holds our count of a vector against its row of /proc/interrupts. */
#ifndef PITRACE_ROW_CHECK_H
#define PITRACE_ROW_CHECK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * One slot's row against its count, both modulo 2^32, as the kernel's own
 * counts wrap. The row as it was before the count was read is at most ahead
 * by what it was ahead at the start, if nothing is lost.
 */
struct row_check {
	uint32_t registrations; /* of the slot; a new one may be a new row */
	unsigned int columns; /* CPUs in the row: some may have come or gone */
	uint32_t ahead; /* the least that the row was seen ahead */
	uint32_t last_row; /* at the reading before */
};

/*
 * Takes in a new reading: @now has the row (its ahead is not looked at), and
 * @count is ours, read before the row. Returns how many interrupts the row
 * proves to be missing from our count since the reading before, never too
 * many. The first reading of a row, or of what may be another one, proves
 * nothing; with @from_zero set it means that the row began at 0 while we
 * were already meant to count, so that all it has is missing if not counted.
 */
uint32_t row_check_update(struct row_check *check, const struct row_check *now,
			  uint32_t count, bool from_zero);

#endif
