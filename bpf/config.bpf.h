/* SPDX-License-Identifier: GPL-2.0-only */
/* Constants that user space sets before loading; dead branches fall away. */
#ifndef PITRACE_CONFIG_BPF_H
#define PITRACE_CONFIG_BPF_H

/* Of the preemption counter: the bits that count hard interrupts. */
const volatile __u32 hardirq_mask = 0;
const volatile __u32 possible_cpus = 1;
const volatile __u32 max_slots = 1;
const volatile __u32 max_cells = 1;
const volatile bool filter_devices = false;
const volatile bool want_stacks = false;

/* Whose IOMMU is it? The two tell a vCPU's descriptor in other ways. */
const volatile bool is_amd_iommu = false;

/* Arguments of the tracepoint kvm_pi_irte_update. */
const volatile __u32 pi_update_args = PI_UPDATE_ARGS_EARLIER;

#endif
