// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <string.h>

#include "turns.h"

#define MANY 1000

/* One time; counts in @had how often each had its turn. */
static size_t take(struct turns *turns, unsigned int had[MANY], size_t count,
		   size_t at_a_time)
{
	size_t taken = 0;

	for (size_t i = 0; i < count; i++) {
		if (!turns_has(turns, i, count, at_a_time))
			continue;
		had[i]++;
		taken++;
	}
	turns_advance(turns, count, at_a_time);
	return taken;
}

static void few_have_it_each_time(void **state)
{
	unsigned int had[MANY] = {0};
	struct turns turns = {0};

	(void)state;
	for (unsigned int time = 1; time <= 5; time++) {
		assert_int_equal(take(&turns, had, 7, 8), 7);
		assert_int_equal(take(&turns, had, 8, 8), 8);
		for (size_t i = 0; i < 7; i++)
			assert_int_equal(had[i], 2 * time);
	}
}

static void many_have_it_in_turn(void **state)
{
	unsigned int had[MANY] = {0};
	struct turns turns = {0};

	(void)state;
	/* 1000 of 128 each: 7 times are too few, 8 do, 16 not quite thrice. */
	for (int time = 0; time < 8; time++)
		assert_int_equal(take(&turns, had, MANY, 128), 128);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(had[i], i < 24 ? 2 : 1);
	for (int time = 0; time < 117; time++)
		take(&turns, had, MANY, 128);
	/* 125 times 128 are 16 times 1000. */
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(had[i], 16);
}

static void more_may_come(void **state)
{
	unsigned int had[MANY] = {0};
	struct turns turns = {0};

	(void)state;
	for (size_t count = 1; count < MANY; count++)
		assert_int_equal(take(&turns, had, count, 10),
				 count < 10 ? count : 10);
	memset(had, 0, sizeof(had));
	for (int time = 0; time < 100; time++)
		take(&turns, had, MANY, 10);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(had[i], 1);
	assert_int_equal(take(&turns, had, 0, 10), 0);
	assert_int_equal(take(&turns, had, 3, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_have_it_each_time),
		cmocka_unit_test(many_have_it_in_turn),
		cmocka_unit_test(more_may_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
