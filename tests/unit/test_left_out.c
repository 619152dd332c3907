// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include "left_out.h"

static void names_are_whole(void **state)
{
	(void)state;
	assert_true(left_out_has("fexit_inatomic", "fexit_inatomic"));
	assert_true(left_out_has("a,fexit_inatomic,b", "fexit_inatomic"));
	assert_true(left_out_has("a,b", "b"));
	assert_false(left_out_has("fexit_inatomic_plain", "fexit_inatomic"));
	assert_false(left_out_has("inatomic", "fexit_inatomic"));
	assert_false(left_out_has("", "fexit_inatomic"));
	assert_false(left_out_has(",", "fexit_inatomic"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
