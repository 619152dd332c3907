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
	/* Changes that were not told of one by one. */
	LOSS_EVENT,
	/* Wake-ups of vCPUs that were not counted under their vCPU. */
	LOSS_WAKEUP,
	LOSS_IN_BPF_COUNT
};

/*
 * Where a call of the deliver function goes; a key of the map injections. Of
 * KVM's vCPU ids the highest has 14 bits (KVM_MAX_VCPU_IDS).
 */
struct injection_target {
	__u16 guest_vector;
	__u16 vcpu; /* vcpu_id */
	__s32 vm_pid; /* kvm->userspace_pid */
};

/* A call of the deliver function. */
struct delivery {
	__u64 apic; /* struct kvm_lapic, of which the vCPU is read later */
	union {
		/* vCPU and VM: only where other injections have targets. */
		struct injection_target to;
		__u64 target; /* all of it; the lowest bits are the vector */
	};
};

/* As many vCPUs as one message can reach (a cluster of APICs) at the most. */
#define RUN_DELIVERIES 16

/*
 * One run of a VFIO interrupt handler, from its beginning until its path is
 * known. There is one per CPU for handlers in hard interrupt context, and
 * one per vector for handlers that were forced into a thread.
 */
struct run {
	__u64 seq; /* counts runs; it grows before the one before is counted */
	__u64 eventfd; /* struct eventfd_ctx that the handler signals */
	__u64 stack_at; /* where on the stack it began */
	union {
		struct {
			/*
			 * The path is not known yet: 1 + what it is if no one
			 * claims the run.
			 */
			__u32 pending;
			/*
			 * Calls of the deliver function since it began: whose,
			 * is open.
			 */
			__u32 delivered;
		};
		__u64 open; /* both */
	};
	/* What slot and cell were found for, and what globals held then. */
	__u32 irq;
	__u32 vectors_epoch;
	__u32 mode;
	__u32 slot;
	__u32 cell; /* 0: not counted (outside the filter, or lost) */
	__u32 cpu; /* that it began on */
	__u32 bracketed; /* between entry and exit of vfio_intx_handler() */
	/*
	 * Follows seq once the run before is counted and all the rest is of
	 * this one. While they differ, which of that holds cannot be told.
	 */
	__u32 begun;
	/* The irqfd that was seen to wake, and in which run. */
	__u64 irqfd;
	__u64 irqfd_seq;
	__s32 stack; /* id of the handler's stack, negative: lost */
	__s32 deliver_stack; /* of the first call of the deliver function */
	__u32 deferred; /* as its slot has it */
	struct delivery deliveries[RUN_DELIVERIES]; /* the first of them */
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
	__u64 eventfd; /* struct eventfd_ctx that it signals; 0: not known */
	struct run thread_run;
	/* Of its entry in the remapping table, since tracing started. */
	__u64 changes; /* that were made */
	__u64 failures; /* to make one */
	__u64 changed_ns; /* CLOCK_MONOTONIC of the last one made; 0: none */
	__u32 entry; /* enum entry_state, as far as it is known */
	__s32 error; /* of a failure after that, else 0 */
	/* Grows with whatever probes see of its entry, irqfd and bypass. */
	__u32 news;
	/* Of its irqfd: KVM has left interrupts to irqfd_inject() before. */
	__u32 deferred;
};

enum entry_state {
	ENTRY_UNKNOWN,
	ENTRY_REMAPPED,
	ENTRY_POSTED,
};

/* What happens to the way that an interrupt takes. */
enum change_kind {
	CHANGE_POSTED, /* its entry in the remapping table */
	CHANGE_REMAPPED,
	CHANGE_IRQFD_ASSIGNED,
	CHANGE_IRQFD_SHUTDOWN,
	CHANGE_BYPASS_CONNECTED, /* VFIO's interrupt and the irqfd */
	CHANGE_BYPASS_DISCONNECTED,
	CHANGE_KIND_COUNT
};

/*
 * Of the tracepoint kvm_pi_irte_update: (irq, vcpu_id, gsi, vector,
 * descriptor, set) up to 6.16, (irq, vcpu, gsi, vector, set) from then on.
 */
#define PI_UPDATE_ARGS_EARLIER 6
#define PI_UPDATE_ARGS_LATER   5

/* One of them; -1 in what is not known, 0 for a descriptor or eventfd. */
struct change_event {
	__u64 ts_ns; /* CLOCK_MONOTONIC */
	__u64 descriptor;
	__u64 eventfd;
	__u32 kind; /* enum change_kind */
	__u32 slot; /* SLOT_NONE: of no vector that is known */
	__s32 result; /* 0, or a negative errno: it was tried in vain */
	__s32 irq;
	__s32 gsi;
	__s32 vcpu;
	__s32 guest_vector;
	__s32 vm_pid;
};

/* Deliveries to one target; unused while there is no count. */
struct cell_target {
	__u32 vcpu; /* vcpu_id */
	__u32 guest_vector;
	__u64 count;
	__u64 apic; /* the vCPU's, 0: not known of the VM that is there now */
};

/* Of further ones there is a hash table, which costs more. */
#define CELL_TARGETS 2

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
	struct cell_target targets[CELL_TARGETS];
	/* The vector's eventfd is an irqfd's of this VM. */
	__u64 kvm;
	__u32 irqfd_epoch; /* that of globals when it was found; 0: none */
};

/* A vector's cell on a CPU, in the place of its number. */
struct cpu_vector {
	__u32 irq;
	__u32 epoch; /* globals.vectors_epoch of the time */
	__u32 slot;
	__u32 cell;
};

/* Vectors that come in turn on a CPU: a power of two. */
#define CPU_VECTORS 16

struct cpu_state {
	struct run run;
	struct cpu_vector vectors[CPU_VECTORS];
	__u64 here; /* a pointer to the stack, read back as a number */
	/*
	 * Calls of the deliver function that no VFIO interrupt caused, but for
	 * those that the map injections has.
	 */
	__u64 other_injections;
	/* All its calls for a vCPU that was in guest mode, with APICv (Intel).
	 */
	__u64 running_injections;
	/* Runs of KVM's handler for posted-interrupt wake-up events. */
	__u64 wakeup_events;
	__u64 lost[LOSS_IN_BPF_COUNT];
} __attribute__((aligned(64)));

enum tracing_mode {
	TRACING_OFF,
	/* Else 1 + the path of a run that no one claims. */
	TRACING_ON = 1 + PATH_EVENTFD,
	/* kvm was loaded, and its probes are not attached yet. */
	TRACING_KVM_UNPROBED = 1 + PATH_UNKNOWN,
};

/*
 * Where struct kvm_kernel_irqfd has what, for programs that may be loaded
 * before KVM, and so without its types. Those of KVM tell, before any slot is
 * deferred.
 */
struct irqfd_layout {
	__u32 wait_entry;
	__u32 eventfd;
	__u32 list;
	__u32 inject_data;
};

struct globals {
	__u32 next_slot; /* slots 1 .. next_slot - 1 are in use */
	__u32 next_cell;
	__u32 mode; /* enum tracing_mode */
	__u32 next_framed_stack;
	/* Grows whenever an IRQ gets or loses a vector, or the mode changes. */
	__u32 vectors_epoch;
	/*
	 * Grows whenever an irqfd comes or goes or is found on a vector, or
	 * that signals another eventfd.
	 */
	__u32 irqfd_epoch;
	/* Set by user space: programs see all irqfds come and go. */
	__u32 irqfds_watched;
	__u32 more_targets; /* than cells have room for: some are in the map */
	struct irqfd_layout irqfd;
};

struct target_key {
	__u32 slot;
	__u32 cpu;
	__u32 vcpu; /* vcpu_id */
	__u32 guest_vector;
};

/* As deep as kernel.perf_event_max_stack is by default. */
#define STACK_DEPTH 127

/* A stack's id: its bucket, and in which of the stack maps it is. */
#define STACK_WAYS 3
/* Not a stack map but the map of stacks that those do not take. */
#define STACK_WAY_FRAMED   STACK_WAYS
#define FRAMED_STACK_DEPTH 64
#define STACK_WAY_SHIFT    24
#define STACK_BUCKET_MASK  ((1 << STACK_WAY_SHIFT) - 1)

struct framed_stack {
	__u64 frames[FRAMED_STACK_DEPTH];
};

/* What a stack was taken at: a path, or one of these behind the paths. */
enum stack_label {
	STACK_OF_CHANGE = PATH_COUNT, /* + enum change_kind */
	STACK_OF_WAKEUP = STACK_OF_CHANGE + CHANGE_KIND_COUNT,
	STACK_OF_NOTIFICATION,
	STACK_OF_NESTED_NOTIFICATION,
	STACK_LABEL_COUNT
};

struct stack_key {
	__s32 stack;
	__u32 slot; /* SLOT_NONE: of no vector */
	__u32 label; /* enum delivery_path or enum stack_label */
};

/* A vCPU that posted-interrupt wake-up events woke. */
struct wakeup_key {
	__u64 kvm;
	__s32 vm_pid;
	__s32 vcpu;
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

/* The same where no types are known, by a pointer: bpf/untyped.bpf.h. */
struct untyped_register_request {
	struct register_request vector;
	/* No other vector of VFIO has this IRQ, so that it tells which it is.
	 */
	__u32 alone;
};

/* What was found out about a vector that existed before the probes. */
struct vector_facts {
	__u64 eventfd;
	__u32 slot;
	__u32 registrations; /* as they were before it was found out */
	__u32 entry; /* enum entry_state */
};

/* PIN, NPI, PIW, PMN: enum host_vector of src/snapshot.h */
#define IRQ_STAT_COUNT 4
struct irq_stat_request {
	__s32 offsets[IRQ_STAT_COUNT]; /* in irq_stat; negative: has none */
	__u32 done; /* out */
};

#define FUNCTION_NAME_LEN 64
struct text_request {
	char function[FUNCTION_NAME_LEN];
	__u64 address; /* out: 0 if there is no such symbol */
	__u64 text[2]; /* out: the bytes, in the order of memory */
};

/* A variable of the kernel, of 4 bytes. */
struct number_request {
	char variable[FUNCTION_NAME_LEN];
	__s32 number; /* out */
	__u32 known; /* out: 0 if there is no such symbol */
};

#define MODULE_NAME_LEN_MAX 56
struct module_event {
	__u64 ts_ns; /* CLOCK_MONOTONIC */
	char name[MODULE_NAME_LEN_MAX];
};

#endif
