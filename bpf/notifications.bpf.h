/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Posted-interrupt events of the host. Their handlers but one cannot be
 * traced, but the kernel counts them for each CPU; the one for wake-ups calls
 * KVM's handler, which finds the vCPUs to wake in a list of the CPU's own.
 */
#ifndef PITRACE_NOTIFICATIONS_BPF_H
#define PITRACE_NOTIFICATIONS_BPF_H

/* As many vCPUs as are looked at in a CPU's list. */
#define SLEEPERS_MAX 256

/* The same without bpf_loop(): the verifier goes through each. */
#define SLEEPERS_WITHOUT_LOOP 64

/* Of the descriptor's control word (VT-d): a notification is outstanding. */
#define DESCRIPTOR_ON 1

/* Of the kernel only the address is taken. */
struct irq_stat {
	__u32 unused;
};

extern const struct irq_stat irq_stat __ksym __weak;

/* --- the kernel's counters --- */

static long read_cpu(__u32 cpu, struct irq_stat_request *request)
{
	__u64 base = (__u64)bpf_per_cpu_ptr(&irq_stat, cpu);
	__u32 *counts = bpf_map_lookup_elem(&irq_stats, &cpu);

	if (!base || !counts)
		return 1;
	for (int i = 0; i < IRQ_STAT_COUNT; i++)
		if (request->offsets[i] >= 0)
			bpf_probe_read_kernel(
				&counts[i], sizeof(counts[i]),
				(void *)(base + request->offsets[i]));
	return 0;
}

/* Fills the map irq_stats for all possible CPUs. */
SEC("?syscall")
int read_irq_stat(struct irq_stat_request *request)
{
	struct irq_stat_request copy;

	if (!&irq_stat)
		return 0;
	for (int i = 0; i < IRQ_STAT_COUNT; i++)
		copy.offsets[i] = request->offsets[i];
	bpf_loop(possible_cpus, read_cpu, &copy, 0);
	request->done = 1;
	return 0;
}

/* --- who is woken --- */

struct sleepers {
	__u64 head;
	__u64 at;
};

static __always_inline void count_wakeup(struct kvm_vcpu *vcpu)
{
	struct wakeup_key key = {.kvm = (__u64)BPF_CORE_READ(vcpu, kvm)};
	__u64 *count;

	key.vcpu = BPF_CORE_READ(vcpu, vcpu_id);
	key.vm_pid = BPF_CORE_READ(vcpu, kvm, userspace_pid);
	count = lookup_or_zero(&wakeups, &key);
	if (count)
		atomic_add_u64(count, 1);
	else
		count_loss(LOSS_WAKEUP);
}

/* The list is another CPU's to change meanwhile; copies of it are taken. */
static long look_at_sleeper(__u32 index, struct sleepers *list)
{
	struct list_head *at = (void *)list->at;
	struct vcpu_vmx *vmx;
	__u64 control;

	if (!at || (__u64)at == list->head ||
	    !bpf_core_type_exists(struct vcpu_vmx))
		return 1;
	if (bpf_core_field_exists(struct vcpu_vmx, pi_wakeup_list)) {
		vmx = (void *)at -
		      bpf_core_field_offset(struct vcpu_vmx, pi_wakeup_list);
		control = BPF_CORE_READ(vmx, pi_desc.control);
	} else if (!bpf_core_field_exists(struct vcpu_vmx, vt)) {
		return 1; /* the list is of other things (up to 5.16) */
	} else {
		vmx = (void *)at -
		      bpf_core_field_offset(struct vcpu_vmx, vt.pi_wakeup_list);
		control = BPF_CORE_READ(vmx, vt.pi_desc.control);
	}
	if (control & DESCRIPTOR_ON)
		count_wakeup((void *)vmx +
			     bpf_core_field_offset(struct vcpu_vmx, vcpu));
	list->at = (__u64)BPF_CORE_READ(at, next);
	return 0;
}

static __always_inline void walk_sleepers(struct sleepers *list)
{
	if (has_loop) {
		bpf_loop(SLEEPERS_MAX, look_at_sleeper, list, 0);
		return;
	}
#pragma nounroll
	for (int i = 0; i < SLEEPERS_WITHOUT_LOOP; i++)
		if (look_at_sleeper(i, list))
			return;
}

/*
 * By the list's address, not as a variable of kvm_intel: a program that uses
 * one keeps the module from being unloaded, also by a kprobe.
 */
static __always_inline void look_at_sleepers(void)
{
	struct inspection *inspection = get_inspection();
	struct sleepers list = {};
	struct list_head *head;

	if (!inspection || !inspection->host.wakeup_list)
		return;
	if (!&this_cpu_off) {
		count_loss(LOSS_WAKEUP);
		return;
	}
	list.head = inspection->host.wakeup_list +
		    *(unsigned long *)bpf_this_cpu_ptr(&this_cpu_off);
	head = (void *)list.head;
	list.at = (__u64)BPF_CORE_READ(head, next);
	walk_sleepers(&list);
	/* Too long, or changed under our eyes: who is behind was not seen. */
	if (list.at != list.head)
		count_loss(LOSS_WAKEUP);
}

static __always_inline int on_pi_wakeup(void *ctx)
{
	struct cpu_state *state = this_cpu_state();

	if (!state || !is_tracing())
		return 0;
	state->wakeup_events++;
	if (want_stacks)
		count_stack_of(take_stack(ctx), SLOT_NONE, STACK_OF_WAKEUP);
	look_at_sleepers();
	return 0;
}

SEC("?fentry/kvm_intel:pi_wakeup_handler")
int BPF_PROG(fentry_pi_wakeup)
{
	return on_pi_wakeup(ctx);
}

SEC("?kprobe/pi_wakeup_handler")
int BPF_KPROBE(kprobe_pi_wakeup)
{
	return on_pi_wakeup(ctx);
}

/*
 * With FRED the kernel enters these events by functions that can be traced;
 * what that adds to the counters is where the events came through.
 */
SEC("?fentry/fred_sysvec_kvm_posted_intr_ipi")
int BPF_PROG(fentry_notification)
{
	if (is_tracing())
		count_stack_of(take_stack(ctx), SLOT_NONE,
			       STACK_OF_NOTIFICATION);
	return 0;
}

SEC("?fentry/fred_sysvec_kvm_posted_intr_nested_ipi")
int BPF_PROG(fentry_nested_notification)
{
	if (is_tracing())
		count_stack_of(take_stack(ctx), SLOT_NONE,
			       STACK_OF_NESTED_NOTIFICATION);
	return 0;
}

#endif
