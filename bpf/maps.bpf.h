/* SPDX-License-Identifier: GPL-2.0-only */
/* Every map of the programs. Sizes of 1 are set by user space at load. */
#ifndef PITRACE_MAPS_BPF_H
#define PITRACE_MAPS_BPF_H

struct vector_text {
	char text[VECTOR_NAME_LEN];
};

struct device_text {
	char text[DEVICE_NAME_LEN];
};

/* What a thread in which interrupts are handled or injected is doing. */
struct thread_role {
	__u32 slot;
	__u32 injecting; /* in irqfd_inject() for slot; else its irq thread */
};

/* Runs of irqfd_inject() that an interrupt of this slot queued. */
struct deferral {
	__u32 slot;
	__u32 owed;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct globals);
} globals SEC(".maps");

/* Host IRQ number -> slot or SLOT_OVERFLOW; MSI(-X) only. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} irq_slots SEC(".maps");

/* Action name -> slot; a vector keeps its slot over all its IRQ numbers. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct vector_text);
	__type(value, __u32);
} slots_by_name SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vector_slot);
} slots SEC(".maps");

/* slot * possible CPUs + cpu -> cell, 0 while there is none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} cell_index SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cell);
} cells SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_state);
} cpu_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct target_key);
	__type(value, __u64);
} targets SEC(".maps");

/* Thread id -> role. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct thread_role);
} threads SEC(".maps");

/* By struct kvm_kernel_irqfd. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct deferral);
} deferrals SEC(".maps");

/* Devices to trace, as pci_name() writes them, and a closing parenthesis. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct device_text);
	__type(value, __u8);
} device_filter SEC(".maps");

/*
 * A stack map holds one stack a bucket and refuses the next one that hashes
 * there. So there are three, as the ways of a cache: what finds its bucket
 * taken in one goes to the next.
 */
struct stack_map {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, STACK_DEPTH * sizeof(__u64));
};

struct stack_map stacks_0 SEC(".maps");
struct stack_map stacks_1 SEC(".maps");
struct stack_map stacks_2 SEC(".maps");

/* Stacks that perf will not walk, by their frames: stacks.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct guest_stack);
	__type(value, __u32);
} guest_stacks SEC(".maps");

/* Room to build a key of it; one for interrupts, one for tasks. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct guest_stack);
} guest_stack_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct stack_key);
	__type(value, __u64);
} stack_counts SEC(".maps");

/* Modules that were loaded; wakes user space to attach to them. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} module_events SEC(".maps");

#endif
