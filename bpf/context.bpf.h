/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In which context does a program run? An interrupt handler in hard
 * interrupt context and a userspace write to the same eventfd call the same
 * functions; this is what tells them apart without a probe on the handler's
 * end. The counter's bits: include/linux/preempt.h; those for hard interrupts
 * moved in 7.3, so user space finds out (src/interrupt_context.c) and refuses
 * to start where it cannot.
 */
#ifndef PITRACE_CONTEXT_BPF_H
#define PITRACE_CONTEXT_BPF_H

#define PF_KTHREAD 0x00200000

/* One of the two exists: 6.2 to 6.14 keep the counter in pcpu_hot. */
extern const struct pcpu_hot pcpu_hot __ksym __weak;
extern const int __preempt_count __ksym __weak;

/* What has to be added to the address of a per-CPU variable. */
extern const unsigned long this_cpu_off __ksym __weak;

static __always_inline int preempt_count(void)
{
	if (has_pcpu_hot) {
		struct pcpu_hot *hot = bpf_this_cpu_ptr(&pcpu_hot);

		return hot->preempt_count;
	}
	return *(int *)bpf_this_cpu_ptr(&__preempt_count);
}

static __always_inline bool in_interrupt(void)
{
	return preempt_count() & interrupt_mask;
}

static __always_inline bool in_kernel_thread(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return task->flags & PF_KTHREAD;
}

static __always_inline __u32 current_thread_id(void)
{
	return (__u32)bpf_get_current_pid_tgid();
}

#endif
