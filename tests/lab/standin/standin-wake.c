// SPDX-License-Identifier: GPL-2.0-only
/* Posted-interrupt events: IPIs with the vectors that hardware sends. */
#include <linux/cpu.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/irq_vectors.h>

#include "standin.h"

/* As in the real module: the vCPUs that wait, by the CPU they waited on. */
static DEFINE_PER_CPU(struct list_head, wakeup_vcpus_on_cpu);
static DEFINE_PER_CPU(raw_spinlock_t, wakeup_vcpus_on_cpu_lock);

/* How many vCPUs the real handler would have woken. */
static atomic_t woken;

noinline __noclone void pi_wakeup_handler(void)
{
	struct list_head *list = this_cpu_ptr(&wakeup_vcpus_on_cpu);
	raw_spinlock_t *lock = this_cpu_ptr(&wakeup_vcpus_on_cpu_lock);
	struct vcpu_vmx *vmx;

	raw_spin_lock(lock);
	list_for_each_entry(vmx, list, pi_wakeup_list)
		if (test_bit(POSTED_INTR_ON,
			     (unsigned long *)&vmx->pi_desc.control))
			atomic_inc(&woken);
	raw_spin_unlock(lock);
}

void wake_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		INIT_LIST_HEAD(&per_cpu(wakeup_vcpus_on_cpu, cpu));
		raw_spin_lock_init(&per_cpu(wakeup_vcpus_on_cpu_lock, cpu));
	}
	kvm_set_posted_intr_wakeup_handler(pi_wakeup_handler);
}

void wake_exit(void)
{
	kvm_set_posted_intr_wakeup_handler(NULL);
}

static const unsigned int *counter_of(unsigned int cpu, unsigned int vector)
{
	const irq_cpustat_t *stat = &per_cpu(irq_stat, cpu);

	switch (vector) {
	case POSTED_INTR_VECTOR:
		return &stat->kvm_posted_intr_ipis;
	case POSTED_INTR_WAKEUP_VECTOR:
		return &stat->kvm_posted_intr_wakeup_ipis;
	case POSTED_INTR_NESTED_VECTOR:
		return &stat->kvm_posted_intr_nested_ipis;
	default:
		return NULL;
	}
}

/* Two that are pending at the same time would be taken as one. */
static int send_one(unsigned int cpu, unsigned int vector,
		    const unsigned int *counter)
{
	unsigned long give_up = jiffies + HZ;
	unsigned int before = READ_ONCE(*counter);

	preempt_disable();
	apic->send_IPI(cpu, vector);
	preempt_enable();
	while (READ_ONCE(*counter) == before) {
		if (time_after(jiffies, give_up))
			return -ETIMEDOUT;
		cond_resched();
	}
	return 0;
}

static void nothing(void *unused)
{
}

/* Afterwards the last handler is done, not only counted. */
static int send(unsigned int cpu, unsigned int vector, unsigned int count)
{
	const unsigned int *counter;
	int err = 0;

	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -ENXIO;
	counter = counter_of(cpu, vector);
	if (!counter)
		return -EINVAL;
	while (count-- && !err)
		err = send_one(cpu, vector, counter);
	smp_call_function_single(cpu, nothing, NULL, true);
	return err;
}

/* ipi CPU VECTOR COUNT */
int command_ipi(const char *args)
{
	unsigned int cpu, vector, count;
	int err;

	if (sscanf(args, "%u %i %u", &cpu, &vector, &count) != 3)
		return -EINVAL;
	cpus_read_lock();
	err = send(cpu, vector, count);
	cpus_read_unlock();
	if (!err)
		answer("cpu=%u vector=0x%x sent=%u", cpu, vector, count);
	return err;
}

/* A vCPU of this module's own, with an interrupt for the VM's vCPU. */
static struct vcpu_vmx *sleeper_new(struct kvm *kvm, unsigned int index)
{
	struct kvm_vcpu *vcpu = vcpu_at(kvm, index);
	struct vcpu_vmx *sleeper;

	if (!vcpu)
		return ERR_PTR(-ENOENT);
	sleeper = kzalloc(sizeof(*sleeper), GFP_KERNEL);
	if (!sleeper)
		return ERR_PTR(-ENOMEM);
	sleeper->vcpu.kvm = kvm;
	sleeper->vcpu.vcpu_id = vcpu->vcpu_id;
	sleeper->vcpu.vcpu_idx = vcpu->vcpu_idx;
	sleeper->pi_desc.nv = POSTED_INTR_WAKEUP_VECTOR;
	__set_bit(POSTED_INTR_ON, (unsigned long *)&sleeper->pi_desc.control);
	return sleeper;
}

static void sleep_on(struct vcpu_vmx *sleeper, unsigned int cpu)
{
	raw_spinlock_t *lock = &per_cpu(wakeup_vcpus_on_cpu_lock, cpu);
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	list_add_tail(&sleeper->pi_wakeup_list,
		      &per_cpu(wakeup_vcpus_on_cpu, cpu));
	raw_spin_unlock_irqrestore(lock, flags);
}

static void sleep_end(struct vcpu_vmx *sleeper, unsigned int cpu)
{
	raw_spinlock_t *lock = &per_cpu(wakeup_vcpus_on_cpu_lock, cpu);
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	list_del(&sleeper->pi_wakeup_list);
	raw_spin_unlock_irqrestore(lock, flags);
}

static int wake(struct kvm *kvm, unsigned int index, unsigned int cpu,
		unsigned int count)
{
	struct vcpu_vmx *sleeper;
	int err;

	if (cpu >= nr_cpu_ids)
		return -ENXIO;
	sleeper = sleeper_new(kvm, index);
	if (IS_ERR(sleeper))
		return PTR_ERR(sleeper);
	atomic_set(&woken, 0);
	sleep_on(sleeper, cpu);
	cpus_read_lock();
	err = send(cpu, POSTED_INTR_WAKEUP_VECTOR, count);
	cpus_read_unlock();
	sleep_end(sleeper, cpu);
	kfree(sleeper);
	return err;
}

/* wake CPU IRQ VCPU_INDEX COUNT */
int command_wake(const char *args)
{
	unsigned int cpu, irq, index, count;
	struct irqfd_target target;
	int err;

	if (sscanf(args, "%u %u %u %u", &cpu, &irq, &index, &count) != 4)
		return -EINVAL;
	err = irqfd_target_get(irq, &target);
	if (err)
		return err;
	err = wake(target.kvm, index, cpu, count);
	kvm_put_kvm(target.kvm);
	if (!err)
		answer("cpu=%u sent=%u woken=%d", cpu, count,
		       atomic_read(&woken));
	return err;
}
