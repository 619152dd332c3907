// SPDX-License-Identifier: GPL-2.0-only
#include "live_modules.h"
#include "probes.h"
#include "support.h"

/* One that is not known would never be live. */
static void modules_of_probes_are_known(void **state)
{
	for (size_t i = 0; i < probe_count; i++) {
		const struct probe *probe = &probes[i];

		if (probe->module)
			assert_true(live_modules_have(~0u, probe->module));
		if (probe->earlier_module)
			assert_true(
				live_modules_have(~0u, probe->earlier_module));
	}
	(void)state;
}

static void what_was_not_found_is_not_live(void **state)
{
	assert_false(live_modules_have(0, "kvm"));
	assert_false(live_modules_have(~0u, "null_blk"));
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_of_probes_are_known),
		cmocka_unit_test(what_was_not_found_is_not_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
