// SPDX-License-Identifier: GPL-2.0-only
/* Readings of sysfs and of the kernel's command line. */
#include "support.h"

#include <string.h>

#include "host_posting.h"

struct reading {
	const char *text;
	enum known answer;
};

static void check(enum known (*ask)(const char *),
		  const struct reading *readings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = readings[i].text;
		int len = (int)strcspn(text, "\n");

		if (ask(text) != readings[i].answer)
			fail_msg("'%.*s' is not %d", len, text,
				 readings[i].answer);
	}
}

static void intel_capabilities(void **state)
{
	static const struct reading readings[] = {
		/* Bit 59 alone, all but that, and its neighbours. */
		{"800000000000000\n", KNOWN_YES},
		{"f7ffffffffffffff\n", KNOWN_NO},
		{"ffffffffffffffff\n", KNOWN_YES},
		{"1400000000000000\n", KNOWN_NO},
		{"0\n", KNOWN_NO},
		/* A server's, and QEMU's. */
		{"8d2078c106f0466\n", KNOWN_YES},
		{"d2008c22260286\n", KNOWN_NO},
		{"8D2078C106F0466", KNOWN_YES},
		{"", NOT_KNOWN},
		{"\n", NOT_KNOWN},
		{"unknown\n", NOT_KNOWN},
		{"8d2078c106f0466 \n", NOT_KNOWN},
		{"8d2078c106f0466g\n", NOT_KNOWN},
		{"18d2078c106f0466f\n", NOT_KNOWN},
		/* Only as the kernel prints it. */
		{"-1\n", NOT_KNOWN},
		{"+8d2078c106f0466\n", NOT_KNOWN},
		{" 8d2078c106f0466\n", NOT_KNOWN},
		{"0x8d2078c106f0466\n", NOT_KNOWN},
	};

	(void)state;
	check(intel_can_post, readings, ARRAY_SIZE(readings));
}

/* GASup is bit 7; GAMSup, bits 23 to 21, has to be exactly 1. */
static void amd_features(void **state)
{
	static const struct reading readings[] = {
		{"58f77ef22294ade\n", KNOWN_YES},
		{"58f77ef22294ade:0\n", KNOWN_YES},
		{"f77ef22294ada:0\n", KNOWN_YES},
		{"200080\n", KNOWN_YES},
		/* 6.1 and 6.12 in an emulator that posts, and in one that does
		 * not: the second register is 0, and 6.1 prints it first.
		 */
		{"0:2029d3\n", KNOWN_YES},
		{"2029d3:0\n", KNOWN_YES},
		{"0:29d3\n", KNOWN_NO},
		{"29d3:0\n", KNOWN_NO},
		/* Whichever is which. */
		{"200080:2029d3\n", KNOWN_YES},
		{"80:10\n", KNOWN_NO},
		{"200080:ffffffff\n", NOT_KNOWN},
		{"10:58f77ef22294ade\n", NOT_KNOWN},
		{"58f77ef22294ade:10\n", NOT_KNOWN},
		{"0:0\n", KNOWN_NO},
		{"200000\n", KNOWN_NO},
		{"80\n", KNOWN_NO},
		{"400080\n", KNOWN_NO},
		{"600080\n", KNOWN_NO},
		{"a00080\n", KNOWN_NO},
		{"0:200080\n", KNOWN_YES},
		{"0\n", KNOWN_NO},
		{"", NOT_KNOWN},
		{":0\n", NOT_KNOWN},
		{"200080:\n", NOT_KNOWN},
		{"200080;0\n", NOT_KNOWN},
		{"200080:0:0\n", NOT_KNOWN},
		{"58f77ef22294ade58f77ef22294ade\n", NOT_KNOWN},
	};

	(void)state;
	check(amd_can_post, readings, ARRAY_SIZE(readings));
}

/* The driver's word settles what sysfs leaves open, and nothing else. */
static void amd_driver_knows(void **state)
{
	static const struct {
		enum iommu_kind iommu;
		enum known before;
		int guest_ir;
		enum known after;
	} cases[] = {
		{IOMMU_AMD, NOT_KNOWN, AMD_GUEST_IR_VAPIC, KNOWN_YES},
		{IOMMU_AMD, NOT_KNOWN, 0, NOT_KNOWN},
		{IOMMU_AMD, NOT_KNOWN, 1, NOT_KNOWN},
		{IOMMU_AMD, NOT_KNOWN, -1, NOT_KNOWN},
		{IOMMU_AMD, KNOWN_NO, AMD_GUEST_IR_VAPIC, KNOWN_NO},
		{IOMMU_INTEL, NOT_KNOWN, AMD_GUEST_IR_VAPIC, NOT_KNOWN},
		{IOMMU_NONE, NOT_KNOWN, AMD_GUEST_IR_VAPIC, NOT_KNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct host_posting host = {
			.iommu = cases[i].iommu,
			.iommu_can_post = cases[i].before,
		};

		host_posting_learn(&host, cases[i].guest_ir);
		if (host.iommu_can_post != cases[i].after)
			fail_msg("case %zu: %d", i, host.iommu_can_post);
	}
}

static void nopost_among_other_words(void **state)
{
	static const struct reading readings[] = {
		{"intremap=nopost\n", KNOWN_YES},
		{"intremap=nopost", KNOWN_YES},
		{"quiet intremap=nopost ro\n", KNOWN_YES},
		{"intremap=nosid,nopost\n", KNOWN_YES},
		{"intremap=nopost,nosid\n", KNOWN_YES},
		{"intremap=,nopost\n", KNOWN_YES},
		{"intremap=nosid,,nopost,\n", KNOWN_YES},
		{"intremap=nosid  intremap=nopost\n", KNOWN_YES},
		{"xintremap=off intremap=nopost\n", KNOWN_YES},
		{"", KNOWN_NO},
		{"\n", KNOWN_NO},
		{"quiet\n", KNOWN_NO},
		{"nopost\n", KNOWN_NO},
		{"intremap=\n", KNOWN_NO},
		{"intremap=", KNOWN_NO},
		{"intremap=,", KNOWN_NO},
		{"intremap= nopost\n", KNOWN_NO},
		{"intremap=, nopost\n", KNOWN_NO},
		{"intremap=on nopost\n", KNOWN_NO},
		{"intremap=on foo=nopost,nopost\n", KNOWN_NO},
		{"intremap=nosid,xnopost\n", KNOWN_NO},
		{"intremap=xnopost\n", KNOWN_NO},
		{"intremap=nopos\n", KNOWN_NO},
		{"intremap=no,post\n", KNOWN_NO},
		{"intremap:nopost\n", KNOWN_NO},
		{"nointremap=nopost\n", KNOWN_NO},
		{"foo.intremap=nopost\n", KNOWN_NO},
		{"foo=intremap=nopost\n", KNOWN_NO},
		{"intremap.nopost intremap=posted_msi\n", KNOWN_NO},
	};

	(void)state;
	check(cmdline_says_nopost, readings, ARRAY_SIZE(readings));
}

/*
 * As setup_irqremap() of drivers/iommu/irq_remapping.c has it: words take
 * effect one after the other, and "on" and "off" are about posting, too.
 */
static void later_words_win(void **state)
{
	static const struct reading readings[] = {
		{"intremap=on,nopost\n", KNOWN_YES},
		{"intremap=on intremap=nopost\n", KNOWN_YES},
		{"intremap=nopost,on\n", KNOWN_NO},
		{"intremap=nopost intremap=on\n", KNOWN_NO},
	};

	(void)state;
	check(cmdline_says_nopost, readings, ARRAY_SIZE(readings));
}

/* As next_arg() of lib/cmdline.c takes a line apart. */
static void quotes_blanks_and_init(void **state)
{
	static const struct reading readings[] = {
		{"intremap=\"nopost\"\n", KNOWN_YES},
		{"\"intremap=nopost\"\n", KNOWN_YES},
		{"quiet\tintremap=nopost\tro\n", KNOWN_YES},
		{"dyndbg=\"file a.c intremap=nopost\"\n", KNOWN_NO},
		/* What follows is for init. */
		{"quiet -- intremap=nopost\n", KNOWN_NO},
	};

	(void)state;
	check(cmdline_says_nopost, readings, ARRAY_SIZE(readings));
}

static void iommus_have_names(void **state)
{
	(void)state;
	assert_null(iommu_kind_name(IOMMU_NONE));
	assert_string_equal(iommu_kind_name(IOMMU_INTEL), "intel");
	assert_string_equal(iommu_kind_name(IOMMU_AMD), "amd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intel_capabilities),
		cmocka_unit_test(amd_features),
		cmocka_unit_test(amd_driver_knows),
		cmocka_unit_test(nopost_among_other_words),
		cmocka_unit_test(later_words_win),
		cmocka_unit_test(quotes_blanks_and_init),
		cmocka_unit_test(iommus_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
