// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "configured.h"

/* KVM_IRQ_ROUTING_*: include/uapi/linux/kvm.h */
#define KVM_ROUTING_IRQCHIP 1
#define KVM_ROUTING_MSI     2

#define ENTRY_BYTES_LEGACY  4

const char *configured_path_name(enum configured_path path)
{
	static const char *const names[] = {
		[CONFIGURED_UNKNOWN] = "unknown",
		[CONFIGURED_POSTED] = "posted",
		[CONFIGURED_IRQFD] = "irqfd",
		[CONFIGURED_EVENTFD] = "eventfd",
		[CONFIGURED_MASKED] = "masked",
		[CONFIGURED_UNUSED] = "unused",
		[CONFIGURED_HOST] = "host",
	};

	return names[path];
}

const char *route_kind_name(enum route_kind kind)
{
	static const char *const names[] = {
		[ROUTE_UNKNOWN] = NULL,  [ROUTE_NONE] = "none",
		[ROUTE_MSI] = "msi",     [ROUTE_IRQCHIP] = "irqchip",
		[ROUTE_OTHER] = "other",
	};

	return names[kind];
}

void configured_unknown(struct configured *c)
{
	*c = (struct configured){
		.path = CONFIGURED_UNKNOWN,
		.reasons = REASON_BIT(REASON_UNKNOWN),
		.irte = {.mode = IRTE_UNKNOWN, .index = -1, .vector = -1},
		.guest_vector = -1,
		.vcpu = -1,
		.gsi = -1,
		.route_vcpus = -1,
		.bypass_joined = NOT_KNOWN,
	};
}

void configured_unused(struct configured *c)
{
	configured_unknown(c);
	c->path = CONFIGURED_UNUSED;
	c->reasons = REASON_BIT(REASON_UNUSED);
	c->irte.mode = IRTE_NONE;
}

/* --- facts --- */

/* The kernel's own notes tell a vCPU's descriptor from one of the host's. */
static enum irte_mode posted_mode(const struct inspect_answer *answer)
{
	if (answer->noted_msi > 0)
		return IRTE_POSTED_MSI;
	/* Some kernels post to either and have one note for both. */
	if (answer->noted_msi < 0 && answer->posts_to_host)
		return answer->descriptor_vcpu >= 0 ? IRTE_POSTED
						    : IRTE_POSTED_MSI;
	return answer->noted_vcpu == 0 ? IRTE_UNKNOWN : IRTE_POSTED;
}

static void interpret_entry(const struct inspect_answer *answer,
			    struct irte *irte)
{
	irte->index = answer->entry_index;
	if (answer->chip == REMAPPING_NONE)
		irte->mode = IRTE_NONE;
	if (!answer->entry_bytes)
		return;
	irte->words_known = true;
	irte->low = answer->low;
	irte->high = answer->high;
	if (answer->chip == REMAPPING_INTEL)
		irte_decode_intel(irte);
	else if (answer->entry_bytes == ENTRY_BYTES_LEGACY)
		irte_decode_amd_legacy(irte);
	else
		irte_decode_amd(irte);
	if (irte->mode == IRTE_POSTED && answer->chip == REMAPPING_INTEL)
		irte->mode = posted_mode(answer);
}

static enum route_kind route_kind_of(int type)
{
	switch (type) {
	case FACT_UNKNOWN:
		return ROUTE_UNKNOWN;
	case 0:
		return ROUTE_NONE;
	case KVM_ROUTING_IRQCHIP:
		return ROUTE_IRQCHIP;
	case KVM_ROUTING_MSI:
		return ROUTE_MSI;
	default:
		return ROUTE_OTHER;
	}
}

static void interpret_irqfd(const struct inspect_answer *answer,
			    struct configured *c)
{
	if (!answer->irqfd)
		return;
	c->gsi = answer->gsi;
	c->route_kind = route_kind_of(answer->route_type);
	c->bypass_joined = answer->has_producer > 0 ? KNOWN_YES : KNOWN_NO;
	if (c->route_kind != ROUTE_MSI)
		return;
	msi_route_decode(answer->msi_address_lo, answer->msi_address_hi,
			 answer->msi_data, answer->x2apic_format > 0,
			 &c->route);
	c->route_vcpus = answer->route_vcpus;
	c->guest_vector = c->route.vector;
	c->vcpu = answer->route_vcpu;
}

static void interpret_vm(const struct inspect_answer *answer,
			 struct configured *c)
{
	if (!answer->kvm)
		return;
	c->vm.known = answer->vm_pid != 0;
	c->vm.pid = answer->vm_pid;
	c->vm_by_device = answer->vm_by_device;
	c->inhibits_known = answer->has_inhibits > 0;
	c->inhibits = answer->apicv_inhibits;
}

/* Where the entry points decides, not what the route says. */
static void interpret_target(const struct inspect_answer *answer,
			     struct configured *c)
{
	if (c->irte.mode != IRTE_POSTED)
		return;
	c->guest_vector = c->irte.vector;
	c->vcpu = answer->descriptor_vcpu;
	if (c->vcpu < 0)
		c->vcpu = answer->bypass_vcpu;
}

static bool is_masked(const struct inspect_answer *answer,
		      const struct inspect_setting *setting)
{
	return answer->intx_masked > 0 || answer->state & setting->masked_bits;
}

/* Without KVM there are none to be seen. */
static bool sees_irqfds(const struct inspect_answer *answer,
			const struct inspect_setting *setting)
{
	return answer->knows_irqfds || !setting->host->kvm_loaded;
}

static enum configured_path find_path(const struct inspect_answer *answer,
				      const struct inspect_setting *setting,
				      const struct configured *c)
{
	bool by_vfio = answer->action[0];

	if (answer->torn)
		return CONFIGURED_UNKNOWN;
	if (!by_vfio && answer->has_action)
		return CONFIGURED_HOST;
	if (!by_vfio)
		return setting->is_vfio ? CONFIGURED_UNUSED : CONFIGURED_HOST;
	/* A masked vector's device is told to be silent: nothing is posted. */
	if (is_masked(answer, setting))
		return CONFIGURED_MASKED;
	if (c->irte.mode == IRTE_POSTED)
		return CONFIGURED_POSTED;
	if (!answer->irqfd && !sees_irqfds(answer, setting))
		return CONFIGURED_UNKNOWN;
	/* What has an irqfd may be posted by an entry that cannot be read. */
	if (answer->irqfd && c->irte.mode == IRTE_UNKNOWN &&
	    setting->host->iommu_can_post != KNOWN_NO)
		return CONFIGURED_UNKNOWN;
	return answer->irqfd ? CONFIGURED_IRQFD : CONFIGURED_EVENTFD;
}

/* --- reasons --- */

static reason_set add(bool holds, enum reason reason)
{
	return holds ? REASON_BIT(reason) : 0;
}

static reason_set reasons_of_host(const struct inspect_answer *answer,
				  const struct inspect_setting *setting)
{
	const struct host_posting *host = setting->host;
	bool amd_off = host->iommu == IOMMU_AMD &&
		       host->iommu_can_post == KNOWN_YES &&
		       setting->amd_guest_ir >= 0 &&
		       setting->amd_guest_ir != AMD_GUEST_IR_VAPIC;
	/* KVM clears this parameter itself where one of these is so. */
	bool follows = host->posting_disabled == KNOWN_YES ||
		       host->iommu_can_post == KNOWN_NO ||
		       host->apicv == KNOWN_NO;

	return add(answer->chip == REMAPPING_NONE, REASON_REMAPPING_OFF) |
	       add(host->posting_disabled == KNOWN_YES || amd_off,
		   REASON_POSTING_DISABLED) |
	       add(host->iommu_can_post == KNOWN_NO &&
			   answer->chip != REMAPPING_NONE,
		   REASON_IOMMU_NO_POSTING) |
	       add(host->apicv == KNOWN_NO, REASON_APICV_OFF) |
	       add(host->device_posting == KNOWN_NO && !follows,
		   REASON_DEVICE_POSTING_OFF);
}

/* Intel's code posts to a vCPU whether or not its APICv is inhibited. */
static bool heeds_inhibits(const struct host_posting *host)
{
	return !host->kvm_module || strcmp(host->kvm_module, "kvm_intel") != 0;
}

static reason_set reasons_of_vm(const struct inspect_answer *answer,
				const struct host_posting *host)
{
	if (!answer->kvm)
		return 0;
	return add(answer->irqchip_mode == 0, REASON_IRQCHIP_USERSPACE) |
	       add(answer->has_inhibits > 0 && answer->apicv_inhibits &&
			   heeds_inhibits(host),
		   REASON_APICV_INHIBITED) |
	       add(answer->assigned_devices == 0, REASON_NO_ASSIGNED_DEVICE);
}

/*
 * To one of several vCPUs (lowest priority) is no obstacle: KVM picks one by
 * the vector and posts to it, unless all are meant.
 */
static reason_set reasons_of_message(const struct inspect_answer *answer,
				     const struct msi_route *route)
{
	bool to_any = route->delivery_mode == DELIVERY_LOWEST ||
		      route->redirection_hint;

	return add(route->delivery_mode != DELIVERY_FIXED &&
			   route->delivery_mode != DELIVERY_LOWEST,
		   REASON_DELIVERY_MODE) |
	       add(answer->route_vcpus > 1 && (answer->is_broadcast || !to_any),
		   REASON_SEVERAL_DESTINATIONS) |
	       add(answer->route_vcpus == 0, REASON_NO_DESTINATION);
}

static reason_set reasons_of_irqfd(const struct inspect_answer *answer,
				   const struct inspect_setting *setting,
				   const struct configured *c)
{
	if (!answer->irqfd)
		return add(sees_irqfds(answer, setting), REASON_NO_IRQFD);
	switch (c->route_kind) {
	case ROUTE_NONE:
		return REASON_BIT(REASON_NO_ROUTE);
	case ROUTE_IRQCHIP:
	case ROUTE_OTHER:
		return REASON_BIT(REASON_ROUTE_NOT_MSI);
	case ROUTE_UNKNOWN:
		return 0;
	case ROUTE_MSI:
		break;
	}
	return reasons_of_message(answer, &c->route) |
	       add(c->bypass_joined == KNOWN_NO, REASON_BYPASS_NOT_JOINED);
}

static reason_set find_reasons(const struct inspect_answer *answer,
			       const struct inspect_setting *setting,
			       const struct configured *c)
{
	reason_set found;

	switch (c->path) {
	case CONFIGURED_POSTED:
		return 0;
	case CONFIGURED_HOST:
		return REASON_BIT(REASON_HOST_MANAGED);
	case CONFIGURED_UNUSED:
		return REASON_BIT(REASON_UNUSED);
	case CONFIGURED_UNKNOWN:
		return REASON_BIT(REASON_UNKNOWN);
	case CONFIGURED_MASKED:
	case CONFIGURED_IRQFD:
	case CONFIGURED_EVENTFD:
		break;
	}
	found = add(c->path == CONFIGURED_MASKED, REASON_MASKED) |
		reasons_of_host(answer, setting) |
		reasons_of_vm(answer, setting->host) |
		reasons_of_irqfd(answer, setting, c);
	return found ? found : REASON_BIT(REASON_UNKNOWN);
}

void configured_interpret(const struct inspect_answer *answer,
			  const struct inspect_setting *setting,
			  struct configured *c)
{
	configured_unknown(c);
	interpret_entry(answer, &c->irte);
	interpret_irqfd(answer, c);
	interpret_vm(answer, c);
	interpret_target(answer, c);
	c->path = find_path(answer, setting, c);
	c->reasons = find_reasons(answer, setting, c);
}

void configured_note_failure(struct configured *c, int error)
{
	if (c->path == CONFIGURED_POSTED || c->path == CONFIGURED_UNUSED ||
	    c->path == CONFIGURED_HOST)
		return;
	c->update_error = error;
	c->reasons |= REASON_BIT(REASON_UPDATE_FAILED);
	c->reasons &= ~REASON_BIT(REASON_UNKNOWN);
}
