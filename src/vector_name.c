// SPDX-License-Identifier: GPL-2.0-only
#include "vector_name.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* An MSI-X table has at most 2048 entries (PCI Express 6.0, 7.7.2.2). */
#define VECTOR_MAX 2047u

static const struct name_form {
	const char *prefix;
	enum vector_kind kind;
	bool numbered;
} forms[] = {
	{"vfio-msix[", VECTOR_MSIX, true},
	{"vfio-msi[", VECTOR_MSI, true},
	{"vfio-intx", VECTOR_INTX, false},
};

/* Reads "3]" as the kernel's %d prints it. Returns what is behind, or NULL. */
static const char *vector_number(const char *text, unsigned int *vector)
{
	const char *start = text;

	*vector = 0;
	while (*text >= '0' && *text <= '9' && *vector <= VECTOR_MAX)
		*vector = *vector * 10 + (unsigned int)(*text++ - '0');
	if (text == start || *text != ']' || *vector > VECTOR_MAX)
		return NULL;
	if (*start == '0' && text - start > 1)
		return NULL;
	return text + 1;
}

/* Reads "(0000:03:00.0)" and the end. */
static int device_in_brackets(const char *text, struct pci_address *device)
{
	char address[PCI_ADDRESS_LEN];
	size_t len;

	if (*text != '(')
		return -EINVAL;
	text++;
	len = strcspn(text, ")");
	if (len >= sizeof(address) || text[len] != ')' || text[len + 1])
		return -EINVAL;
	memcpy(address, text, len);
	address[len] = '\0';
	return pci_address_parse(address, device);
}

int vector_name_parse(const char *text, struct vector_name *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t len = strlen(forms[i].prefix);
		struct vector_name found = {.kind = forms[i].kind};

		if (strncmp(text, forms[i].prefix, len) != 0)
			continue;
		text += len;
		if (forms[i].numbered)
			text = vector_number(text, &found.vector);
		if (!text || device_in_brackets(text, &found.device) < 0)
			return -EINVAL;
		*name = found;
		return 0;
	}
	return -EINVAL;
}

static int compare(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

int vector_name_compare(const struct vector_name *a,
			const struct vector_name *b)
{
	int order = pci_address_compare(&a->device, &b->device);

	if (!order)
		order = compare(a->kind, b->kind);
	return order ? order : compare(a->vector, b->vector);
}

void vector_name_format(const struct vector_name *name, char *text, size_t size)
{
	const char *kind = vector_kind_name(name->kind);

	if (name->kind == VECTOR_INTX)
		(void)snprintf(text, size, "%s", kind);
	else
		(void)snprintf(text, size, "%s %u", kind, name->vector);
}

const char *vector_kind_name(enum vector_kind kind)
{
	static const char *const names[] = {
		[VECTOR_MSIX] = "msix",
		[VECTOR_MSI] = "msi",
		[VECTOR_INTX] = "intx",
	};

	return names[kind];
}
