/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses of PCI devices: domain, bus, device, function. */
#ifndef PITRACE_PCI_ADDRESS_H
#define PITRACE_PCI_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/* "ffffffff:ff:1f.7" and its end. */
#define PCI_ADDRESS_LEN 17

struct pci_address {
	uint32_t domain;
	uint8_t bus;
	uint8_t device;
	uint8_t function;
};

/*
 * Reads "0000:03:00.0", or "03:00.0" in domain 0000 as lspci has it. Nothing
 * may follow. Returns 0 or -EINVAL.
 */
int pci_address_parse(const char *text, struct pci_address *address);

/* Writes the form the kernel's pci_name() has, "%04x:%02x:%02x.%d". */
void pci_address_format(const struct pci_address *address,
			char text[PCI_ADDRESS_LEN]);

/* Orders as lspci does; less than, equal to or greater than 0. */
int pci_address_compare(const struct pci_address *a,
			const struct pci_address *b);

#endif
