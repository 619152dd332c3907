// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/interrupts as show_interrupts() of kernel/irq/proc.c writes it, with
 * 2 to 512 CPUs, and perhaps cut: all rows that are whole are read as what
 * they were written from, and no other is taken.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "proc_interrupts.h"

#define MAX_CPUS 512
#define MAX_ROWS 64

struct written_row {
	int irq;
	uint32_t counts[2]; /* of even and odd CPUs */
	struct vector_name name;
	bool is_vfio, is_shared;
	size_t end; /* of its line in the text */
};

struct written {
	unsigned int cpus, gap; /* CPU n is number n * gap */
	struct written_row rows[MAX_ROWS];
	size_t count, header_end;
	size_t read; /* rows that the reader has come to */
};

static const char *const chips[] = {"IR-PCI-MSI", "IR-PCI-MSIX-0000:c8:00.0",
				    "IR-IO-APIC", "PCI-MSI 8250", "None"};
static const char *const others[] = {"timer", "a driver of mine", "i801_smbus",
				     "vfio-req(0000:03:00.0)",
				     "vfio-msix[0](0000:03:00.0)x"};

static struct written_row make_row(const uint8_t **data, size_t *size)
{
	uint32_t form = fuzz_take(data, size, 1);
	struct written_row row = {
		.irq = (int)fuzz_take(data, size, 3),
		.counts = {fuzz_take(data, size, 4), fuzz_take(data, size, 4)},
		.is_vfio = form & 1,
		.is_shared = form & 2,
		.name.kind = (form >> 2) % 3,
	};

	row.name.device.domain = fuzz_take(data, size, form & 0x80 ? 4 : 0);
	row.name.device.bus = (uint8_t)fuzz_take(data, size, 1);
	row.name.device.device = fuzz_take(data, size, 1) & 0x1f;
	row.name.device.function = fuzz_take(data, size, 1) & 7;
	if (row.name.kind != VECTOR_INTX)
		row.name.vector = fuzz_take(data, size, 2) % 2048;
	return row;
}

static void write_name(FILE *file, const struct vector_name *name)
{
	char address[PCI_ADDRESS_LEN];

	pci_address_format(&name->device, address);
	if (name->kind == VECTOR_INTX)
		(void)fprintf(file, "vfio-intx(%s)", address);
	else
		(void)fprintf(file, "vfio-%s[%u](%s)",
			      vector_kind_name(name->kind), name->vector,
			      address);
}

static void write_row(FILE *file, const struct written *written,
		      const struct written_row *row)
{
	unsigned int i = (unsigned int)row->irq % 5;

	(void)fprintf(file, "%5d: ", row->irq);
	for (unsigned int cpu = 0; cpu < written->cpus; cpu++)
		(void)fprintf(file, "%10u ", row->counts[cpu & 1]);
	(void)fprintf(file, " %8s %*d-%-8s  ", chips[i], 5, row->irq / 2,
		      "edge");
	if (row->is_shared || !row->is_vfio)
		(void)fprintf(file, "%s%s", others[i],
			      row->is_vfio ? ", " : "");
	if (row->is_vfio)
		write_name(file, &row->name);
	(void)fputc('\n', file);
}

static void write_all(FILE *file, struct written *written, const uint8_t **data,
		      size_t *size)
{
	written->cpus = 2 + fuzz_take(data, size, 2) % (MAX_CPUS - 1);
	written->gap = 1 + fuzz_take(data, size, 1) % 4;
	(void)fprintf(file, "%13s", "");
	for (unsigned int cpu = 0; cpu < written->cpus; cpu++)
		(void)fprintf(file, "CPU%-8u", cpu * written->gap);
	(void)fputc('\n', file);
	written->header_end = (size_t)ftell(file);
	while (*size && written->count < MAX_ROWS) {
		struct written_row *row = &written->rows[written->count++];

		*row = make_row(data, size);
		write_row(file, written, row);
		row->end = (size_t)ftell(file);
	}
}

static void check_counts(const struct interrupt_row *row,
			 const struct written *written,
			 const struct written_row *expected)
{
	struct interrupt_cells cells = interrupt_row_cells(row);
	unsigned int cpu, nth = 0;
	uint64_t count, total = 0;

	for (; interrupt_cells_next(&cells, &cpu, &count); nth++) {
		REQUIRE(cpu == nth * written->gap);
		REQUIRE(count == expected->counts[nth & 1]);
		total += count;
	}
	REQUIRE(nth == written->cpus && row->columns == nth);
	REQUIRE(total == row->total);
}

static int check_row(const struct interrupt_row *row, void *arg)
{
	struct written *written = arg;
	const struct written_row *expected;
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0;

	REQUIRE(written->read < written->count);
	expected = &written->rows[written->read++];
	REQUIRE(row->irq == expected->irq);
	check_counts(row, written, expected);
	if (expected->is_vfio) {
		REQUIRE(interrupt_row_vfio(row, &cursor, &name, raw));
		REQUIRE(!vector_name_compare(&name, &expected->name));
	}
	REQUIRE(!interrupt_row_vfio(row, &cursor, &name, raw));
	return 0;
}

static void check_cut(struct written *written, const char *text, size_t cut)
{
	struct fuzz_file file = {(const uint8_t *)text, cut};
	FILE *stream = fuzz_open(&file);
	size_t whole = 0, end = written->header_end;
	int result = proc_interrupts_for_each(stream, check_row, written);

	(void)fclose(stream);
	if (cut < end) {
		REQUIRE(result < 0 && !written->read);
		return;
	}
	while (whole < written->count && written->rows[whole].end <= cut)
		end = written->rows[whole++].end;
	REQUIRE(written->read == whole);
	REQUIRE(result == (cut > end));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct written written = {.count = 0};
	uint32_t cut = fuzz_take(&data, &size, 3);
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);

	REQUIRE(file);
	write_all(file, &written, &data, &size);
	REQUIRE(!fclose(file));
	check_cut(&written, text, length - cut % (length + 1));
	free(text);
	return 0;
}
