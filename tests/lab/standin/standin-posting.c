// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irq.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include <asm/irq_remapping.h>
#include <asm/smp.h>

#include "standin-posting.h"

#define APIC_ID_ALL 0xff

/* Of kvm.ko, which exports it for the real module. */
DECLARE_TRACE(kvm_pi_irte_update,
	      TP_PROTO(unsigned int host_irq, unsigned int vcpu_id,
		       unsigned int gsi, unsigned int gvec, u64 pi_desc_addr,
		       bool set),
	      TP_ARGS(host_irq, vcpu_id, gsi, gvec, pi_desc_addr, set));

static LIST_HEAD(postings);

/* What the real function finds out from the VM's routes. */
static const struct posting *route;

/* Makes the next update fail. */
static int refusal;

/* Like the real one, it tells of the change before it is tried. */
noinline __noclone int vmx_pi_update_irte(struct kvm *kvm,
					  unsigned int host_irq,
					  uint32_t guest_irq, bool set)
{
	struct vcpu_data info = {
		.pi_desc_addr = descriptor_address(route->vcpu),
		.vector = route->gvec,
	};

	trace_kvm_pi_irte_update(host_irq, route->vcpu->vcpu_id, guest_irq,
				 info.vector, info.pi_desc_addr, set);
	if (refusal)
		return refusal;
	return irq_set_vcpu_affinity(host_irq, set ? &info : NULL);
}

int posting_apply(const struct posting *posting, bool set)
{
	route = posting;
	return vmx_pi_update_irte(posting->kvm, posting->irq, posting->gsi,
				  set);
}

int posting_refuse(const struct posting *posting, int error)
{
	int err;

	refusal = error;
	err = posting_apply(posting, true);
	refusal = 0;
	return err;
}

void posting_free(struct posting *posting)
{
	list_del(&posting->link);
	kvm_put_kvm(posting->kvm);
	kfree(posting);
}

struct posting *posting_new(unsigned int irq, unsigned int index)
{
	struct irqfd_target target;
	struct posting *posting;
	struct kvm_vcpu *vcpu;
	int err;

	err = irqfd_target_get(irq, &target);
	if (err)
		return ERR_PTR(err);
	vcpu = vcpu_at(target.kvm, index);
	posting = vcpu ? kzalloc(sizeof(*posting), GFP_KERNEL) : NULL;
	if (!posting) {
		kvm_put_kvm(target.kvm);
		return ERR_PTR(vcpu ? -ENOMEM : -ENOENT);
	}
	INIT_LIST_HEAD(&posting->link);
	posting->kvm = target.kvm;
	posting->vcpu = vcpu;
	posting->irq = irq;
	posting->gsi = target.gsi;
	posting->gvec = target.gvec;
	return posting;
}

struct posting *posting_find(unsigned int irq)
{
	struct posting *posting;

	list_for_each_entry(posting, &postings, link)
		if (posting->irq == irq)
			return posting;
	return NULL;
}

void posting_keep(struct posting *posting)
{
	struct posting *earlier = posting_find(posting->irq);

	if (earlier == posting)
		return;
	if (earlier)
		posting_free(earlier);
	list_add(&posting->link, &postings);
}

/*
 * The emulated IOMMU does not know of posting: it takes these bits of the
 * descriptor's address for the id of the APIC to send the interrupt to. Where
 * there is none with that id the interrupt vanishes, as one that is posted.
 */
bool posting_vanishes(u64 descriptor)
{
	unsigned int cpu, id = descriptor >> 8 & 0xff;

	if (id == APIC_ID_ALL)
		return false;
	for_each_present_cpu(cpu)
		if (cpu_physical_id(cpu) == id)
			return false;
	return true;
}

void post_exit(void)
{
	struct posting *posting, *next;

	list_for_each_entry_safe(posting, next, &postings, link) {
		posting_apply(posting, false);
		posting_free(posting);
	}
}
