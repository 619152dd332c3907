/* SPDX-License-Identifier: GPL-2.0-only */
/* What the unit tests share. */
#ifndef PITRACE_TEST_SUPPORT_H
#define PITRACE_TEST_SUPPORT_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>

#include "proc_interrupts.h"
#include "snapshot.h"
#include "stack_list.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A stream whose text support_text() returns; it belongs to the caller. */
struct capture {
	FILE *file;
	char *text;
	size_t size;
};

FILE *capture_begin(struct capture *capture);
char *capture_end(struct capture *capture);

/* Room for the path of a temporary file or directory. */
#define TEMPORARY_LEN 80

/* What mkdtemp() and mkstemp() want: in $TMPDIR, or in /tmp. */
void temporary_template(char path[TEMPORARY_LEN]);

/* Reads a whole file; the caller frees it. */
char *read_fixture(const char *name);

/* proc_interrupts_for_each() of a file that has @text. */
int each_row(const char *text, interrupt_row_fn *row, void *arg);

size_t count_lines(const char *text);

/* The columns of the longest line. */
size_t widest(const char *text);

/* Device 0000:<bus>:00.0. */
struct pci_address device_of_bus(unsigned int bus);

/* Sets the name, IRQ and a count on one path of a vector. */
void set_vector(struct vector_snapshot *vector, unsigned int bus,
		enum vector_kind kind, unsigned int number, int irq,
		enum delivery_path path, uint64_t count);

/* Gives @vector one target; @cpu takes all its interrupts. */
void set_target(struct vector_snapshot *vector, int vcpu, int guest_vector,
		unsigned int cpu);

/* Adds a stack at @label (a path, or an event) with a copy of @frames. */
void add_stack(struct stack_list *list, unsigned int bus, unsigned int vector,
	       unsigned int label, uint64_t count, const struct frame *frames,
	       size_t frame_count);

#endif
