/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of the interrupt-remapping tables, decoded from their words.
 * Intel: VT-d specification, "Interrupt Remapping Table Entry for Remapped
 * Interrupts" and "... for Posted Interrupts". AMD: IOMMU specification,
 * "Interrupt Remapping Table Entry", basic and with guest virtual APIC.
 */
#ifndef PITRACE_IRTE_H
#define PITRACE_IRTE_H

#include <stdbool.h>
#include <stdint.h>

enum irte_mode {
	IRTE_UNKNOWN, /* there is one, and it could not be read */
	IRTE_NONE, /* no remapping, or the entry is not valid */
	IRTE_REMAPPED, /* to a host CPU */
	IRTE_POSTED, /* to a vCPU's descriptor */
	IRTE_POSTED_MSI, /* to a descriptor of the host's own CPUs */
};

struct irte {
	enum irte_mode mode;
	bool words_known;
	uint64_t high, low; /* high is 0 where an entry has no such word */
	int index; /* in the table; -1: unknown */
	/* Of one that is posted, either way. */
	uint64_t descriptor; /* physical address; on AMD of the vAPIC page */
	int vector; /* that is posted; -1 otherwise */
};

/* Sets mode, descriptor and vector by the words, which are known. */
void irte_decode_intel(struct irte *irte);
void irte_decode_amd(struct irte *irte);

/* Of AMD's format without a high word, in which nothing can be posted. */
void irte_decode_amd_legacy(struct irte *irte);

/* "unknown", "none", "remapped", "posted", "posted_msi". */
const char *irte_mode_name(enum irte_mode mode);

#endif
