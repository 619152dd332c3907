/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a host as a whole allows: can its IOMMUs post, does KVM want it? Plain
 * data; each field can be unknown.
 */
#ifndef PITRACE_HOST_POSTING_H
#define PITRACE_HOST_POSTING_H

#include <stdbool.h>
#include <stdint.h>

#include "host_text.h"

/* AMD_IOMMU_GUEST_IR_VAPIC: drivers/iommu/amd/amd_iommu_types.h */
#define AMD_GUEST_IR_VAPIC 2

enum iommu_kind {
	IOMMU_NONE,
	IOMMU_INTEL,
	IOMMU_AMD
};

struct host_posting {
	enum iommu_kind iommu;
	/* All of them: the kernel wants all. Not known of IOMMU_NONE. */
	enum known iommu_can_post;
	enum known posting_disabled; /* intremap=nopost */
	enum known apicv; /* enable_apicv or avic */
	enum known device_posting; /* enable_device_posted_irqs, from 6.17 */
	bool kvm_loaded; /* kvm itself, without which there are no irqfds */
	const char *kvm_module; /* "kvm_intel", "kvm_amd"; NULL: none */
};

/* Reads sysfs and the kernel's command line. */
void host_posting_read(struct host_posting *host);

/*
 * Adds the kernel's own word, where sysfs leaves the question open. The driver
 * keeps @amd_guest_ir (amd_iommu_guest_ir, FACT_UNKNOWN if it could not be
 * read) at AMD_GUEST_IR_VAPIC only if every unit can post. Another value proves
 * nothing of the hardware, since a kernel argument sets it as well.
 */
void host_posting_learn(struct host_posting *host, int amd_guest_ir);

/* "intel", "amd", NULL for none. */
const char *iommu_kind_name(enum iommu_kind kind);

/*
 * Does an IOMMU with these capabilities post? @text is a reading of its
 * attribute: intel-iommu/cap (VT-d specification, "Capability Register", bit
 * 59), amd-iommu/features (AMD IOMMU specification, "Extended Feature
 * Register", GASup and GAMSup). The latter may hold the "Extended Feature 2
 * Register" as well, in an order that is the kernel's: 6.1 prints the second
 * register first, 6.12 last (amd_iommu_show_features()). NOT_KNOWN where the
 * answer depends on that order.
 */
enum known intel_can_post(const char *text);
enum known amd_can_post(const char *text);

/*
 * Does the last intremap= word on a kernel's command line that speaks of
 * posting turn it off (setup_irqremap() of drivers/iommu/irq_remapping.c)?
 */
enum known cmdline_says_nopost(const char *cmdline);

#endif
