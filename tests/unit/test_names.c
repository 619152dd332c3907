// SPDX-License-Identifier: GPL-2.0-only
/* Addresses of devices and names of vectors. */
#include "support.h"

#include <errno.h>
#include <string.h>

#include "pci_address.h"
#include "vector_name.h"

static void address_is_read(void **state)
{
	static const struct {
		const char *text;
		struct pci_address address;
	} cases[] = {
		{"0000:03:00.0", {0, 3, 0, 0}},
		{"03:00.0", {0, 3, 0, 0}},
		{"c8:1f.7", {0, 0xc8, 0x1f, 7}},
		{"C8:1F.7", {0, 0xc8, 0x1f, 7}},
		{"10000:e1:00.0", {0x10000, 0xe1, 0, 0}},
		{"ffffffff:ff:1f.7", {0xffffffff, 0xff, 0x1f, 7}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_address address;

		assert_int_equal(pci_address_parse(cases[i].text, &address), 0);
		assert_int_equal(
			pci_address_compare(&address, &cases[i].address), 0);
	}
}

static void wrong_address_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		":",
		"03",
		"03:00",
		"03:00.",
		"03:00.8",
		"03:20.0",
		"3:00.0",
		"03:0.0",
		"103:00.0",
		"0000:03:00.0 ",
		" 0000:03:00.0",
		"0000:03:00.00",
		"0000:03:00.0x",
		"000:03:00.0",
		"0000:0g:00.0",
		"123456789:03:00.0",
		"0000:03:00:0",
		"0000::00.0",
		"-000:03:00.0",
		"0x00:03:00.0",
		"0000:03:00,0",
		"0000:03:00.-1",
		"0000:0003:00.0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_address address = {1, 2, 3, 4};

		if (pci_address_parse(cases[i], &address) != -EINVAL)
			fail_msg("'%s' was taken", cases[i]);
		assert_int_equal(address.domain, 1);
	}
}

static void address_survives_a_round_trip(void **state)
{
	static const char *const cases[] = {"0000:03:00.0", "10000:e1:00.0",
					    "ffffffff:ff:1f.7", "0001:00:02.3"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_address address;
		char text[PCI_ADDRESS_LEN];

		assert_int_equal(pci_address_parse(cases[i], &address), 0);
		pci_address_format(&address, text);
		assert_string_equal(text, cases[i]);
	}
}

static void addresses_are_ordered(void **state)
{
	static const struct pci_address sorted[] = {
		{0, 0, 0, 0},          {0, 0, 0, 7},    {0, 0, 1, 0},
		{0, 1, 0, 0},          {0, 0xff, 0, 0}, {1, 0, 0, 0},
		{UINT32_MAX, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(sorted); j++) {
			int order = pci_address_compare(&sorted[i], &sorted[j]);

			assert_int_equal(order < 0, i < j);
			assert_int_equal(order > 0, i > j);
		}
	}
}

static void vector_name_is_read(void **state)
{
	static const struct {
		const char *text;
		enum vector_kind kind;
		unsigned int vector;
	} cases[] = {
		{"vfio-msix[0](0000:03:00.0)", VECTOR_MSIX, 0},
		{"vfio-msix[2047](0000:03:00.0)", VECTOR_MSIX, 2047},
		{"vfio-msi[31](0000:03:00.0)", VECTOR_MSI, 31},
		{"vfio-intx(0000:03:00.0)", VECTOR_INTX, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vector_name name;

		assert_int_equal(vector_name_parse(cases[i].text, &name), 0);
		assert_int_equal(name.kind, cases[i].kind);
		assert_int_equal(name.vector, cases[i].vector);
		assert_int_equal(name.device.bus, 3);
	}
}

static void wrong_vector_name_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"vfio",
		"vfio-msix",
		"vfio-msix[",
		"vfio-msix[]",
		"vfio-msix[](0000:03:00.0)",
		"vfio-msix[0]",
		"vfio-msix[0](",
		"vfio-msix[0]()",
		"vfio-msix[0](0000:03:00.0",
		"vfio-msix[0](0000:03:00.0))",
		"vfio-msix[0](0000:03:00.0) ",
		"vfio-msix[2048](0000:03:00.0)",
		"vfio-msix[99999999999999999999](0000:03:00.0)",
		"vfio-msix[-1](0000:03:00.0)",
		"vfio-msix[00](0000:03:00.0)",
		"vfio-msix[+1](0000:03:00.0)",
		"vfio-msi(0000:03:00.0)",
		"vfio-intx[0](0000:03:00.0)",
		"vfio-intx(0000:03:00.0",
		"xvfio-intx(0000:03:00.0)",
		"vfio-req(0000:03:00.0)",
		"vfio-intx(0000:03:00.0:0000:03:00.0)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vector_name name;

		if (vector_name_parse(cases[i], &name) != -EINVAL)
			fail_msg("'%s' was taken", cases[i]);
	}
}

/* Every beginning of a name is not a name. */
static void cut_vector_name_is_refused(void **state)
{
	const char whole[] = "vfio-msix[17](0000:03:00.0)";

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char cut[sizeof(whole)] = "";
		struct vector_name name;

		memcpy(cut, whole, len);
		assert_int_equal(vector_name_parse(cut, &name), -EINVAL);
	}
}

static void vector_name_is_formatted(void **state)
{
	static const struct {
		struct vector_name name;
		const char *text;
	} cases[] = {
		{{{0, 3, 0, 0}, VECTOR_MSIX, 0}, "msix 0"},
		{{{0, 3, 0, 0}, VECTOR_MSIX, 2047}, "msix 2047"},
		{{{0, 3, 0, 0}, VECTOR_MSI, 31}, "msi 31"},
		{{{0, 3, 0, 0}, VECTOR_INTX, 0}, "intx"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[16];

		vector_name_format(&cases[i].name, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		vector_name_format(&cases[i].name, text, 4);
		assert_memory_equal(text, cases[i].text, 3);
		assert_int_equal(text[3], '\0');
	}
}

static void vector_names_are_ordered(void **state)
{
	static const struct vector_name sorted[] = {
		{{0, 3, 0, 0}, VECTOR_MSIX, 0},
		{{0, 3, 0, 0}, VECTOR_MSIX, 9},
		{{0, 3, 0, 0}, VECTOR_MSIX, 10},
		{{0, 3, 0, 0}, VECTOR_MSIX, UINT32_MAX},
		{{0, 3, 0, 0}, VECTOR_MSI, 0},
		{{0, 3, 0, 0}, VECTOR_INTX, 0},
		{{0, 3, 0, 1}, VECTOR_MSIX, 0},
		{{1, 0, 0, 0}, VECTOR_MSIX, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(sorted); j++) {
			int order = vector_name_compare(&sorted[i], &sorted[j]);

			assert_int_equal(order < 0, i < j);
			assert_int_equal(order > 0, i > j);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_is_read),
		cmocka_unit_test(wrong_address_is_refused),
		cmocka_unit_test(address_survives_a_round_trip),
		cmocka_unit_test(addresses_are_ordered),
		cmocka_unit_test(vector_name_is_read),
		cmocka_unit_test(wrong_vector_name_is_refused),
		cmocka_unit_test(cut_vector_name_is_refused),
		cmocka_unit_test(vector_name_is_formatted),
		cmocka_unit_test(vector_names_are_ordered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
