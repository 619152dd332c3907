// SPDX-License-Identifier: GPL-2.0-only
/* Names of vectors and addresses of devices, against expressions for them. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vector_name.h"

#define HEX     "[0-9a-fA-F]"
#define ADDRESS "(" HEX "{4,8}:)?" HEX "{2}:[01]" HEX "\\.[0-7]"
#define NUMBER  "(0|[1-9][0-9]{0,2}|1[0-9]{3}|20[0-3][0-9]|204[0-7])"

/* What was read and is written again is read as the same. */
static void check_name(const struct vector_name *name)
{
	char address[PCI_ADDRESS_LEN], number[16], text[64];
	struct vector_name again;

	pci_address_format(&name->device, address);
	(void)snprintf(number, sizeof(number), "[%u]", name->vector);
	(void)snprintf(text, sizeof(text), "vfio-%s%s(%s)",
		       vector_kind_name(name->kind),
		       name->kind == VECTOR_INTX ? "" : number, address);
	REQUIRE(vector_name_parse(text, &again) == 0);
	REQUIRE(vector_name_compare(name, &again) == 0);
}

static void check_address(const char *text)
{
	static regex_t form;
	bool expected = fuzz_matches(&form, "^" ADDRESS "$", text);
	struct pci_address address, again;
	char written[PCI_ADDRESS_LEN];

	if (pci_address_parse(text, &address) != 0) {
		REQUIRE(!expected);
		return;
	}
	REQUIRE(expected);
	pci_address_format(&address, written);
	REQUIRE(strlen(written) < sizeof(written));
	REQUIRE(pci_address_parse(written, &again) == 0);
	REQUIRE(pci_address_compare(&address, &again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static regex_t form;
	char *text = fuzz_string(data, size);
	bool expected = fuzz_matches(
		&form, "^vfio-(msix?\\[" NUMBER "\\]|intx)\\(" ADDRESS "\\)$",
		text);
	struct vector_name name;
	int err = vector_name_parse(text, &name);

	REQUIRE(err == (expected ? 0 : -EINVAL));
	if (!err)
		check_name(&name);
	check_address(text);
	free(text);
	return 0;
}
