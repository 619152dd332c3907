// SPDX-License-Identifier: GPL-2.0-only
#include "reasons.h"

static const struct {
	const char *word;
	const char *sentence;
} texts[REASON_COUNT] = {
	[REASON_HOST_MANAGED] =
		{"host_managed",
		 "a driver of the host has the device, not VFIO"},
	[REASON_UNUSED] = {"unused",
			   "VFIO was given no eventfd for this vector"},
	[REASON_MASKED] = {"masked",
			   "the vector is masked, nothing is delivered now"},
	[REASON_REMAPPING_OFF] =
		{"remapping_off",
		 "no IOMMU remaps this interrupt, so none can post it"},
	[REASON_POSTING_DISABLED] =
		{"posting_disabled",
		 "posting is off by a kernel argument, as intremap=nopost"},
	[REASON_IOMMU_NO_POSTING] =
		{"iommu_no_posting",
		 "an IOMMU of this host does not support posting"},
	[REASON_APICV_OFF] =
		{"apicv_off",
		 "APICv or AVIC is off by a parameter of KVM's module"},
	[REASON_DEVICE_POSTING_OFF] =
		{"device_posting_off",
		 "KVM's parameter enable_device_posted_irqs is off"},
	[REASON_IRQCHIP_USERSPACE] =
		{"irqchip_userspace",
		 "the VM's interrupt controller is not in the kernel"},
	[REASON_NO_IRQFD] =
		{"no_irqfd",
		 "no irqfd is on its eventfd: a process takes the interrupt"},
	[REASON_NO_ROUTE] = {"no_route",
			     "the irqfd's GSI has no route, or several"},
	[REASON_ROUTE_NOT_MSI] =
		{"route_not_msi",
		 "the irqfd's GSI leads to a pin or port, not to an MSI"},
	[REASON_DELIVERY_MODE] =
		{"delivery_mode",
		 "the guest's message is no ordinary interrupt (NMI, SMI ...)"},
	[REASON_SEVERAL_DESTINATIONS] =
		{"several_destinations",
		 "the guest's message goes to more than one vCPU"},
	[REASON_NO_DESTINATION] =
		{"no_destination",
		 "no vCPU has the APIC id that the guest's message goes to"},
	[REASON_APICV_INHIBITED] =
		{"apicv_inhibited",
		 "KVM has turned APICv or AVIC off for this VM"},
	[REASON_NO_ASSIGNED_DEVICE] =
		{"no_assigned_device",
		 "KVM was not told of a device (KVM_DEV_TYPE_VFIO)"},
	[REASON_BYPASS_NOT_JOINED] =
		{"bypass_not_joined",
		 "irqbypass has not joined VFIO's interrupt and the irqfd"},
	[REASON_UPDATE_FAILED] =
		{"update_failed",
		 "the last try to change the IOMMU's entry failed"},
	[REASON_UNKNOWN] = {"unknown",
			    "no cause was found, or it could not be read"},
};

enum reason reason_first(reason_set reasons)
{
	int reason = 0;

	while (reason < REASON_COUNT && !(reasons & REASON_BIT(reason)))
		reason++;
	return (enum reason)reason;
}

const char *reason_word(enum reason reason)
{
	return texts[reason].word;
}

const char *reason_sentence(enum reason reason)
{
	return texts[reason].sentence;
}
