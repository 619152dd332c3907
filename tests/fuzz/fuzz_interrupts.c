// SPDX-License-Identifier: GPL-2.0-only
/* /proc/interrupts, whatever it may be. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proc_interrupts.h"

static void check_label(const struct interrupt_row *row)
{
	size_t length = strlen(row->label);
	bool is_number = strspn(row->label, "0123456789") == length;

	REQUIRE(length && length < sizeof(row->label));
	REQUIRE((row->irq >= 0) == is_number);
	if (is_number)
		REQUIRE(strtoll(row->label, NULL, 10) == row->irq);
}

/* Number by number as strtoull() reads them. */
static void check_cells(const struct interrupt_row *row)
{
	struct interrupt_cells cells = interrupt_row_cells(row);
	char *header = (char *)row->header, *counts = (char *)row->counts;
	unsigned int columns = 0, cpu;
	uint64_t count, total = 0;

	while (interrupt_cells_next(&cells, &cpu, &count)) {
		header = strstr(header, "CPU");
		REQUIRE(header);
		REQUIRE(strtoull(header + 3, &header, 10) == cpu);
		REQUIRE(strtoull(counts, &counts, 10) == count);
		total += count;
		columns++;
	}
	if (!columns) {
		/* ERR and MIS have one number for all CPUs. */
		REQUIRE(row->columns == 1 && row->irq < 0 && !*row->actions);
		return;
	}
	REQUIRE(columns == row->columns);
	REQUIRE(total == row->total);
	REQUIRE(!strstr(header, "CPU"));
}

static void check_actions(const struct interrupt_row *row)
{
	size_t length = strlen(row->actions), cursor = 0, before = 0;
	char raw[VFIO_ACTION_LEN];
	struct vector_name name, again;

	if (length) {
		REQUIRE(!strchr(" \t", row->actions[0]));
		REQUIRE(!strchr(" \t\n", row->actions[length - 1]));
	}
	while (interrupt_row_vfio(row, &cursor, &name, raw)) {
		REQUIRE(cursor > before && cursor <= length);
		REQUIRE(strstr(row->actions + before, raw));
		REQUIRE(vector_name_parse(raw, &again) == 0);
		REQUIRE(vector_name_compare(&name, &again) == 0);
		before = cursor;
	}
}

static int check_row(const struct interrupt_row *row, void *arg)
{
	size_t *rows = arg;

	(*rows)++;
	check_label(row);
	check_cells(row);
	check_actions(row);
	return 0;
}

/* Lines, a last one without its end among them. */
static size_t count_lines(const uint8_t *data, size_t size)
{
	size_t lines = size && data[size - 1] != '\n';

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file = {data, size};
	FILE *stream = fuzz_open(&file);
	size_t rows = 0;
	int result = proc_interrupts_for_each(stream, check_row, &rows);

	(void)fclose(stream);
	if (result < 0) {
		/* Empty: what a runtime puts over the file. */
		REQUIRE(result == (size ? -EINVAL : -ENODATA) && !rows);
		return 0;
	}
	/* Each line behind the first was taken, or skipped and counted. */
	REQUIRE(1 + rows + (size_t)result == count_lines(data, size));
	return 0;
}
