// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "support.h"

#include "map_sizes.h"

static const struct options plain;

static struct interrupt_census census_of(const char *text)
{
	struct interrupt_census census = {0};

	assert_int_equal(each_row(text, interrupt_census_add, &census), 0);
	return census;
}

static void rows_are_counted_by_vectors(void **state)
{
	struct interrupt_census census;

	(void)state;
	census = census_of("           CPU0       CPU1\n"
			   "  24:   1   0  PCI-MSI 1-edge  vfio-msi[0]"
			   "(0000:01:00.0)\n"
			   "  16:   7   0  IO-APIC 16-fasteoi  ehci, vfio-intx"
			   "(0000:02:00.0), vfio-intx(0000:03:00.0)\n"
			   " 137:   3   4  PCI-MSI 2-edge  nvme0q0\n"
			   " LOC:   9   9  Local timer interrupts\n");
	assert_int_equal(census.highest_irq, 137);
	assert_int_equal(census.vectors, 3);
}

static void rows_of_a_host_are_counted(void **state)
{
	char *text = read_fixture(FIXTURES "interrupts-128-cpus");

	(void)state;
	assert_int_equal(census_of(text).vectors, 5);
	free(text);
}

static void an_idle_host_has_room(void **state)
{
	const struct interrupt_census census = {.highest_irq = 30};
	struct map_sizes sizes = map_sizes_for(&census, 4, &plain);

	(void)state;
	assert_int_equal(sizes.possible_cpus, 4);
	assert_int_equal(sizes.irqs, 30 + 4096);
	assert_int_equal(sizes.slots, 1024);
	assert_int_equal(sizes.targets, 4 * 1024);
}

static void few_cpus_have_a_cell_for_each_vector(void **state)
{
	const struct interrupt_census census = {.vectors = 100};
	struct map_sizes sizes = map_sizes_for(&census, 4, &plain);

	(void)state;
	assert_int_equal(sizes.slots, 2 * 100 + 1024);
	assert_int_equal(sizes.cells, 4 * sizes.slots);
}

/* Each on each of them would be 4.7 million, and 600 MB. */
static void many_cpus_have_cells_for_some(void **state)
{
	const struct interrupt_census census = {.vectors = 4096};
	struct map_sizes sizes = map_sizes_for(&census, 512, &plain);

	(void)state;
	assert_int_equal(sizes.cells, 16 * 4096 + 16384);
}

static void maps_not_wanted_have_one_entry(void **state)
{
	const struct interrupt_census census = {.vectors = 1};
	struct map_sizes sizes = map_sizes_for(&census, 8, &plain);

	(void)state;
	assert_int_equal(sizes.injections, 1);
	assert_int_equal(sizes.stacks, 1);
	assert_int_equal(sizes.framed_stacks, 1);
	assert_int_equal(sizes.stack_counts, 1);
	assert_int_equal(sizes.stack_caches, 1);
}

static void maps_wanted_have_more(void **state)
{
	const struct options options = {.stacks = true, .injections = true};
	const struct interrupt_census census = {.vectors = 1};
	struct map_sizes sizes = map_sizes_for(&census, 8, &options);

	(void)state;
	assert_int_equal(sizes.injections, 65536);
	assert_int_equal(sizes.stacks, 8192);
	assert_int_equal(sizes.framed_stacks, 4096);
	assert_int_equal(sizes.stack_counts, 32768);
	assert_int_equal(sizes.stack_caches, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_counted_by_vectors),
		cmocka_unit_test(rows_of_a_host_are_counted),
		cmocka_unit_test(an_idle_host_has_room),
		cmocka_unit_test(few_cpus_have_a_cell_for_each_vector),
		cmocka_unit_test(many_cpus_have_cells_for_some),
		cmocka_unit_test(maps_not_wanted_have_one_entry),
		cmocka_unit_test(maps_wanted_have_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
