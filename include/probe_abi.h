/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the BPF programs leave in their maps and user space reads.
 *
 * Nothing here is ever reset or deleted while programs run: counters only
 * grow, slots and cells are only added. A reader therefore needs no lock and
 * can lose or repeat nothing, whenever it looks.
 */
#ifndef PITRACE_PROBE_ABI_H
#define PITRACE_PROBE_ABI_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#include "paths.h"

/* Longest action name: "vfio-msix[2047](10000:03:00.0)" and some room. */
#define VECTOR_NAME_LEN 48
#define DEVICE_NAME_LEN 24

/* Slots are numbered from 1. */
#define SLOT_NONE     0u
#define SLOT_OVERFLOW 0xffffffffu /* a VFIO vector without room for it */

/* Kinds of loss, each counted where it happens. */
enum loss {
	/* Handler runs of vectors for which there was no slot. */
	LOSS_VECTOR_TABLE_FULL,
	/* Handler runs of vectors whose registration was not seen. */
	LOSS_UNREGISTERED_VECTOR,
	/* Handler runs without a counter cell for their vector and CPU. */
	LOSS_COUNTER_TABLE_FULL,
	/* Deliveries counted, but not under their vCPU and guest vector. */
	LOSS_TARGET_TABLE_FULL,
	/* Interrupts counted, but without their stack. */
	LOSS_STACK,
	LOSS_IN_BPF_COUNT
};

/*
 * One run of a VFIO interrupt handler, from its beginning until its path is
 * known. There is one per CPU for handlers in hard interrupt context, and
 * one per vector for handlers that were forced into a thread.
 */
struct run {
	__u64 seq; /* runs begun here; tells two readings of one run apart */
	__u64 eventfd; /* struct eventfd_ctx that the handler signals */
	__u64 irqfd; /* inside irqfd_wakeup() of this one, else 0 */
	__u32 slot;
	__u32 cell; /* 0: not counted (outside the filter, or lost) */
	__u32 pending; /* the path is not known yet */
	__u32 default_path; /* the path if nothing else claims the run */
	__u32 bracketed; /* between entry and exit of vfio_intx_handler() */
	__u32 delivered; /* calls of the deliver function so far */
	__u32 others; /* such calls that were taken for someone else's */
	__s32 stack; /* id of the stack, negative: lost */
};

/* A vector that VFIO requested, by the name of its irqaction. */
struct vector_slot {
	char name[VECTOR_NAME_LEN];
	__u32 ignored; /* outside the device filter: known, not counted */
	__u32 irq; /* host IRQ number, 0 while it has none */
	__u32 thread_id; /* of the irq thread, 0 in hard interrupt context */
	__u64 irqfd; /* struct kvm_kernel_irqfd that last consumed it */
	__u64 kvm; /* its struct kvm */
	__s32 vm_pid; /* kvm->userspace_pid, 0 if none was seen */
	__s32 gsi;
	__u32 registrations; /* times that VFIO requested it */
	struct run thread_run;
};

/*
 * Interrupts of one vector taken on one CPU; written by that CPU's handlers,
 * or by the vector's one thread.
 */
struct cell {
	__u32 slot; /* 0 until the cell is in use */
	__u32 cpu;
	__u64 paths[PATH_COUNT];
	/* Vectors delivered to a vCPU that no deliver probe saw. */
	__u64 unseen_targets;
};

struct cpu_state {
	struct run run;
	/* Calls of the deliver function that no VFIO interrupt caused. */
	__u64 other_injections;
	__u64 lost[LOSS_IN_BPF_COUNT];
} __attribute__((aligned(64)));

enum tracing_mode {
	TRACING_OFF,
	TRACING_ON,
	/* kvm was loaded, and its probes are not attached yet. */
	TRACING_KVM_UNPROBED,
};

struct globals {
	__u32 next_slot; /* slots 1 .. next_slot - 1 are in use */
	__u32 next_cell;
	__u32 mode; /* enum tracing_mode */
	__u32 next_guest_stack;
};

struct target_key {
	__u32 slot;
	__u32 cpu;
	__u32 vcpu;
	__u32 guest_vector;
};

/* As deep as kernel.perf_event_max_stack is by default. */
#define STACK_DEPTH 127

/* A stack's id: its bucket, and in which of the stack maps it is. */
#define STACK_WAYS 3
/* Not a stack map but the map of stacks taken while a guest had the CPU. */
#define STACK_WAY_GUEST   STACK_WAYS
#define GUEST_STACK_DEPTH 64
#define STACK_WAY_SHIFT   24
#define STACK_BUCKET_MASK ((1 << STACK_WAY_SHIFT) - 1)

struct guest_stack {
	__u64 frames[GUEST_STACK_DEPTH];
};

struct stack_key {
	__s32 stack;
	__u32 slot;
	__u32 path;
};

/*
 * Contexts of the programs that user space runs itself. The string comes
 * first: the verifier refuses pointers into the middle of a context, and
 * that is what compilers make to copy it from there.
 */
struct register_request {
	char name[VECTOR_NAME_LEN];
	__u32 irq;
};

#define FUNCTION_NAME_LEN 64
struct text_request {
	char function[FUNCTION_NAME_LEN];
	__u64 address; /* out: 0 if there is no such symbol */
	__u64 text[2]; /* out: the bytes, in the order of memory */
};

#define MODULE_NAME_LEN_MAX 56
struct module_event {
	char name[MODULE_NAME_LEN_MAX];
};

#endif
