// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "support.h"

#include "map_limits.h"

static const struct map_sizes usual = {
	.possible_cpus = 8,
	.irqs = 4000,
	.slots = 1000,
	.cells = 8000,
	.targets = 4000,
	.injections = 65536,
	.stacks = 8192,
	.framed_stacks = 4096,
	.stack_counts = 32768,
};

static void limits_lower_what_they_name(void **state)
{
	struct map_sizes sizes = usual;

	(void)state;
	assert_int_equal(map_limits_apply("slots=3,stack_counts=7,injections=1,"
					  "framed_stacks=5",
					  &sizes),
			 0);
	assert_int_equal(sizes.slots, 3);
	assert_int_equal(sizes.stack_counts, 7);
	assert_int_equal(sizes.injections, 1);
	assert_int_equal(sizes.framed_stacks, 5);
	assert_int_equal(sizes.cells, usual.cells);
	assert_int_equal(sizes.stacks, usual.stacks);
}

static void limits_raise_nothing(void **state)
{
	struct map_sizes sizes = usual;

	(void)state;
	assert_int_equal(map_limits_apply("cells=9000", &sizes), 0);
	assert_int_equal(sizes.cells, usual.cells);
}

static void other_words_are_refused(void **state)
{
	static const char *const lists[] = {
		"slots",       "slots=",
		"slots=0",     "slots=x",
		"slots=3x",    "cpus=1",
		"slot=3",      "slots3",
		"slots=3 ,",   "=3",
		",",           "slots=3,,irqs=1",
		"irqs=1 irqs", "possible_cpus=1",
	};
	struct map_sizes sizes = usual;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		assert_int_equal(map_limits_apply(lists[i], &sizes), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_lower_what_they_name),
		cmocka_unit_test(limits_raise_nothing),
		cmocka_unit_test(other_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
