// SPDX-License-Identifier: GPL-2.0-only
#include "pci_address.h"

#include <errno.h>
#include <stdio.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Reads @min to @max hex digits and @end behind them. Returns the text behind
 * that, NULL if it is not there or the number is above @limit.
 */
static const char *hex_field(const char *text, unsigned int min,
			     unsigned int max, char end, uint32_t limit,
			     uint32_t *value)
{
	unsigned int digits = 0;

	*value = 0;
	while (digits < max && hex_digit(*text) >= 0) {
		*value = *value << 4 | (uint32_t)hex_digit(*text++);
		digits++;
	}
	if (digits < min || *text != end || *value > limit)
		return NULL;
	return end ? text + 1 : text;
}

int pci_address_parse(const char *text, struct pci_address *address)
{
	uint32_t domain, bus, device, function;
	const char *rest;

	/* Two digits and a colon can only be the bus of the short form. */
	rest = hex_field(text, 4, 8, ':', UINT32_MAX, &domain);
	if (rest)
		text = rest;
	else
		domain = 0;
	text = hex_field(text, 2, 2, ':', 0xff, &bus);
	if (text)
		text = hex_field(text, 2, 2, '.', 0x1f, &device);
	if (text)
		text = hex_field(text, 1, 1, '\0', 7, &function);
	if (!text)
		return -EINVAL;
	*address = (struct pci_address){
		.domain = domain,
		.bus = (uint8_t)bus,
		.device = (uint8_t)device,
		.function = (uint8_t)function,
	};
	return 0;
}

void pci_address_format(const struct pci_address *address,
			char text[PCI_ADDRESS_LEN])
{
	/* The masks change nothing valid; they show that it always fits. */
	snprintf(text, PCI_ADDRESS_LEN, "%04x:%02x:%02x.%u",
		 (unsigned int)address->domain, (unsigned int)address->bus,
		 address->device & 0x1fu, address->function & 7u);
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int pci_address_compare(const struct pci_address *a,
			const struct pci_address *b)
{
	int order = compare(a->domain, b->domain);

	if (!order)
		order = compare(a->bus, b->bus);
	if (!order)
		order = compare(a->device, b->device);
	return order ? order : compare(a->function, b->function);
}
