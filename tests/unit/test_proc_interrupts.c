// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <time.h>

/* What a walk over a text found. */
struct found {
	struct interrupt_row rows[64];
	char actions[64][200];
	size_t count;
	uint64_t total;
	size_t vfio;
};

static int keep(const struct interrupt_row *row, void *arg)
{
	struct found *found = arg;
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0;

	if (found->count < ARRAY_SIZE(found->rows)) {
		found->rows[found->count] = *row;
		snprintf(found->actions[found->count], 200, "%s", row->actions);
	}
	found->count++;
	found->total += row->total;
	while (interrupt_row_vfio(row, &cursor, &name, raw))
		found->vfio++;
	return 0;
}

static int walk(const char *text, struct found *found)
{
	*found = (struct found){0};
	return each_row(text, keep, found);
}

static const struct interrupt_row *row_of(const struct found *found,
					  const char *label)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->rows[i].label, label) == 0)
			return &found->rows[i];
	fail_msg("no row %s", label);
	return NULL;
}

static void rows_of_128_cpus(void **state)
{
	char *text = read_fixture(FIXTURES "interrupts-128-cpus");
	struct found found;

	(void)state;
	assert_int_equal(walk(text, &found), 0);
	assert_int_equal(found.count, 5 + 6);
	assert_int_equal(found.vfio, 5);
	assert_int_equal(row_of(&found, "100")->total, 0);
	assert_int_equal(row_of(&found, "104")->irq, 104);
	assert_int_equal(row_of(&found, "104")->columns, 128);
	assert_int_equal(row_of(&found, "NPI")->total, 128);
	assert_int_equal(row_of(&found, "PIW")->total, 7);
	free(text);
}

static void rows_of_32_cpus(void **state)
{
	static const struct {
		const char *irq;
		uint64_t total;
	} expected[] = {
		{"137", 155}, {"138", 190}, {"140", 140},
		{"141", 19},  {"142", 32},  {"143", 12},
		{"144", 423}, {"145", 69},  {"146", 150},
	};
	char *text = read_fixture(FIXTURES "interrupts-32-cpus");
	struct found found;

	(void)state;
	assert_int_equal(walk(text, &found), 0);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_int_equal(row_of(&found, expected[i].irq)->total,
				 expected[i].total);
	assert_int_equal(found.vfio, ARRAY_SIZE(expected));
	assert_int_equal(row_of(&found, "PIN")->irq, -1);
	assert_int_equal(row_of(&found, "PIN")->total, 31 * 32 / 2);
	assert_int_equal(row_of(&found, "ERR")->columns, 1);
	free(text);
}

static void rows_of_many_kinds(void **state)
{
	static const char text[] =
		"            CPU0       CPU3       \n"
		"   0:         12          0   IO-APIC    2-edge      timer\n"
		"   9:          0          1   IO-APIC    9-fasteoi   acpi, i2c\n"
		"  16:          7          5   IO-APIC   16-fasteoi   a driver "
		"of mine, vfio-intx(0000:00:03.0), vfio-intx(0000:00:04.0)\n"
		"12345: 4294967295 4294967295  PCI-MSI 524288-edge      "
		"vfio-msi[0](0000:01:00.0)\n"
		"  17:          0          0      None\n"
		" NMI:          1          2   Non-maskable interrupts\n"
		" ERR:          3\n"
		" PMN:          4          5   Posted MSI notification event\n";
	struct found found;

	(void)state;
	assert_int_equal(walk(text, &found), 0);
	assert_int_equal(found.count, 8);
	assert_int_equal(found.vfio, 3);
	assert_string_equal(found.actions[1],
			    "IO-APIC    9-fasteoi   acpi, i2c");
	assert_int_equal(row_of(&found, "12345")->irq, 12345);
	assert_true(row_of(&found, "12345")->total == 8589934590u);
	assert_int_equal(row_of(&found, "PMN")->total, 9);
	assert_int_equal(row_of(&found, "ERR")->total, 3);
	assert_string_equal(found.actions[6], "");
}

static void names_of_a_shared_line(void **state)
{
	const struct interrupt_row row = {
		.irq = 16,
		.actions = "IR-IO-APIC 16-fasteoi vfio-intx(0000:00:03.0), "
			   "i801, vfio-intx(0000:00:1f.3)x,vfio-intx(00:1f.4)"};
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0;

	(void)state;
	assert_true(interrupt_row_vfio(&row, &cursor, &name, raw));
	assert_string_equal(raw, "vfio-intx(0000:00:03.0)");
	assert_int_equal(name.kind, VECTOR_INTX);
	assert_int_equal(name.device.device, 3);
	assert_true(interrupt_row_vfio(&row, &cursor, &name, raw));
	assert_int_equal(name.device.device, 0x1f);
	assert_int_equal(name.device.function, 4);
	assert_false(interrupt_row_vfio(&row, &cursor, &name, raw));
	assert_false(interrupt_row_vfio(&row, &cursor, &name, raw));
}

static bool row_has(const struct interrupt_row *row, const char *name)
{
	struct vector_name wanted;

	assert_int_equal(vector_name_parse(name, &wanted), 0);
	return interrupt_row_has(row, &wanted);
}

/* An IRQ number may have become another one's since it was asked for. */
static void row_of_whom(void **state)
{
	const struct interrupt_row row = {
		.irq = 50,
		.actions = "IR-PCI-MSIX-0000:03:00.0 1-edge "
			   "vfio-msix[1](0000:03:00.0)"};
	const struct interrupt_row disk = {
		.irq = 50,
		.actions = "IR-PCI-MSIX-0000:04:00.0 1-edge nvme0q1"};

	(void)state;
	assert_true(row_has(&row, "vfio-msix[1](0000:03:00.0)"));
	assert_false(row_has(&row, "vfio-msix[0](0000:03:00.0)"));
	assert_false(row_has(&row, "vfio-msix[1](0000:03:00.1)"));
	assert_false(row_has(&row, "vfio-msi[1](0000:03:00.0)"));
	assert_false(row_has(&disk, "vfio-msix[1](0000:03:00.0)"));
}

static void wrong_rows_are_skipped(void **state)
{
	static const char *const rows[] = {
		"1: 1\n", /* numbered, but not all columns */
		"1: 1 2 3 chip\n", /* a CPU more */
		"PIN: 1 Posted-interrupt notification event\n",
		"PIN:\n",
		"PIN: 1 x2\n",
		"1 2 3\n",
		": 1 2\n",
		"\n",
		"99999999999: 1 2 chip\n",
		"a name that is too long for a label: 1 2 chip\n",
		"1: 18446744073709551616 1 chip\n",
		"1: -1 1 chip\n",
		"1: 1 2 chip", /* no end of line */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct found found;
		char text[200];

		snprintf(text, sizeof(text), " CPU0 CPU1\n2: 3 4 chip\n%s",
			 rows[i]);
		if (walk(text, &found) != 1 || found.count != 1)
			fail_msg("'%s': %zu rows", rows[i], found.count);
		assert_int_equal(found.total, 7);
	}
}

static void text_without_cpus_is_refused(void **state)
{
	static const char *const texts[] = {
		"\n",           "CPU0",
		" CPU0 CPUX\n", "0: 1 2\n",
		"CPU0 1\n",     "cpu0 cpu1\n",
		"CPU\n",        "CPU0 CPU4294967296\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct found found;

		assert_int_equal(walk(texts[i], &found), -EINVAL);
		assert_int_equal(found.count, 0);
	}
}

/* Such a line would be read up to the NUL only. */
static void line_with_a_nul_is_skipped(void **state)
{
	static const char row[] = " CPU0\n1: 2 chip\0more \n3: 4 chip\n";
	static const char header[] = " CPU0\0 CPU1\n1: 2 chip\n";
	struct found found = {0};
	FILE *file = tmpfile(), *second = tmpfile();

	(void)state;
	assert_non_null(file);
	assert_non_null(second);
	fwrite(row, 1, sizeof(row) - 1, file);
	rewind(file);
	assert_int_equal(proc_interrupts_for_each(file, keep, &found), 1);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.total, 4);
	fwrite(header, 1, sizeof(header) - 1, second);
	rewind(second);
	assert_int_equal(proc_interrupts_for_each(second, keep, &found),
			 -EINVAL);
	assert_int_equal(found.count, 1);
	fclose(second);
	fclose(file);
}

/* Wherever the text ends, whole rows are right and no other is taken. */
static void text_cut_at_every_byte(void **state)
{
	char *text = read_fixture(FIXTURES "interrupts-32-cpus");
	size_t len = strlen(text), lines = 0;

	(void)state;
	for (size_t cut = 0; cut <= len; cut++) {
		char *copy = strndup(text, cut);
		struct found found;
		int result;

		lines += cut > 0 && text[cut - 1] == '\n';
		result = walk(copy, &found);
		free(copy);
		if (!lines) {
			assert_int_equal(result, cut ? -EINVAL : -ENODATA);
			continue;
		}
		assert_int_equal(result, cut > 0 && text[cut - 1] != '\n');
		assert_int_equal(found.count, lines - 1);
	}
	free(text);
}

static int stop_at_second(const struct interrupt_row *row, void *arg)
{
	int *calls = arg;

	(void)row;
	return ++*calls == 2 ? -ECANCELED : 0;
}

static void callback_can_stop(void **state)
{
	char text[] = "CPU0\n1: 1 a\n2: 2 b\n3: 3 c\n";
	int calls = 0;

	(void)state;
	assert_int_equal(each_row(text, stop_at_second, &calls), -ECANCELED);
	assert_int_equal(calls, 2);
}

/* As show_interrupts() prints; each count is 1, so a total is @cpus. */
static char *generate(unsigned int rows, unsigned int cpus)
{
	struct capture capture;
	FILE *file = capture_begin(&capture);

	fprintf(file, "%13s", "");
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		fprintf(file, "CPU%-8u", cpu);
	fputc('\n', file);
	for (unsigned int row = 0; row < rows; row++) {
		fprintf(file, "%5u: ", 10000 + row);
		for (unsigned int cpu = 0; cpu < cpus; cpu++)
			fprintf(file, "%10u ", 1);
		fprintf(file, " %8s %*u-%-8s  vfio-msix[%u](0000:c8:00.0)\n",
			"IR-PCI-MSIX-0000:c8:00.0", 5, row, "edge", row % 2048);
	}
	return capture_end(&capture);
}

static void rows_of_512_cpus(void **state)
{
	char *text = generate(3, 512);
	struct found found;

	(void)state;
	assert_int_equal(walk(text, &found), 0);
	assert_int_equal(found.count, 3);
	assert_int_equal(found.vfio, 3);
	assert_int_equal(row_of(&found, "10002")->total, 512);
	assert_int_equal(row_of(&found, "10002")->columns, 512);
	free(text);
}

static void many_rows_are_read_fast(void **state)
{
	char *text = generate(4096, 256);
	struct found found = {0};
	clock_t start = clock();

	(void)state;
	assert_int_equal(each_row(text, keep, &found), 0);
	/* About 10 ms; with sanitizers and on a slow machine more. */
	assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
	assert_int_equal(found.count, 4096);
	assert_int_equal(found.vfio, 4096);
	assert_int_equal(found.total, 4096 * 256);
	free(text);
}

static int count_row(const struct interrupt_row *row, void *arg)
{
	(void)row;
	++*(size_t *)arg;
	return 0;
}

static int refuse_row(const struct interrupt_row *row, void *arg)
{
	(void)row;
	(void)arg;
	return -ENOMEM;
}

static void own_interrupts_are_read(void **state)
{
	int before = dup(STDERR_FILENO), after;
	size_t rows = 0;

	(void)state;
	close(before);
	assert_int_equal(proc_interrupts_read(count_row, &rows), 0);
	assert_true(rows > 0);
	assert_int_equal(proc_interrupts_read(refuse_row, NULL), -ENOMEM);
	/* No descriptor is left open. */
	after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_128_cpus),
		cmocka_unit_test(rows_of_32_cpus),
		cmocka_unit_test(rows_of_many_kinds),
		cmocka_unit_test(names_of_a_shared_line),
		cmocka_unit_test(row_of_whom),
		cmocka_unit_test(wrong_rows_are_skipped),
		cmocka_unit_test(text_without_cpus_is_refused),
		cmocka_unit_test(line_with_a_nul_is_skipped),
		cmocka_unit_test(text_cut_at_every_byte),
		cmocka_unit_test(callback_can_stop),
		cmocka_unit_test(rows_of_512_cpus),
		cmocka_unit_test(many_rows_are_read_fast),
		cmocka_unit_test(own_interrupts_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
