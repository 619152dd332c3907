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

/* "intel", "amd", NULL for none. */
const char *iommu_kind_name(enum iommu_kind kind);

/*
 * Does an IOMMU with these capabilities post? @text is a reading of its
 * attribute: intel-iommu/cap (VT-d specification, "Capability Register", bit
 * 59), amd-iommu/features (AMD IOMMU specification, "Extended Feature
 * Register", GASup and GAMSup).
 */
enum known intel_can_post(const char *text);
enum known amd_can_post(const char *text);

/*
 * Does the last intremap= word on a kernel's command line that speaks of
 * posting turn it off (setup_irqremap() of drivers/iommu/irq_remapping.c)?
 */
enum known cmdline_says_nopost(const char *cmdline);

#endif
