/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads /proc/interrupts, as show_interrupts() of kernel/irq/proc.c and
 * arch_show_interrupts() of arch/x86/kernel/irq.c write it.
 */
#ifndef PITRACE_PROC_INTERRUPTS_H
#define PITRACE_PROC_INTERRUPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "vector_name.h"

/* "vfio-msix[2047](ffffffff:ff:1f.7)" and its end, with room. */
#define VFIO_ACTION_LEN 48

struct interrupt_row {
	char label[16]; /* "137" or "PIN", without the colon */
	int irq; /* -1 for named rows */
	/*
	 * Sum over the CPUs that are online. Each CPU's count is 32 bits wide
	 * in the kernel and wraps; a CPU that goes offline takes its share of
	 * a numbered row along only while it is away.
	 */
	uint64_t total;
	const char *header; /* the line of CPUs */
	const char *counts; /* behind the label */
	unsigned int columns; /* CPU columns read; 1 for ERR and MIS */
	/*
	 * All that follows the counts, trimmed: chip, hwirq and actions of
	 * numbered rows, the description of named ones. NUL-terminated, valid
	 * only during the call that got the row.
	 */
	const char *actions;
};

/* Returns 0 to go on, a negative errno to stop with it. */
typedef int interrupt_row_fn(const struct interrupt_row *row, void *arg);

/*
 * Calls @row for each row of @file, a reading of /proc/interrupts, line by
 * line: with many CPUs and vectors the whole is some 10 MB. Rows that were cut
 * (no end of line, or not as many counts as CPUs, as when a CPU goes on- or
 * offline halfway) are skipped.
 *
 * Returns the number of rows skipped, -ENODATA if there is no text at all,
 * -EINVAL if it does not begin with the line of CPUs, -EIO, or what @row
 * stopped with.
 */
int proc_interrupts_for_each(FILE *file, interrupt_row_fn *row, void *arg);

/* The same for the host's /proc/interrupts as it is now. Returns 0 or a
 * negative errno. */
int proc_interrupts_read(interrupt_row_fn *row, void *arg);

/* Where the reading of a row's counts has come to. */
struct interrupt_cells {
	const char *header, *counts;
	unsigned int left;
};

/* The counts of @row, CPU by CPU; of ERR and MIS there are none. */
struct interrupt_cells interrupt_row_cells(const struct interrupt_row *row);

/* Yields the next count and the CPU that it is of; false if none is left. */
bool interrupt_cells_next(struct interrupt_cells *cells, unsigned int *cpu,
			  uint64_t *count);

/*
 * Yields the next action of @row that VFIO requested; begin with *@cursor 0.
 * A shared INTx line has several actions, "a, vfio-intx(0000:00:03.0)".
 * @raw gets the name as it stands there. Returns false when none is left.
 */
bool interrupt_row_vfio(const struct interrupt_row *row, size_t *cursor,
			struct vector_name *name, char raw[VFIO_ACTION_LEN]);

/* Does one of them have this name? */
bool interrupt_row_has(const struct interrupt_row *row,
		       const struct vector_name *name);

/* How many actions of @row that yields. */
size_t interrupt_row_vfio_count(const struct interrupt_row *row);

#endif
