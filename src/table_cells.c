// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "number_format.h"
#include "table_cells.h"
#include "text_escape.h"

#define CELL_LEN TABLE_CELL_LEN

static uint64_t path_measure(const struct measure *measure,
			     const struct vector_snapshot *vector, int path)
{
	return measure->summary ? vector->paths[path]
				: vector->paths_delta[path];
}

void measure_count(const struct measure *measure, uint64_t count,
		   char text[NUMBER_LEN])
{
	if (measure->exact)
		format_count_exact(count, text);
	else
		format_count(count, text);
}

void measure_rate(const struct measure *measure, uint64_t count,
		  char text[NUMBER_LEN])
{
	double rate =
		measure->seconds > 0 ? (double)count / measure->seconds : -1;

	if (measure->exact)
		format_rate_exact(rate, text);
	else
		format_rate(rate, text);
}

static void fill_vector(const struct vector_snapshot *vector,
			struct table_row *row)
{
	char *cell = row->cells[COLUMN_VECTOR];

	pci_address_format(&vector->name.device, row->cells[COLUMN_DEVICE]);
	vector_name_format(&vector->name, cell, CELL_LEN);
	if (vector->irq < 0)
		snprintf(row->cells[COLUMN_IRQ], CELL_LEN, "-");
	else
		snprintf(row->cells[COLUMN_IRQ], CELL_LEN, "%d", vector->irq);
}

static void fill_vm(const struct vm_identity *vm, char cell[CELL_LEN])
{
	char comm[4 * COMM_LEN];

	if (!vm->known) {
		snprintf(cell, CELL_LEN, "-");
		return;
	}
	text_escape(vm->comm, comm, sizeof(comm));
	snprintf(cell, CELL_LEN, "%d %s", (int)vm->pid,
		 *comm ? comm : "(gone)");
}

void target_text(int vcpu, int guest_vector, char text[TARGET_LEN])
{
	char vcpu_text[12] = "?", vector_text[12] = "?";

	if (vcpu >= 0)
		snprintf(vcpu_text, sizeof(vcpu_text), "%d", vcpu);
	if (guest_vector >= 0)
		snprintf(vector_text, sizeof(vector_text), "0x%02x",
			 (unsigned int)guest_vector);
	snprintf(text, TARGET_LEN, "v%s:%s", vcpu_text, vector_text);
}

/* The target with most deliveries, and how many others there are. */
static void fill_target(const struct vector_snapshot *vector,
			char cell[CELL_LEN])
{
	const struct target *most = vector->targets;
	char target[TARGET_LEN], others[24] = "";

	if (!vector->target_count) {
		snprintf(cell, CELL_LEN, "-");
		return;
	}
	for (size_t i = 1; i < vector->target_count; i++)
		if (vector->targets[i].count > most->count)
			most = &vector->targets[i];
	target_text(most->vcpu, most->guest_vector, target);
	if (vector->target_count > 1)
		snprintf(others, sizeof(others), " +%zu",
			 vector->target_count - 1);
	snprintf(cell, CELL_LEN, "%s%s", target, others);
}

/* The paths of @vector with a count, most first. Returns how many. */
static int sort_paths(const struct measure *measure,
		      const struct vector_snapshot *vector,
		      int paths[PATH_COUNT])
{
	int count = 0;

	for (int path = 0; path < PATH_COUNT; path++) {
		uint64_t counted = path_measure(measure, vector, path);
		int at = count;

		if (!vector->paths[path])
			continue;
		for (; at > 0; at--) {
			if (path_measure(measure, vector, paths[at - 1]) >=
			    counted)
				break;
			paths[at] = paths[at - 1];
		}
		paths[at] = path;
		count++;
	}
	return count;
}

size_t table_rows_of(const struct vector_snapshot *vector)
{
	size_t rows = 0;

	for (int path = 0; path < PATH_COUNT; path++)
		rows += vector->paths[path] > 0;
	rows += vector_is_posted(vector);
	return rows ? rows : 1;
}

/* The vCPU that the entry points to. */
static void fill_posted_target(const struct configured *configured,
			       char cell[CELL_LEN])
{
	char target[TARGET_LEN];

	target_text(configured->vcpu, configured->guest_vector, target);
	snprintf(cell, CELL_LEN, "%s", target);
}

static void fill_owner(const struct vector_snapshot *vector,
		       struct table_row *row)
{
	fill_vm(vector_vm(vector), row->cells[COLUMN_VM]);
	if (vector_is_posted(vector))
		fill_posted_target(&vector->configured,
				   row->cells[COLUMN_TARGET]);
	else
		fill_target(vector, row->cells[COLUMN_TARGET]);
}

/* A vector that has shown nothing: what it would do in brackets, or nothing. */
static void fill_uncounted(const struct measure *measure,
			   const struct vector_snapshot *vector,
			   struct table_row *row)
{
	enum configured_path path = vector->configured.path;

	if (path == CONFIGURED_UNKNOWN)
		snprintf(row->cells[COLUMN_PATH], CELL_LEN, "-");
	else
		snprintf(row->cells[COLUMN_PATH], CELL_LEN, "(%s)",
			 configured_path_name(path));
	measure_rate(measure, 0, row->cells[COLUMN_RATE]);
	measure_count(measure, 0, row->cells[COLUMN_COUNT]);
}

static void fill_posted(struct table_row *row)
{
	snprintf(row->cells[COLUMN_PATH], CELL_LEN, "%s",
		 configured_path_name(CONFIGURED_POSTED));
	snprintf(row->cells[COLUMN_RATE], CELL_LEN, NOT_COUNTABLE);
	snprintf(row->cells[COLUMN_COUNT], CELL_LEN, NOT_COUNTABLE);
}

static void fill_path(const struct measure *measure,
		      const struct vector_snapshot *vector, int path,
		      struct table_row *row)
{
	uint64_t counted = path_measure(measure, vector, path);

	snprintf(row->cells[COLUMN_PATH], CELL_LEN, "%s", path_name(path));
	measure_count(measure, vector->paths[path], row->cells[COLUMN_COUNT]);
	/* While it is posted, none seen does not mean that there were none. */
	if (vector_is_posted(vector) && !counted)
		snprintf(row->cells[COLUMN_RATE], CELL_LEN, "-");
	else
		measure_rate(measure, counted, row->cells[COLUMN_RATE]);
}

void table_fill_rows(const struct measure *measure,
		     const struct vector_snapshot *vector,
		     struct table_row *rows)
{
	int paths[PATH_COUNT];
	int count = sort_paths(measure, vector, paths);

	fill_vector(vector, &rows[0]);
	fill_owner(vector, &rows[0]);
	if (vector_is_posted(vector))
		fill_posted(rows++);
	else if (!count)
		fill_uncounted(measure, vector, &rows[0]);
	for (int i = 0; i < count; i++)
		fill_path(measure, vector, paths[i], &rows[i]);
}
