// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include "msi_route.h"

static const struct {
	uint32_t low, high, data;
	bool extended;
	struct msi_route route;
} cases[] = {
	{0xfee01000, 0, 0x4041, false, {.destination = 1, .vector = 0x41}},
	{0xfee00000, 0, 0, false, {.destination = 0, .vector = 0}},
	{0xfeeff000, 0, 0xff, false, {.destination = 0xff, .vector = 0xff}},
	{0xfee0300c,
	 0,
	 0x122,
	 false,
	 {.destination = 3,
	  .logical = true,
	  .redirection_hint = true,
	  .delivery_mode = DELIVERY_LOWEST,
	  .vector = 0x22}},
	{0xfee01004,
	 0,
	 0x22,
	 false,
	 {.destination = 1, .logical = true, .vector = 0x22}},
	{0xfee01008,
	 0,
	 0x22,
	 false,
	 {.destination = 1, .redirection_hint = true, .vector = 0x22}},
	{0xfee00000, 0, 0x0400, false, {.delivery_mode = 4}},
	/* Level, assert and what lies above are no delivery mode. */
	{0xfee00000,
	 0,
	 0xffffc841,
	 false,
	 {.delivery_mode = 0, .vector = 0x41}},
	/* The upper half counts only in the extended format. */
	{0xfee04000,
	 0x00000100,
	 0x41,
	 true,
	 {.destination = 0x104, .vector = 0x41}},
	{0xfee04000,
	 0x00000100,
	 0x41,
	 false,
	 {.destination = 0x04, .vector = 0x41}},
	{0xfee04000,
	 0xffffffff,
	 0x41,
	 true,
	 {.destination = 0xffffff04, .vector = 0x41}},
	{0xfeeff000,
	 0x000000ff,
	 0x41,
	 true,
	 {.destination = 0xff, .vector = 0x41}},
};

static void messages_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct msi_route *expected = &cases[i].route;
		uint64_t high = cases[i].high;
		struct msi_route route = {.vector = -1, .delivery_mode = 99};

		msi_route_decode(cases[i].low, cases[i].high, cases[i].data,
				 cases[i].extended, &route);
		assert_true(route.address == (high << 32 | cases[i].low));
		assert_int_equal(route.data, cases[i].data);
		assert_int_equal(route.destination, expected->destination);
		assert_int_equal(route.logical, expected->logical);
		assert_int_equal(route.redirection_hint,
				 expected->redirection_hint);
		assert_int_equal(route.delivery_mode, expected->delivery_mode);
		assert_int_equal(route.vector, expected->vector);
	}
}

/* Intel SDM vol. 3, "Message Data Register Format". */
static void delivery_modes_have_names(void **state)
{
	static const char *const names[] = {
		"fixed", "lowest_priority", "smi",    "reserved", "nmi",
		"init",  "reserved",        "extint",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		assert_string_equal(delivery_mode_name(i), names[i]);
	assert_string_equal(delivery_mode_name(DELIVERY_LOWEST),
			    "lowest_priority");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_taken_apart),
		cmocka_unit_test(delivery_modes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
