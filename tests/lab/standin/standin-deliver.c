// SPDX-License-Identifier: GPL-2.0-only
/* Delivery by the host's own code, which then posts to the descriptor. */
#include <linux/sched.h>

#include <asm/apicdef.h>

#include "standin.h"

/* Keeps the compiler from leaving out calls that change nothing. */
static int last_vcpu, last_vector;

noinline __noclone void vmx_deliver_interrupt(struct kvm_lapic *apic,
					      int delivery_mode, int trig_mode,
					      int vector)
{
	WRITE_ONCE(last_vcpu, apic->vcpu->vcpu_id);
	WRITE_ONCE(last_vector, vector);
}

static int deliver(struct kvm_vcpu *vcpu, unsigned int vector,
		   unsigned int count)
{
	if (!vcpu)
		return -ENOENT;
	if (!vcpu->arch.apic || vcpu->arch.apic->vcpu != vcpu)
		return -ENXIO;
	while (count--) {
		vmx_deliver_interrupt(vcpu->arch.apic, APIC_DM_FIXED, 0,
				      vector);
		cond_resched();
	}
	return 0;
}

/* deliver IRQ VCPU_INDEX VECTOR COUNT */
int command_deliver(const char *args)
{
	unsigned int irq, index, vector, count;
	struct irqfd_target target;
	int err;

	if (sscanf(args, "%u %u %i %u", &irq, &index, &vector, &count) != 4)
		return -EINVAL;
	err = irqfd_target_get(irq, &target);
	if (err)
		return err;
	err = deliver(vcpu_at(target.kvm, index), vector, count);
	kvm_put_kvm(target.kvm);
	if (!err)
		answer("irq=%u vcpu=%u vector=0x%x delivered=%u", irq, index,
		       vector, count);
	return err;
}
