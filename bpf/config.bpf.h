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

#endif
