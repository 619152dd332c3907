// SPDX-License-Identifier: GPL-2.0-only
#include "proc_interrupts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "host_proc.h"

/* A count has at most 10 digits; so many can't overflow a sum of 64 bits. */
#define MAX_DIGITS 15

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* Reads digits, none perhaps. Returns what is behind them. */
static const char *read_number(const char *text, uint64_t *number)
{
	const char *start = text;

	*number = 0;
	while (is_digit(*text) && text - start < MAX_DIGITS)
		*number = *number * 10 + (uint64_t)(*text++ - '0');
	return text;
}

/* Reads a word of digits alone. Returns what is behind it, or NULL. */
static const char *read_count(const char *text, uint64_t *count)
{
	const char *start = text;

	text = read_number(text, count);
	if (text == start || (*text && !is_blank(*text)))
		return NULL;
	return text;
}

/* "           CPU0       CPU2  ": returns how many, 0 if it is not that. */
static unsigned int count_cpus(const char *line)
{
	unsigned int cpus = 0;
	uint64_t cpu;

	for (line = skip_blanks(line); *line; line = skip_blanks(line)) {
		if (strncmp(line, "CPU", 3) != 0)
			return 0;
		line = read_count(line + 3, &cpu);
		if (!line || cpu > INT_MAX)
			return 0;
		cpus++;
	}
	return cpus;
}

/* Reads " 137:" or "PIN:". Returns what is behind it, or NULL. */
static const char *read_label(const char *line, struct interrupt_row *row)
{
	size_t len, digits;

	line = skip_blanks(line);
	len = strcspn(line, ": \t");
	if (!len || len >= sizeof(row->label) || line[len] != ':')
		return NULL;
	memcpy(row->label, line, len);
	row->label[len] = '\0';
	digits = strspn(row->label, "0123456789");
	row->irq = -1;
	if (digits == len) {
		uint64_t irq;

		if (!read_count(row->label, &irq) || irq > INT_MAX)
			return NULL;
		row->irq = (int)irq;
	}
	return line + len + 1;
}

/* Sums the counts, one more column than @cpus at most. */
static const char *read_counts(const char *text, unsigned int cpus,
			       struct interrupt_row *row)
{
	row->total = 0;
	row->columns = 0;
	while (row->columns <= cpus) {
		uint64_t count;
		const char *end = read_count(skip_blanks(text), &count);

		if (!end)
			break;
		row->total += count;
		row->columns++;
		text = end;
	}
	return skip_blanks(text);
}

/* False if the row is not whole. @line has no trailing blanks. */
static bool parse_row(const char *line, unsigned int cpus,
		      struct interrupt_row *row)
{
	const char *rest = read_label(line, row);

	if (!rest)
		return false;
	row->counts = rest;
	row->actions = read_counts(rest, cpus, row);
	if (row->columns == cpus)
		return true;
	/* ERR and MIS: one count for all CPUs, and no text. */
	return row->irq < 0 && row->columns == 1 && !*row->actions;
}

/* Where the reading of a file has come to. */
struct rows {
	char *line, *header; /* of getline(); no header so far: NULL */
	size_t line_room;
	unsigned int cpus;
	int skipped;
};

/* Cuts the end and blanks off. False if there was no end, or there is a NUL. */
static bool trim_line(char *line, size_t length)
{
	bool is_whole = line[length - 1] == '\n' && !memchr(line, '\0', length);

	while (length &&
	       (line[length - 1] == '\n' || is_blank(line[length - 1])))
		line[--length] = '\0';
	return is_whole;
}

/* Keeps the line. Returns 0 to go on. */
static int take_header(struct rows *rows)
{
	rows->cpus = count_cpus(rows->line);
	rows->header = rows->line;
	rows->line = NULL;
	rows->line_room = 0;
	return rows->cpus ? 0 : -EINVAL;
}

/* Returns 0 to go on. */
static int take_line(struct rows *rows, size_t length, interrupt_row_fn *row_fn,
		     void *arg)
{
	struct interrupt_row row = {.header = rows->header};
	char *line = rows->line;
	bool is_whole = trim_line(line, length);

	if (!rows->header)
		return is_whole ? take_header(rows) : -EINVAL;
	if (is_whole && parse_row(line, rows->cpus, &row))
		return row_fn(&row, arg);
	rows->skipped++;
	return 0;
}

int proc_interrupts_for_each(FILE *file, interrupt_row_fn *row, void *arg)
{
	struct rows rows = {.header = NULL};
	bool is_empty = true;
	ssize_t length;
	int err = 0;

	while (!err &&
	       (length = getline(&rows.line, &rows.line_room, file)) > 0) {
		is_empty = false;
		err = take_line(&rows, (size_t)length, row, arg);
	}
	if (!err && ferror(file))
		err = -EIO;
	if (!err && !rows.header)
		err = is_empty ? -ENODATA : -EINVAL;
	free(rows.line);
	free(rows.header);
	return err ? err : rows.skipped;
}

int proc_interrupts_read(interrupt_row_fn *row, void *arg)
{
	FILE *file = host_proc_open("interrupts");
	int result;

	if (!file)
		return -errno;
	result = proc_interrupts_for_each(file, row, arg);
	(void)fclose(file);
	return result < 0 ? result : 0;
}

struct interrupt_cells interrupt_row_cells(const struct interrupt_row *row)
{
	/* ERR and MIS have one count for all CPUs, and no text. */
	bool for_all = row->columns == 1 && row->irq < 0 && !*row->actions;

	return (struct interrupt_cells){
		.header = row->header,
		.counts = row->counts,
		.left = for_all ? 0 : row->columns,
	};
}

bool interrupt_cells_next(struct interrupt_cells *cells, unsigned int *cpu,
			  uint64_t *count)
{
	uint64_t number;

	if (!cells->left)
		return false;
	cells->left--;
	/* Both were read before, when the row was found to be whole. */
	cells->header += strcspn(cells->header, "0123456789");
	cells->header = read_number(cells->header, &number);
	cells->counts = read_number(skip_blanks(cells->counts), count);
	*cpu = (unsigned int)number;
	return true;
}

/* Copies the last word of the @len characters at @text. */
static bool last_word(const char *text, size_t len, char raw[VFIO_ACTION_LEN])
{
	size_t start;

	while (len && is_blank(text[len - 1]))
		len--;
	start = len;
	while (start && !is_blank(text[start - 1]))
		start--;
	if (len - start >= VFIO_ACTION_LEN)
		return false;
	memcpy(raw, text + start, len - start);
	raw[len - start] = '\0';
	return true;
}

bool interrupt_row_vfio(const struct interrupt_row *row, size_t *cursor,
			struct vector_name *name, char raw[VFIO_ACTION_LEN])
{
	if (row->irq < 0)
		return false;
	while (row->actions[*cursor]) {
		const char *action = row->actions + *cursor;
		size_t len = strcspn(action, ",");

		*cursor += len + (action[len] == ',');
		if (last_word(action, len, raw) &&
		    vector_name_parse(raw, name) == 0)
			return true;
	}
	return false;
}

bool interrupt_row_has(const struct interrupt_row *row,
		       const struct vector_name *name)
{
	char raw[VFIO_ACTION_LEN];
	struct vector_name found;
	size_t cursor = 0;

	while (interrupt_row_vfio(row, &cursor, &found, raw))
		if (!vector_name_compare(&found, name))
			return true;
	return false;
}

size_t interrupt_row_vfio_count(const struct interrupt_row *row)
{
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0, count = 0;

	while (interrupt_row_vfio(row, &cursor, &name, raw))
		count++;
	return count;
}
