// SPDX-License-Identifier: GPL-2.0-only
/* Rows of /proc/interrupts, CPU by CPU. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define CPUS_MAX 512

/* The counts of the row that has this label. */
struct wanted {
	const char *label;
	unsigned int cpus[CPUS_MAX];
	uint64_t counts[CPUS_MAX];
	size_t cells;
	size_t rows; /* of that label */
};

static int keep_cells(const struct interrupt_row *row, void *arg)
{
	struct interrupt_cells cells = interrupt_row_cells(row);
	struct wanted *wanted = arg;
	uint64_t count, total = 0;
	unsigned int cpu, found = 0;

	while (interrupt_cells_next(&cells, &cpu, &count)) {
		total += count;
		assert_true(found < CPUS_MAX);
		if (strcmp(row->label, wanted->label) == 0) {
			wanted->cpus[found] = cpu;
			wanted->counts[found] = count;
		}
		found++;
	}
	/* There is an end, and behind it is nothing. */
	assert_false(interrupt_cells_next(&cells, &cpu, &count));
	if (found)
		assert_int_equal(total, row->total);
	if (strcmp(row->label, wanted->label) == 0) {
		wanted->cells = found;
		wanted->rows++;
	}
	return 0;
}

static void find(const char *text, const char *label, struct wanted *wanted)
{
	*wanted = (struct wanted){.label = label};
	assert_true(each_row(text, keep_cells, wanted) >= 0);
	assert_int_equal(wanted->rows, 1);
}

static void cells_of_128_cpus(void **state)
{
	char *text = read_fixture(FIXTURES "interrupts-128-cpus");
	struct wanted wanted;
	uint64_t sum = 0;

	(void)state;
	find(text, "NPI", &wanted);
	assert_int_equal(wanted.cells, 128);
	for (unsigned int i = 0; i < 128; i++) {
		assert_int_equal(wanted.cpus[i], i);
		assert_int_equal(wanted.counts[i], 1);
	}
	find(text, "PIW", &wanted);
	assert_int_equal(wanted.cells, 128);
	for (unsigned int i = 0; i < 128; i++)
		sum += wanted.counts[i];
	assert_int_equal(sum, 7);
	find(text, "ERR", &wanted);
	assert_int_equal(wanted.cells, 0);
	free(text);
}

static void cells_of_32_cpus(void **state)
{
	char *text = read_fixture(FIXTURES "interrupts-32-cpus");
	struct wanted wanted;

	(void)state;
	find(text, "PIN", &wanted);
	assert_int_equal(wanted.cells, 32);
	for (unsigned int i = 0; i < 32; i++) {
		assert_int_equal(wanted.cpus[i], i);
		assert_int_equal(wanted.counts[i], i);
	}
	find(text, "138", &wanted);
	assert_int_equal(wanted.cells, 32);
	for (unsigned int i = 0; i < 32; i++)
		assert_int_equal(wanted.counts[i], i == 13 ? 190 : 0);
	find(text, "MIS", &wanted);
	assert_int_equal(wanted.cells, 0);
	free(text);
}

/* CPUs that are offline have no column. */
static void columns_are_of_the_cpus_named(void **state)
{
	static const char text[] =
		"            CPU0       CPU2      CPU10     CPU127\n"
		"  16:          1          2          3 4294967295   IO-APIC "
		"16-fasteoi   7 of 9, vfio-intx(0000:00:03.0)\n"
		" PIN:         10         20         30         40   "
		"Posted-interrupt notification event\n"
		" ERR:          5\n"
		" MIS:          0\n";
	static const unsigned int cpus[] = {0, 2, 10, 127};
	static const uint64_t irq[] = {1, 2, 3, 4294967295};
	struct wanted wanted;

	(void)state;
	find(text, "16", &wanted);
	assert_int_equal(wanted.cells, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(wanted.cpus[i], cpus[i]);
		assert_int_equal(wanted.counts[i], irq[i]);
	}
	find(text, "PIN", &wanted);
	assert_int_equal(wanted.cells, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(wanted.cpus[i], cpus[i]);
		assert_int_equal(wanted.counts[i], 10 * (i + 1));
	}
	find(text, "ERR", &wanted);
	assert_int_equal(wanted.cells, 0);
}

/* With one CPU, ERR looks like any other row, but for its text. */
static void one_cpu(void **state)
{
	static const char text[] =
		"           CPU3\n"
		"   0:         12   IO-APIC    2-edge\n"
		"  17:          6\n"
		" PIW:          9   Posted-interrupt wakeup\n"
		" ERR:          5\n";
	struct wanted wanted;

	(void)state;
	find(text, "0", &wanted);
	assert_int_equal(wanted.cells, 1);
	assert_int_equal(wanted.cpus[0], 3);
	assert_int_equal(wanted.counts[0], 12);
	find(text, "17", &wanted);
	assert_int_equal(wanted.cells, 1);
	assert_int_equal(wanted.counts[0], 6);
	find(text, "PIW", &wanted);
	assert_int_equal(wanted.cells, 1);
	assert_int_equal(wanted.counts[0], 9);
	find(text, "ERR", &wanted);
	assert_int_equal(wanted.cells, 0);
}

/* A reading may begin anew, and cells are of their row alone. */
static int read_twice(const struct interrupt_row *row, void *arg)
{
	struct interrupt_cells first = interrupt_row_cells(row), second;
	uint64_t count, again;
	unsigned int cpu;

	(void)arg;
	assert_true(interrupt_cells_next(&first, &cpu, &count));
	second = interrupt_row_cells(row);
	assert_true(interrupt_cells_next(&second, &cpu, &again));
	assert_int_equal(cpu, 0);
	assert_int_equal(again, count);
	assert_int_equal(again, 7);
	assert_true(interrupt_cells_next(&first, &cpu, &count));
	assert_int_equal(cpu, 2);
	assert_int_equal(count, 8);
	return 0;
}

static void reading_can_begin_anew(void **state)
{
	char text[] = " CPU0 CPU2\n 1: 7 8 chip\n 2: 7\t8\tchip\n";

	(void)state;
	assert_int_equal(each_row(text, read_twice, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_of_128_cpus),
		cmocka_unit_test(cells_of_32_cpus),
		cmocka_unit_test(columns_are_of_the_cpus_named),
		cmocka_unit_test(one_cpu),
		cmocka_unit_test(reading_can_begin_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
