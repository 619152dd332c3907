/* SPDX-License-Identifier: GPL-2.0-only */
/* Every map of the programs. Sizes of 1 are set by user space at load. */
#ifndef PITRACE_MAPS_BPF_H
#define PITRACE_MAPS_BPF_H

#include "inspect_abi.h"

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

enum claim_kind {
	CLAIM_SLOT,
	CLAIM_CELL,
};

struct claim {
	__u32 kind; /* enum claim_kind */
	__u32 id;
};

/* Not a map of its own: the way to it is an address, not a look-up. */
struct globals globals = {
	.next_slot = 1,
	.next_cell = 1,
	.vectors_epoch = 1,
	.irqfd_epoch = 1,
};

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

/* slot -> cell by CPU, 0 while there is none; user space sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
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

/* Numbers of slots and cells that are taken: untyped.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct claim);
	__type(value, __u8);
} claims SEC(".maps");

/* Calls of the deliver function that no VFIO interrupt caused. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct injection_target);
	__type(value, __u64);
} injections SEC(".maps");

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

/* Stacks that no stack map takes, by their frames: stacks.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct framed_stack);
	__type(value, __u32);
} framed_stacks SEC(".maps");

/* Room to build a key of it, for interrupts. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct framed_stack);
} framed_stack_scratch SEC(".maps");

#define KNOWN_STACKS 256

struct known_stack {
	__u64 print;
	__s32 stack; /* id */
};

/* What lies on a stack is copied in so many pieces. */
#define STACK_WINDOWS      3
#define STACK_WINDOW_BYTES 2048
#define STACK_COPY_WORDS   (STACK_WINDOWS * STACK_WINDOW_BYTES / sizeof(__u64))

struct stack_cache {
	struct known_stack known[KNOWN_STACKS];
	__u64 copy[STACK_COPY_WORDS];
	__u64 start; /* a pointer, read back as a number */
};

/* By CPU: known_stacks.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack_cache);
} stack_caches SEC(".maps");

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

/* The eventfds of vectors, as far as they are known. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, __u32);
} slots_by_eventfd SEC(".maps");

/* --- changes of the way that an interrupt takes: changes.bpf.h --- */

/* A change of an entry that a thread is about to make. */
struct entry_update {
	struct change_event event;
	__u64 vcpu_info; /* what the entry is to be made of */
	__u32 in_kvm; /* within a function of KVM that is watched */
	__u32 reached_entry;
};

/* As many threads at the same time. */
#define CALLS_MAX 1024

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CALLS_MAX);
	__type(key, __u32);
	__type(value, struct entry_update);
} entry_updates SEC(".maps");

struct change_call_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CALLS_MAX);
	__type(key, __u32);
	__type(value, struct change_event);
};

struct change_call_map irqfd_calls SEC(".maps");
struct change_call_map bypass_calls SEC(".maps");

/*
 * irqfds on eventfds that no vector signals: not yet (VMMs bind them before
 * they give them to VFIO), or never (those of virtio).
 */
struct early_irqfd {
	struct change_event event;
	__s32 stack;
};

/* No LRU: that drops an entry, which may be a vector's, without a word. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct early_irqfd);
} early_irqfds SEC(".maps");

/* Room for a burst of more than 10,000 until user space comes to it. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} change_events SEC(".maps");

/* --- posted-interrupt events of the host: notifications.bpf.h --- */

struct irq_stat_counts {
	__u32 counts[IRQ_STAT_COUNT];
};

/* By CPU, as of the last reading. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct irq_stat_counts);
} irq_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct wakeup_key);
	__type(value, __u64);
} wakeups SEC(".maps");

/* What one interrupt would do: inspect.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct inspection);
} inspections SEC(".maps");

#endif
