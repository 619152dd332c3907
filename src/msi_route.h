/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The message that KVM routes an irqfd's interrupt to, taken apart as by
 * kvm_set_msi_irq() of arch/x86/kvm (Intel SDM vol. 3, "Message Signalled
 * Interrupts").
 */
#ifndef PITRACE_MSI_ROUTE_H
#define PITRACE_MSI_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

/* Delivery modes that KVM posts; the others have names only. */
#define DELIVERY_FIXED  0u
#define DELIVERY_LOWEST 1u
#define DELIVERY_MODES  8

struct msi_route {
	uint64_t address;
	uint32_t data;
	uint32_t destination; /* APIC id, or a mask if it is logical */
	bool logical;
	bool redirection_hint; /* to one of several: as DELIVERY_LOWEST */
	unsigned int delivery_mode;
	int vector;
};

/* @extended: the upper half of the address holds more of the destination. */
void msi_route_decode(uint32_t address_lo, uint32_t address_hi, uint32_t data,
		      bool extended, struct msi_route *route);

/* "fixed", "lowest_priority", "smi", "nmi", "init", "extint", "reserved". */
const char *delivery_mode_name(unsigned int delivery_mode);

#endif
