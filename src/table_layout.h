/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of cells, and how they are put side by side in a given width. */
#ifndef PITRACE_TABLE_LAYOUT_H
#define PITRACE_TABLE_LAYOUT_H

#include <stddef.h>

#define TABLE_CELL_LEN 96
#define TABLE_LINE_LEN 512

enum table_column {
	COLUMN_DEVICE,
	COLUMN_VECTOR,
	COLUMN_IRQ,
	COLUMN_PATH,
	COLUMN_RATE,
	COLUMN_COUNT,
	COLUMN_VM,
	COLUMN_TARGET,
	COLUMNS
};

struct table_row {
	char cells[COLUMNS][TABLE_CELL_LEN];
};

struct table_layout {
	size_t widths[COLUMNS];
	size_t gap; /* blanks between two columns */
};

/* Fills @row with the titles of the columns. */
void table_titles(struct table_row *row);

/*
 * Finds the widths that @rows need. Lines become shorter than @width (0:
 * unlimited) at the cost of the gaps first, then of the VM, then of the
 * target; if that is not enough they are longer.
 */
void table_lay_out(const struct table_row *rows, size_t count, size_t width,
		   struct table_layout *layout);

/* Writes @row as a line without trailing blanks. Cuts cells too long. */
void table_format_row(const struct table_layout *layout, struct table_row *row,
		      char line[TABLE_LINE_LEN]);

#endif
