/* SPDX-License-Identifier: GPL-2.0-only */
/* Constants that user space sets before loading; dead branches fall away. */
#ifndef PITRACE_CONFIG_BPF_H
#define PITRACE_CONFIG_BPF_H

/* Of the preemption counter: what is not 0 in an interrupt. */
const volatile __u32 interrupt_mask = 0;
/* The kernel keeps that counter in pcpu_hot (6.2 to 6.14). */
const volatile bool has_pcpu_hot = false;

/*
 * The address of that per-CPU variable on all others; 0 if it is not known. It
 * has changed its type, so that BTF does not lead to it.
 */
const volatile __u64 hardirq_stack_ptr = 0;

/* Handlers may be forced into threads (threadirqs, PREEMPT_RT). */
const volatile bool threaded_handlers = true;

const volatile __u32 possible_cpus = 1;
const volatile __u32 max_slots = 1;
const volatile __u32 max_cells = 1;
const volatile __u32 max_framed_stacks = 1;
const volatile bool filter_devices = false;
const volatile bool want_stacks = false;
/* The kernel has bpf_loop(); without it loops are shorter. */
const volatile bool has_loop = true;
/* Other injections are counted by their targets. */
const volatile bool want_injections = false;

/* Whose IOMMU is it? The two tell a vCPU's descriptor in other ways. */
const volatile bool is_amd_iommu = false;

/* Arguments of the tracepoint kvm_pi_irte_update. */
const volatile __u32 pi_update_args = PI_UPDATE_ARGS_EARLIER;

#endif
