// SPDX-License-Identifier: GPL-2.0-only
/* From a VFIO interrupt to the VM that takes it. */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kvm_irqfd.h>

#include "standin.h"

/* How struct eventfd_ctx begins; only fs/eventfd.c has all of it. */
struct eventfd_head {
	struct kref kref;
	wait_queue_head_t wqh;
};

/* VFIO's MSI handler has the eventfd for its argument. */
static struct eventfd_head *eventfd_of(unsigned int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);
	struct irqaction *action;

	action = data ? irq_data_to_desc(data)->action : NULL;
	if (!action || !action->name ||
	    !str_has_prefix(action->name, "vfio-msi"))
		return NULL;
	return action->dev_id;
}

/* Others wait as well, in structures that are no irqfd. */
static bool is_irqfd(const wait_queue_entry_t *entry)
{
	char name[32];

	snprintf(name, sizeof(name), "%ps", entry->func);
	return str_has_prefix(name, "irqfd_wakeup");
}

static int take_target(const struct kvm_kernel_irqfd *irqfd,
		       struct irqfd_target *target)
{
	if (!kvm_get_kvm_safe(irqfd->kvm))
		return -ENOENT;
	target->kvm = irqfd->kvm;
	target->gsi = irqfd->gsi;
	target->gvec = irqfd->irq_entry.msi.data & 0xff;
	return 0;
}

static int search_waiters(struct eventfd_head *eventfd,
			  struct irqfd_target *target)
{
	struct kvm_kernel_irqfd *irqfd;
	wait_queue_entry_t *entry;

	list_for_each_entry(entry, &eventfd->wqh.head, entry) {
		if (!is_irqfd(entry))
			continue;
		irqfd = container_of(entry, struct kvm_kernel_irqfd, wait);
		if ((void *)irqfd->eventfd == (void *)eventfd)
			return take_target(irqfd, target);
	}
	return -ENOENT;
}

int irqfd_target_get(unsigned int irq, struct irqfd_target *target)
{
	struct eventfd_head *eventfd = eventfd_of(irq);
	unsigned long flags;
	int err;

	if (!eventfd)
		return -ENOENT;
	spin_lock_irqsave(&eventfd->wqh.lock, flags);
	err = search_waiters(eventfd, target);
	spin_unlock_irqrestore(&eventfd->wqh.lock, flags);
	return err;
}

struct kvm_vcpu *vcpu_at(struct kvm *kvm, unsigned int index)
{
	if (index >= atomic_read(&kvm->online_vcpus))
		return NULL;
	return kvm_get_vcpu(kvm, index);
}

/* info IRQ [VCPU_INDEX] */
int command_info(const char *args)
{
	struct irqfd_target target;
	unsigned int irq, index = 0;
	struct kvm_vcpu *vcpu;
	int err;

	if (sscanf(args, "%u %u", &irq, &index) < 1)
		return -EINVAL;
	err = irqfd_target_get(irq, &target);
	if (err)
		return err;
	vcpu = vcpu_at(target.kvm, index);
	if (vcpu)
		answer("pid=%d gsi=%u vcpus=%d vcpu_id=%d descriptor=0x%llx",
		       target.kvm->userspace_pid, target.gsi,
		       atomic_read(&target.kvm->online_vcpus), vcpu->vcpu_id,
		       descriptor_address(vcpu));
	kvm_put_kvm(target.kvm);
	return vcpu ? 0 : -ENOENT;
}
