// SPDX-License-Identifier: GPL-2.0-only
#include "table_layout.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text_escape.h"

/* What lines that go nowhere else are kept below. */
#define ORDINARY_WIDTH 80

static const struct column_spec {
	const char *title;
	bool right;
	size_t least; /* columns left to it when a line is too long */
} column_specs[COLUMNS] = {
	[COLUMN_DEVICE] = {"DEVICE", false, SIZE_MAX},
	[COLUMN_VECTOR] = {"VECTOR", false, SIZE_MAX},
	[COLUMN_IRQ] = {"IRQ", true, SIZE_MAX},
	[COLUMN_PATH] = {"PATH", false, SIZE_MAX},
	[COLUMN_RATE] = {"RATE", true, SIZE_MAX},
	[COLUMN_COUNT] = {"COUNT", true, SIZE_MAX},
	[COLUMN_VM] = {"VM", false, 8},
	[COLUMN_TARGET] = {"TARGET", false, 8},
};

void table_titles(struct table_row *row)
{
	for (int i = 0; i < COLUMNS; i++)
		snprintf(row->cells[i], TABLE_CELL_LEN, "%s",
			 column_specs[i].title);
}

static size_t line_width(const struct table_layout *layout)
{
	size_t width = layout->gap * (COLUMNS - 1);

	for (int i = 0; i < COLUMNS; i++)
		width += layout->widths[i];
	return width;
}

/* Takes what is too much for @width from the columns that may be cut. */
static void narrow(struct table_layout *layout, size_t width)
{
	for (int i = 0; i < COLUMNS; i++) {
		size_t least = column_specs[i].least;
		size_t now = line_width(layout);
		size_t excess, spare;

		if (now < width || layout->widths[i] <= least)
			continue;
		excess = now + 1 - width;
		spare = layout->widths[i] - least;
		layout->widths[i] -= spare < excess ? spare : excess;
	}
}

static size_t widest_cell(const struct table_row *rows, size_t count,
			  int column)
{
	size_t widest = strlen(column_specs[column].title);

	for (size_t i = 0; i < count; i++) {
		size_t columns = text_columns(rows[i].cells[column]);

		if (columns > widest)
			widest = columns;
	}
	return widest;
}

void table_lay_out(const struct table_row *rows, size_t count, size_t width,
		   struct table_layout *layout)
{
	for (int i = 0; i < COLUMNS; i++)
		layout->widths[i] = widest_cell(rows, count, i);
	layout->gap = 2;
	if (line_width(layout) >= (width ? width : ORDINARY_WIDTH))
		layout->gap = 1;
	if (width)
		narrow(layout, width);
}

/* Appends what fits of @text and then @blanks. Returns the new length. */
static size_t append(char line[TABLE_LINE_LEN], size_t len, const char *text,
		     size_t blanks)
{
	int added = snprintf(line + len, TABLE_LINE_LEN - len, "%s%*s", text,
			     (int)blanks, "");

	if (added < 0 || (size_t)added >= TABLE_LINE_LEN - len)
		return TABLE_LINE_LEN - 1;
	return len + (size_t)added;
}

void table_format_row(const struct table_layout *layout, struct table_row *row,
		      char line[TABLE_LINE_LEN])
{
	size_t len = 0;

	*line = '\0';
	for (int i = 0; i < COLUMNS; i++) {
		size_t width = layout->widths[i], blanks;
		bool right = column_specs[i].right;

		text_cut(row->cells[i], width);
		blanks = width - text_columns(row->cells[i]);
		len = append(line, len, "", right ? blanks : 0);
		len = append(line, len, row->cells[i],
			     layout->gap + (right ? 0 : blanks));
	}
	while (len && line[len - 1] == ' ')
		line[--len] = '\0';
}
