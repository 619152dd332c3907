// SPDX-License-Identifier: GPL-2.0-only
/* Entries of remapping tables; the Intel words were read on real kernels. */
#include "support.h"

#include <string.h>

#include "irte.h"

static void check(void (*decode)(struct irte *), uint64_t high, uint64_t low,
		  const struct irte *expected)
{
	/* What stood there before must not shine through. */
	struct irte irte = {
		.mode = IRTE_POSTED_MSI,
		.words_known = true,
		.high = high,
		.low = low,
		.index = 7,
		.descriptor = 0xdead,
		.vector = 99,
	};

	decode(&irte);
	if (irte.mode != expected->mode || irte.vector != expected->vector ||
	    irte.descriptor != expected->descriptor)
		fail_msg("%#lx %#lx: %s, vector %d, descriptor %#lx", high, low,
			 irte_mode_name(irte.mode), irte.vector,
			 irte.descriptor);
	assert_true(irte.words_known);
	assert_int_equal(irte.index, 7);
	assert_true(irte.high == high && irte.low == low);
}

static void intel_entries(void **state)
{
	static const struct {
		uint64_t high, low;
		struct irte expected;
	} cases[] = {
		{0x40010,
		 0x025e6e4000418001,
		 {IRTE_POSTED, .descriptor = 0x25e6e40, .vector = 0x41}},
		{0,
		 0x0303774000418001,
		 {IRTE_POSTED, .descriptor = 0x3037740, .vector = 0x41}},
		{0x40010, 0x0000010000250009, {IRTE_REMAPPED, .vector = -1}},
		{0, 0x000002000024000d, {IRTE_REMAPPED, .vector = -1}},
		/* Above 4 GB the rest of the address is in the high word. */
		{0x0000001200040010,
		 0x025e6e4000ff8001,
		 {IRTE_POSTED, .descriptor = 0x12025e6e40, .vector = 0xff}},
		{UINT64_MAX,
		 UINT64_MAX,
		 {IRTE_POSTED, .descriptor = ~UINT64_C(63), .vector = 0xff}},
		/* Urgent, and a vector of 0. */
		{0,
		 0x025e6e400000c001,
		 {IRTE_POSTED, .descriptor = 0x25e6e40, .vector = 0}},
		/* Not present, whatever else it says. */
		{0, 0, {IRTE_NONE, .vector = -1}},
		{0x40010, 0x025e6e4000418000, {IRTE_NONE, .vector = -1}},
		{0x40010, 0x0000010000250008, {IRTE_NONE, .vector = -1}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(irte_decode_intel, cases[i].high, cases[i].low,
		      &cases[i].expected);
}

/* Bit 15 is Intel's, bit 7 AMD's: neither means anything to the other. */
static void amd_entries(void **state)
{
	static const struct {
		uint64_t high, low;
		struct irte expected;
	} cases[] = {
		{0x0000000123456041,
		 0x0000000100000081,
		 {IRTE_POSTED, .descriptor = 0x123456000, .vector = 0x41}},
		/* The destination's upper bits are no part of the address. */
		{0xff0ffffffffff0ff,
		 0x00000001ffffffff,
		 {IRTE_POSTED, .descriptor = 0xffffffffff000, .vector = 0xff}},
		{0x0000000123456041,
		 0x0000000100000001,
		 {IRTE_REMAPPED, .vector = -1}},
		{0x22, 0x8001, {IRTE_REMAPPED, .vector = -1}},
		{0x0000000123456041, 0x80, {IRTE_NONE, .vector = -1}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(irte_decode_amd, cases[i].high, cases[i].low,
		      &cases[i].expected);
}

static void legacy_entries_cannot_post(void **state)
{
	static const struct irte remapped = {IRTE_REMAPPED, .vector = -1};
	static const struct irte none = {IRTE_NONE, .vector = -1};

	(void)state;
	check(irte_decode_amd_legacy, 0, 0x00220181, &remapped);
	check(irte_decode_amd_legacy, 0, 0xffffffff, &remapped);
	check(irte_decode_amd_legacy, 0, 0x00220180, &none);
}

static void modes_have_names(void **state)
{
	static const char *const names[] = {
		[IRTE_UNKNOWN] = "unknown",       [IRTE_NONE] = "none",
		[IRTE_REMAPPED] = "remapped",     [IRTE_POSTED] = "posted",
		[IRTE_POSTED_MSI] = "posted_msi",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_string_equal(irte_mode_name((enum irte_mode)i),
				    names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intel_entries),
		cmocka_unit_test(amd_entries),
		cmocka_unit_test(legacy_entries_cannot_post),
		cmocka_unit_test(modes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
