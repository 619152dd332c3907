// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "doctor_judge.h"

/* --- devices --- */

static size_t count_kind(const struct device_vectors *device,
			 enum vector_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < device->count; i++)
		count += device->vectors[i].kind == kind;
	return count;
}

static void judge_vfio_device(const struct device_vectors *device,
			      const char *address, struct doctor_report *report)
{
	size_t msix = count_kind(device, VECTOR_MSIX);
	size_t msi = count_kind(device, VECTOR_MSI);

	if (msix || msi)
		(void)doctor_report_add(report, "device", address, DOCTOR_OK,
					"%s, %zu vector%s (%s)", device->driver,
					msix + msi, msix + msi == 1 ? "" : "s",
					msix ? "msix" : "msi");
	else
		(void)doctor_report_add(report, "device", address, DOCTOR_OK,
					"%s, no MSI or MSI-X is set up",
					device->driver);
}

static void judge_device(const struct device_vectors *device,
			 struct doctor_report *report)
{
	char address[PCI_ADDRESS_LEN];
	struct doctor_fact *fact;

	pci_address_format(&device->device, address);
	if (device->is_vfio) {
		judge_vfio_device(device, address, report);
		return;
	}
	fact = doctor_report_add(report, "device", address, DOCTOR_LIMITS,
				 "driver: %s",
				 *device->driver ? device->driver : "none");
	fact_consequence(fact, "its interrupts are not VFIO's, and are not "
			       "counted until they are");
	fact_remedy(fact, "bind it to vfio-pci");
}

static void judge_devices(const struct doctor_findings *findings,
			  struct doctor_report *report)
{
	struct doctor_fact *fact;

	for (size_t i = 0; i < findings->device_count; i++)
		judge_device(&findings->devices[i], report);
	if (findings->devices_error) {
		fact = doctor_report_add(report, "device", NULL, DOCTOR_UNKNOWN,
					 "/sys/bus/pci/devices: %s",
					 strerror(-findings->devices_error));
		fact_consequence(fact, "which devices VFIO has is unknown");
	} else if (!findings->device_count) {
		fact = doctor_report_add(report, "device", NULL, DOCTOR_LIMITS,
					 "VFIO has none");
		fact_consequence(fact, "there is nothing to count yet");
		fact_remedy(fact, "bind one to vfio-pci");
	}
}

/* --- what is between a device and a vCPU --- */

static void judge_iommu(const struct host_posting *posting,
			struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (posting->iommu != IOMMU_NONE) {
		(void)doctor_report_add(report, "iommu", NULL, DOCTOR_OK, "%s",
					iommu_kind_name(posting->iommu));
		return;
	}
	fact = doctor_report_add(report, "iommu", NULL, DOCTOR_LIMITS,
				 "none known to the kernel's sysfs");
	fact_consequence(fact, "no interrupt is remapped or posted");
	fact_remedy(fact, "turn it on in the firmware; boot with "
			  "intel_iommu=on or amd_iommu=on");
}

static void judge_remapping(enum known remapped, struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (remapped == KNOWN_YES) {
		(void)doctor_report_add(report, "remapping", NULL, DOCTOR_OK,
					"on");
		return;
	}
	fact = doctor_report_add(
		report, "remapping", NULL,
		remapped == KNOWN_NO ? DOCTOR_LIMITS : DOCTOR_UNKNOWN, "%s",
		remapped == KNOWN_NO
			? "off"
			: "no interrupt's chip in /sys/kernel/irq tells");
	if (remapped == NOT_KNOWN)
		return;
	fact_consequence(fact, "no interrupt is posted, and entries are none");
	fact_remedy(fact, "boot without intremap=off; turn it on in the "
			  "firmware");
}

static void judge_posting(const struct host_posting *posting,
			  struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (posting->iommu_can_post == NOT_KNOWN) {
		fact = doctor_report_add(report, "posting", NULL,
					 DOCTOR_UNKNOWN,
					 "no IOMMU tells what it can do");
		fact_consequence(fact, "why a vector is not posted may be "
				       "unknown");
	} else if (posting->iommu_can_post == KNOWN_NO) {
		fact = doctor_report_add(report, "posting", NULL, DOCTOR_LIMITS,
					 "an IOMMU cannot post");
		fact_consequence(fact, "every interrupt takes the host's "
				       "handler");
		fact_remedy(fact, "none but other hardware, or firmware that "
				  "does not hide it");
	} else if (posting->posting_disabled == KNOWN_YES) {
		fact = doctor_report_add(report, "posting", NULL, DOCTOR_LIMITS,
					 "turned off on the command line");
		fact_consequence(fact, "every interrupt takes the host's "
				       "handler");
		fact_remedy(fact, "boot without intremap=nopost or off");
	} else {
		fact = doctor_report_add(report, "posting", NULL, DOCTOR_OK,
					 "the IOMMU can post");
		fact_consequence(fact, "posted interrupts are shown, and "
				       "cannot be counted");
	}
}

static const char *apicv_parameter(const struct host_posting *posting)
{
	return strcmp(posting->kvm_module, "kvm_amd") ? "enable_apicv" : "avic";
}

static void judge_apicv(const struct host_posting *posting,
			struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!posting->kvm_module) {
		fact = doctor_report_add(
			report, "apicv", NULL, DOCTOR_UNKNOWN,
			"neither kvm_intel nor kvm_amd is loaded");
		fact_consequence(fact, "whether KVM would post is unknown");
		return;
	}
	if (posting->apicv == KNOWN_YES) {
		(void)doctor_report_add(report, "apicv", posting->kvm_module,
					DOCTOR_OK, "%s is on",
					apicv_parameter(posting));
		return;
	}
	fact = doctor_report_add(
		report, "apicv", posting->kvm_module,
		posting->apicv == KNOWN_NO ? DOCTOR_LIMITS : DOCTOR_UNKNOWN,
		"%s %s", apicv_parameter(posting),
		posting->apicv == KNOWN_NO ? "is off" : "cannot be read");
	fact_consequence(fact, posting->apicv == KNOWN_NO
				       ? "KVM has no interrupt posted"
				       : "whether KVM would post is unknown");
	if (posting->apicv == KNOWN_NO)
		fact_remedy(fact, "load %s with %s=1, if the CPU has it",
			    posting->kvm_module, apicv_parameter(posting));
}

/* Kernels before 6.17 have no such parameter, and post. */
static void judge_device_posting(const struct host_posting *posting,
				 struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (posting->device_posting == NOT_KNOWN)
		return;
	if (posting->device_posting == KNOWN_YES) {
		(void)doctor_report_add(report, "device_posted_irqs",
					posting->kvm_module, DOCTOR_OK, "on");
		return;
	}
	fact = doctor_report_add(report, "device_posted_irqs",
				 posting->kvm_module, DOCTOR_LIMITS, "off");
	fact_consequence(fact, "KVM has no device's interrupt posted");
	fact_remedy(fact, "load %s with enable_device_posted_irqs=1",
		    posting->kvm_module);
}

/* --- how handlers run --- */

static void judge_threads(const struct host_finding *host,
			  struct doctor_report *report)
{
	bool forced = host->is_realtime || host->threaded_handlers;
	struct doctor_fact *fact;

	(void)doctor_report_add(report, "preempt_rt", NULL, DOCTOR_OK, "%s",
				host->is_realtime ? "yes" : "no");
	if (!forced && host->cmdline_error) {
		fact = doctor_report_add(report, "threaded_handlers", NULL,
					 DOCTOR_UNKNOWN, "%s/cmdline: %s",
					 host->proc,
					 strerror(-host->cmdline_error));
		fact_consequence(fact, "if they are, interrupts in quick "
				       "succession count as one");
		return;
	}
	fact = doctor_report_add(report, "threaded_handlers", NULL,
				 forced ? DOCTOR_LIMITS : DOCTOR_OK, "%s",
				 host->is_realtime         ? "by PREEMPT_RT"
				 : host->threaded_handlers ? "by threadirqs"
							   : "no");
	if (!forced)
		return;
	fact_consequence(fact, "interrupts in quick succession can be one run "
			       "of the handler, and count as one");
	if (!host->is_realtime)
		fact_remedy(fact, "boot without threadirqs");
}

static void judge_fred(bool has_fred, struct doctor_report *report)
{
	struct doctor_fact *fact = doctor_report_add(
		report, "fred", NULL, DOCTOR_OK, "%s",
		has_fred ? "the CPU has it" : "the CPU does not have it");

	fact_consequence(fact,
			 has_fred ? "--stacks has those of notifications "
				    "(PIN, NPI)"
				  : "notifications (PIN, NPI) are counted, "
				    "without stacks");
}

void doctor_judge_interrupts(const struct doctor_findings *findings,
			     struct doctor_report *report)
{
	const struct host_finding *host = &findings->host;

	judge_devices(findings, report);
	judge_iommu(&host->posting, report);
	judge_remapping(host->remapped, report);
	judge_posting(&host->posting, report);
	judge_apicv(&host->posting, report);
	judge_device_posting(&host->posting, report);
	judge_threads(host, report);
	judge_fred(host->has_fred, report);
}
