// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include "row_check.h"

static uint32_t update(struct row_check *check, uint32_t row, uint32_t count)
{
	struct row_check now = {
		.registrations = 1, .columns = 2, .last_row = row};

	return row_check_update(check, &now, count, false);
}

static void equal_growth_misses_nothing(void **state)
{
	struct row_check check = {0};

	(void)state;
	assert_int_equal(update(&check, 1000, 0), 0);
	assert_int_equal(update(&check, 1500, 500), 0);
	assert_int_equal(update(&check, 1500, 500), 0);
}

static void growth_between_the_readings_is_no_loss(void **state)
{
	struct row_check check = {0};

	(void)state;
	/* The count is read first, so the row can be 7 ahead by then. */
	assert_int_equal(update(&check, 1007, 0), 0);
	assert_int_equal(update(&check, 1507, 507), 0);
	assert_int_equal(update(&check, 1600, 600), 0);
}

static void each_loss_is_told_once(void **state)
{
	struct row_check check = {0};

	(void)state;
	assert_int_equal(update(&check, 100, 0), 0);
	assert_int_equal(update(&check, 200, 97), 0);
	assert_int_equal(update(&check, 200, 97), 3);
	assert_int_equal(update(&check, 200, 97), 0);
	assert_int_equal(update(&check, 205, 100), 0);
	assert_int_equal(update(&check, 205, 100), 2);
}

static void wrapped_counts_are_no_loss(void **state)
{
	struct row_check check = {0};

	(void)state;
	assert_int_equal(update(&check, UINT32_MAX - 10, 0), 0);
	assert_int_equal(update(&check, 89, 100), 0);
	assert_int_equal(update(&check, 189, 200), 0);
	assert_int_equal(update(&check, 189, 200), 0);
}

static void loss_over_a_wrap_is_told(void **state)
{
	struct row_check check = {0};

	(void)state;
	assert_int_equal(update(&check, UINT32_MAX - 9, 0), 0);
	assert_int_equal(update(&check, 90, 96), 0);
	assert_int_equal(update(&check, 90, 96), 4);
}

static void another_row_starts_anew(void **state)
{
	struct row_check check = {0};
	struct row_check requested = {
		.registrations = 2, .columns = 2, .last_row = 5};
	struct row_check cpu_gone = {
		.registrations = 2, .columns = 1, .last_row = 2};

	(void)state;
	assert_int_equal(update(&check, 1000, 0), 0);
	assert_int_equal(row_check_update(&check, &requested, 0, false), 0);
	assert_int_equal(row_check_update(&check, &requested, 0, false), 0);
	assert_int_equal(row_check_update(&check, &cpu_gone, 0, false), 0);
	assert_int_equal(row_check_update(&check, &cpu_gone, 0, false), 0);
}

static void a_row_that_began_before_us_is_lost(void **state)
{
	struct row_check check = {0};
	struct row_check first = {
		.registrations = 1, .columns = 2, .last_row = 40};

	(void)state;
	assert_int_equal(row_check_update(&check, &first, 10, true), 0);
	assert_int_equal(update(&check, 50, 20), 20);
	assert_int_equal(update(&check, 50, 20), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_growth_misses_nothing),
		cmocka_unit_test(growth_between_the_readings_is_no_loss),
		cmocka_unit_test(each_loss_is_told_once),
		cmocka_unit_test(wrapped_counts_are_no_loss),
		cmocka_unit_test(loss_over_a_wrap_is_told),
		cmocka_unit_test(another_row_starts_anew),
		cmocka_unit_test(a_row_that_began_before_us_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
