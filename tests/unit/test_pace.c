// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include "pace.h"

#define MS UINT64_C(1000000)

static void what_was_never_done_is_due(void **state)
{
	struct pace pace = {0};

	(void)state;
	assert_true(pace_is_due(&pace, 0));
	assert_true(pace_is_due(&pace, 5 * MS));
}

static void what_is_cheap_is_due_at_each_second(void **state)
{
	struct pace pace = {0};

	(void)state;
	for (uint64_t now = 1000 * MS; now < 9000 * MS; now += 1000 * MS) {
		assert_true(pace_is_due(&pace, now));
		pace_note(&pace, now, 9 * MS);
	}
}

static void what_is_dear_rests_a_hundredfold(void **state)
{
	struct pace pace = {0};

	(void)state;
	pace_note(&pace, 1000 * MS, 120 * MS);
	assert_false(pace_is_due(&pace, 1000 * MS));
	assert_false(pace_is_due(&pace, 13000 * MS - 1));
	assert_true(pace_is_due(&pace, 13000 * MS));
	assert_true(pace_is_due(&pace, 99000 * MS));
}

static void the_last_cost_counts(void **state)
{
	struct pace pace = {0};

	(void)state;
	pace_note(&pace, 1000 * MS, 120 * MS);
	pace_note(&pace, 2000 * MS, 1 * MS);
	assert_false(pace_is_due(&pace, 2099 * MS));
	assert_true(pace_is_due(&pace, 2100 * MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_done_is_due),
		cmocka_unit_test(what_is_cheap_is_due_at_each_second),
		cmocka_unit_test(what_is_dear_rests_a_hundredfold),
		cmocka_unit_test(the_last_cost_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
