/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The deliver function where other injections are counted by VM, vCPU and
 * guest vector. In programs of their own, so that all others are as they were.
 *
 * Whose a call is may be found out long after it, when the VM is gone; so it is
 * noted with what names its target, not only with the APIC. Only interrupts
 * note calls with a run: what a task notes, an interrupt could change under it.
 */
#ifndef PITRACE_BY_TARGET_BPF_H
#define PITRACE_BY_TARGET_BPF_H

/* As struct delivery has it. */
static __always_inline __u64 pack_target(struct injection_target to)
{
	struct delivery delivery = {.to = to};

	return delivery.target;
}

/*
 * fentry and fexit know the type of an argument, and loads will do, but for a
 * member that is further away than an instruction can say: 6.1 has the pid
 * 40,408 bytes into struct kvm.
 */
static __always_inline __u64 target_of(struct kvm_lapic *apic, int vector)
{
	struct kvm_vcpu *vcpu = apic->vcpu;

	return pack_target((struct injection_target){
		.guest_vector = vector,
		.vcpu = vcpu->vcpu_id,
		.vm_pid = BPF_CORE_READ(vcpu, kvm, userspace_pid),
	});
}

static __always_inline __u64 read_target(struct kvm_lapic *apic, int vector)
{
	return pack_target((struct injection_target){
		.guest_vector = vector,
		.vcpu = BPF_CORE_READ(apic, vcpu, vcpu_id),
		.vm_pid = BPF_CORE_READ(apic, vcpu, kvm, userspace_pid),
	});
}

SEC("?fentry/kvm_intel:vmx_deliver_interrupt")
int BPF_PROG(fentry_vmx_deliver_by_target, struct kvm_lapic *apic,
	     int delivery_mode, int trig_mode, int vector)
{
	count_if_running(apic);
	return deliver_in_context(ctx, (__u64)apic, target_of(apic, vector),
				  true);
}

SEC("?fentry/kvm_amd:svm_deliver_interrupt")
int BPF_PROG(fentry_svm_deliver_by_target, struct kvm_lapic *apic,
	     int delivery_mode, int trig_mode, int vector)
{
	return deliver_in_context(ctx, (__u64)apic, target_of(apic, vector),
				  true);
}

SEC("?kprobe/vmx_deliver_interrupt")
int BPF_KPROBE(kprobe_vmx_deliver_by_target, struct kvm_lapic *apic,
	       int delivery_mode, int trig_mode, int vector)
{
	read_if_running(apic);
	return deliver_in_context(ctx, (__u64)apic, read_target(apic, vector),
				  true);
}

SEC("?kprobe/svm_deliver_interrupt")
int BPF_KPROBE(kprobe_svm_deliver_by_target, struct kvm_lapic *apic,
	       int delivery_mode, int trig_mode, int vector)
{
	return deliver_in_context(ctx, (__u64)apic, read_target(apic, vector),
				  true);
}

#endif
