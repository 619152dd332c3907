// SPDX-License-Identifier: GPL-2.0-only
/* Readings of sysfs and procfs about devices, modules, CPUs. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "host_text.h"

static void irq_numbers(void **state)
{
	static const struct {
		const char *text;
		unsigned int irq;
	} cases[] = {
		{"0\n", 0},
		{"11\n", 11},
		{"11", 11},
		{"12345\n", 12345},
		{"2147483647\n", 2147483647},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned int irq = 1;

		assert_true(host_text_irq(cases[i].text, &irq));
		assert_int_equal(irq, cases[i].irq);
	}
}

/* Names of directories such as "..", and what strtoul() would take. */
static void wrong_irq_numbers(void **state)
{
	static const char *const cases[] = {
		"",
		"\n",
		".",
		"..",
		"1x",
		"1 ",
		" 1",
		"+1",
		"-1",
		"0x1",
		"1\n\n",
		"1\n2",
		"2147483648",
		"99999999999999999999",
		"18446744073709551617",
		"-18446744073709551611\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned int irq = 7;

		if (host_text_irq(cases[i], &irq))
			fail_msg("'%s' was taken as %u", cases[i], irq);
		assert_int_equal(irq, 7);
	}
}

static void kinds_and_switches(void **state)
{
	(void)state;
	assert_int_equal(host_text_msi_kind("msi\n"), VECTOR_MSI);
	assert_int_equal(host_text_msi_kind("msix\n"), VECTOR_MSIX);
	assert_int_equal(host_text_msi_kind(""), VECTOR_MSI);
	assert_int_equal(host_text_switch("Y\n"), KNOWN_YES);
	assert_int_equal(host_text_switch("1\n"), KNOWN_YES);
	assert_int_equal(host_text_switch("N\n"), KNOWN_NO);
	assert_int_equal(host_text_switch("0\n"), KNOWN_NO);
	assert_int_equal(host_text_switch("-1\n"), NOT_KNOWN);
	assert_int_equal(host_text_switch(""), NOT_KNOWN);
}

static void flags_of_cpus(void **state)
{
	static const struct {
		const char *text;
		bool found;
	} cases[] = {
		{"processor\t: 0\nflags\t\t: fpu fred lkgs\nbugs\t: x\n", true},
		{"processor\t: 0\nflags\t\t: fpu fred\n", true},
		{"processor\t: 0\nflags\t\t: fred", true},
		/* Another flag that begins alike does not hide it. */
		{"processor\t: 0\nflags\t\t: fredx fred\n", true},
		{"processor\t: 0\nflags\t\t: fpu xfred fred2\n", false},
		{"processor\t: 0\nflags\t\t: fpu\nbugs\t: fred\n", false},
		{"processor\t: 0\nvmx flags\t: fred\nflags\t: fpu\n", false},
		{"model name\t: fred\n", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (host_text_cpu_has(cases[i].text, "flags", "fred") !=
		    cases[i].found)
			fail_msg("case %zu", i);
}

static void vendors(void **state)
{
	(void)state;
	assert_int_equal(host_text_cpu_vendor(
				 "processor\t: 0\nvendor_id\t: GenuineIntel\n"),
			 CPU_INTEL);
	assert_int_equal(host_text_cpu_vendor(
				 "processor\t: 0\nvendor_id\t: AuthenticAMD\n"),
			 CPU_AMD);
	assert_int_equal(host_text_cpu_vendor(
				 "processor\t: 0\nvendor_id\t: HygonGenuine\n"),
			 CPU_AMD);
	assert_int_equal(host_text_cpu_vendor(
				 "processor\t: 0\nvendor_id\t: CentaurHauls\n"),
			 CPU_INTEL);
	/* Whoever starts a VM names its model. */
	assert_int_equal(host_text_cpu_vendor(
				 "processor\t: 0\nvendor_id\t: AuthenticAMD\n"
				 "model name\t: GenuineIntel\n"),
			 CPU_AMD);
	assert_int_equal(host_text_cpu_vendor("processor\t: 0\nvendor_id\t: x\n"
					      "model name\t: GenuineIntel\n"),
			 CPU_OTHER);
	assert_int_equal(host_text_cpu_vendor(""), CPU_OTHER);
}

static void targets_of_links(void **state)
{
	char name[9];

	(void)state;
	host_text_link("../../../bus/pci/drivers/vfio-pci", name, sizeof(name));
	assert_string_equal(name, "vfio-pci");
	host_text_link("a/longer_than_that", name, sizeof(name));
	assert_string_equal(name, "longer_t");
	host_text_link("vfio-pci", name, sizeof(name));
	assert_string_equal(name, "");
	host_text_link("", name, sizeof(name));
	assert_string_equal(name, "");
}

static void kernel_threads(void **state)
{
	(void)state;
	assert_true(host_text_is_kernel_thread(
		"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0\n"));
	assert_true(host_text_is_kernel_thread(
		"15 (a) S 0 0) I 2 0 0 0 -1 69238880 0\n"));
	/* A process can have any name. */
	assert_false(host_text_is_kernel_thread(
		"2 (kthreadd) S 1 2 2 0 -1 4194560 0 0 0 0\n"));
	assert_false(host_text_is_kernel_thread(
		"2 (S 0 0 0 0 -1 2129984 0) S 1 2 2 0 -1 4194560 0 0\n"));
	assert_false(host_text_is_kernel_thread("2 (kthreadd) S 0 0 0 0 -1"));
	assert_false(host_text_is_kernel_thread("2 (kthreadd)"));
	assert_false(host_text_is_kernel_thread(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(irq_numbers),
		cmocka_unit_test(wrong_irq_numbers),
		cmocka_unit_test(kinds_and_switches),
		cmocka_unit_test(flags_of_cpus),
		cmocka_unit_test(vendors),
		cmocka_unit_test(targets_of_links),
		cmocka_unit_test(kernel_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
