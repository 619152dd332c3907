/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands in the cells of a vector's rows. */
#ifndef PITRACE_TABLE_CELLS_H
#define PITRACE_TABLE_CELLS_H

#include "number_format.h"
#include "snapshot.h"
#include "table_layout.h"

/* For what the host cannot count: interrupts that the IOMMU posts. */
#define NOT_COUNTABLE "n/c"

/* "v-2147483648:0xffffffff" and its end, and some room */
#define TARGET_LEN 32

/* Which of the counts are shown, and how. */
struct measure {
	bool summary; /* since the start rather than in the interval */
	bool exact; /* numbers in full */
	double seconds; /* that rates refer to */
};

void measure_count(const struct measure *measure, uint64_t count,
		   char text[NUMBER_LEN]);
void measure_rate(const struct measure *measure, uint64_t count,
		  char text[NUMBER_LEN]);

/* "v1:0x41", "v?:?" for what is below 0 */
void target_text(int vcpu, int guest_vector, char text[TARGET_LEN]);

/* One if it is posted, one for each path with a count; one without either. */
size_t table_rows_of(const struct vector_snapshot *vector);

/* Fills table_rows_of(@vector) rows, which are empty before. */
void table_fill_rows(const struct measure *measure,
		     const struct vector_snapshot *vector,
		     struct table_row *rows);

#endif
