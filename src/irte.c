// SPDX-License-Identifier: GPL-2.0-only
#include "irte.h"

#define PRESENT             (UINT64_C(1) << 0)

#define INTEL_POSTED        (UINT64_C(1) << 15)
#define INTEL_VECTOR_SHIFT  16
#define INTEL_ADDRESS_HIGH  UINT64_C(0xffffffff00000000)
#define INTEL_ADDRESS_LOW   38 /* where bits 31 to 6 stand */
#define INTEL_ADDRESS_ALIGN 6

#define AMD_GUEST_MODE      (UINT64_C(1) << 7)
#define AMD_ADDRESS         UINT64_C(0x000ffffffffff000)

static void decode(struct irte *irte, bool posted, uint64_t descriptor,
		   uint64_t vector)
{
	irte->descriptor = 0;
	irte->vector = -1;
	irte->mode = IRTE_NONE;
	if (!(irte->low & PRESENT))
		return;
	irte->mode = posted ? IRTE_POSTED : IRTE_REMAPPED;
	if (!posted)
		return;
	irte->descriptor = descriptor;
	irte->vector = (int)(vector & 0xff);
}

void irte_decode_intel(struct irte *irte)
{
	uint64_t low = irte->low >> INTEL_ADDRESS_LOW << INTEL_ADDRESS_ALIGN;

	decode(irte, irte->low & INTEL_POSTED,
	       (irte->high & INTEL_ADDRESS_HIGH) | low,
	       irte->low >> INTEL_VECTOR_SHIFT);
}

void irte_decode_amd(struct irte *irte)
{
	decode(irte, irte->low & AMD_GUEST_MODE, irte->high & AMD_ADDRESS,
	       irte->high);
}

void irte_decode_amd_legacy(struct irte *irte)
{
	decode(irte, false, 0, 0);
}

const char *irte_mode_name(enum irte_mode mode)
{
	static const char *const names[] = {
		[IRTE_UNKNOWN] = "unknown",       [IRTE_NONE] = "none",
		[IRTE_REMAPPED] = "remapped",     [IRTE_POSTED] = "posted",
		[IRTE_POSTED_MSI] = "posted_msi",
	};

	return names[mode];
}
