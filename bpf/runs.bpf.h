/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One handler run after the other, and the path of each.
 *
 * In interrupt context a CPU runs one VFIO handler at a time, so the run
 * lives with the CPU; a handler that was forced into a thread can be
 * preempted, so its run lives with its vector, which has one thread. No probe
 * watches the handler's end: a run that no irqfd has claimed when the next
 * one begins, or when user space reads, was left to the eventfd's readers.
 */
#ifndef PITRACE_RUNS_BPF_H
#define PITRACE_RUNS_BPF_H

#define EWOULDBLOCK 11

/* What a probe of KVM may belong to, looked up once. */
struct context {
	struct cpu_state *cpu;
	struct run *run; /* NULL: to no VFIO interrupt */
	__u32 injecting; /* to the work of an interrupt of this slot */
	bool injecting_ignored;
};

/* The thread's run; marks the current thread as the vector's irq thread. */
static __always_inline struct run *thread_run(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u32 thread = current_thread_id();
	struct thread_role *known, role = {.slot = id};

	if (!slot)
		return 0;
	known = bpf_map_lookup_elem(&threads, &thread);
	if (!known || known->slot != id || known->injecting)
		bpf_map_update_elem(&threads, &thread, &role, BPF_ANY);
	slot->thread_id = thread;
	return &slot->thread_run;
}

static __always_inline struct run *run_beginning_here(__u32 slot)
{
	struct cpu_state *state;

	if (!in_interrupt())
		return thread_run(slot);
	state = this_cpu_state();
	return state ? &state->run : 0;
}

static __always_inline __u32 cell_for(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u32 cell;

	if (id == SLOT_NONE || !slot || slot->ignored)
		return 0;
	cell = find_cell(id);
	if (!cell)
		count_loss(LOSS_COUNTER_TABLE_FULL);
	return cell;
}

/* @slot SLOT_NONE: an interrupt of VFIO that cannot be counted. */
static __always_inline void begin_run(void *ctx, __u32 slot, __u64 eventfd,
				      bool bracketed, __u32 mode)
{
	struct run *run = run_beginning_here(slot);

	if (!run)
		return;
	if (run->pending)
		end_run(run, run->default_path);
	run->seq++;
	run->eventfd = eventfd;
	run->irqfd = 0;
	run->slot = slot;
	run->cell = cell_for(slot);
	run->default_path =
		mode == TRACING_KVM_UNPROBED ? PATH_UNKNOWN : PATH_EVENTFD;
	run->bracketed = bracketed;
	run->delivered = 0;
	run->others = 0;
	if (want_stacks && run->cell)
		run->stack = take_stack(ctx);
	run->pending = 1;
}

static __always_inline void find_context_of_thread(struct context *context)
{
	__u32 thread = current_thread_id(), id;
	struct thread_role *role;
	struct vector_slot *slot;

	if (!in_kernel_thread())
		return;
	role = bpf_map_lookup_elem(&threads, &thread);
	if (!role)
		return;
	id = role->slot;
	slot = bpf_map_lookup_elem(&slots, &id);
	if (!slot)
		return;
	if (!role->injecting) {
		context->run = &slot->thread_run;
		return;
	}
	context->injecting = id;
	context->injecting_ignored = slot->ignored;
}

static __always_inline void find_context(struct context *context)
{
	context->cpu = this_cpu_state();
	if (!context->cpu)
		return;
	if (in_interrupt())
		context->run = &context->cpu->run;
	else
		find_context_of_thread(context);
}

/* Who consumes the vector: its VM and GSI, read when that changes. */
static __always_inline void note_irqfd(__u32 id, struct kvm_kernel_irqfd *irqfd)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	struct kvm *kvm;
	__u64 old;

	if (!slot)
		return;
	kvm = BPF_CORE_READ(irqfd, kvm);
	old = slot->irqfd;
	if (old == (__u64)irqfd && slot->kvm == (__u64)kvm)
		return;
	bpf_map_delete_elem(&deferrals, &old);
	slot->gsi = BPF_CORE_READ(irqfd, gsi);
	slot->vm_pid = BPF_CORE_READ(kvm, userspace_pid);
	slot->irqfd = (__u64)irqfd;
	slot->kvm = (__u64)kvm;
}

/*
 * An interrupt leaves work to irqfd_inject(). Work that is pending already is
 * not queued again; one run of it then serves all that asked for it, us
 * included, and is owed to us if it is to no one of ours yet.
 */
static __always_inline void note_deferral(struct kvm_kernel_irqfd *irqfd,
					  __u32 slot)
{
	bool queued = BPF_CORE_READ(irqfd, inject.data.counter) & 1;
	struct deferral fresh = {.slot = slot, .owed = 1};
	__u64 key = (__u64)irqfd;
	struct deferral *deferral = bpf_map_lookup_elem(&deferrals, &key);

	if (!deferral) {
		if (bpf_map_update_elem(&deferrals, &key, &fresh, BPF_ANY))
			count_loss(LOSS_TARGET_TABLE_FULL);
		return;
	}
	deferral->slot = slot;
	if (!queued)
		__sync_fetch_and_add(&deferral->owed, 1);
	else if (!deferral->owed)
		deferral->owed = 1;
}

/* A deassigned irqfd leaves its list at once; its wake-ups end later. */
static __always_inline bool is_active(struct kvm_kernel_irqfd *irqfd)
{
	__u64 head = (__u64)irqfd +
		     bpf_core_field_offset(struct kvm_kernel_irqfd, list);

	return (__u64)BPF_CORE_READ(irqfd, list.next) != head;
}

/*
 * irqfd_wakeup() with EPOLLIN. It is the run's own if it comes in the run's
 * context for the eventfd that the run's handler signals, and the run has
 * not been claimed: anything else (vhost, a userspace write, even to the
 * same eventfd) comes in another context, or finds the run claimed.
 */
static __always_inline void wake_irqfd(struct kvm_kernel_irqfd *irqfd)
{
	__u64 eventfd = (__u64)BPF_CORE_READ(irqfd, eventfd);
	struct context context = {};
	struct run *run;

	find_context(&context);
	run = context.run;
	if (!run || !run->pending ||
	    (run->eventfd != eventfd && !run->bracketed))
		return;
	if (run->cell)
		note_irqfd(run->slot, irqfd);
	/* Where the rework of 6.17 is in, KVM defers these without asking. */
	if (bpf_core_field_exists(irqfd->irq_bypass_vcpu) &&
	    !is_active(irqfd)) {
		note_deferral(irqfd, run->slot);
		end_run(run, PATH_IRQFD_DEFERRED);
		return;
	}
	run->irqfd = (__u64)irqfd;
	/* What it became is known at the exit; if that is not seen, nowhere. */
	run->default_path = PATH_UNKNOWN;
}

/*
 * The deliver function of either vendor, KVM's software path to a vCPU:
 * caused by a VFIO interrupt inside its irqfd_wakeup() or in the work that
 * this left to irqfd_inject(); by anything else in all other cases.
 */
static __always_inline void deliver(void *ctx, __u32 vcpu, __u32 guest_vector)
{
	struct context context = {};
	struct run *run;

	find_context(&context);
	run = context.run;
	if (!context.cpu || context.injecting_ignored)
		return;
	if (context.injecting) {
		count_target(context.injecting, vcpu, guest_vector);
		return;
	}
	if (!run || !run->irqfd) {
		if (run)
			run->others++;
		if (tracing_mode() != TRACING_OFF)
			__sync_fetch_and_add(&context.cpu->other_injections, 1);
		return;
	}
	run->delivered++;
	if (!run->cell)
		return;
	/* One stack an interrupt, however many vCPUs it is delivered to. */
	if (want_stacks && run->delivered == 1)
		run->stack = take_stack(ctx);
	count_target(run->slot, vcpu, guest_vector);
}

/*
 * irqfd_wakeup() was not seen, yet KVM is consuming: does the eventfd that
 * the run signals lead to an irqfd with this VM and GSI? irqfds are queued
 * with priority, so theirs is the first entry of the eventfd's wait queue.
 * Covers runs of that probe which the kernel skipped.
 */
static __always_inline struct kvm_kernel_irqfd *irqfd_of_run(
	const struct run *run, struct kvm *kvm,
	struct kvm_kernel_irq_routing_entry *route)
{
	struct eventfd_ctx *eventfd = (void *)run->eventfd;
	struct kvm_kernel_irqfd *irqfd;
	struct list_head *first;

	first = BPF_CORE_READ(eventfd, wqh.head.next);
	irqfd = (void *)first -
		bpf_core_field_offset(struct kvm_kernel_irqfd, wait.entry);
	if (BPF_CORE_READ(irqfd, kvm) != kvm ||
	    BPF_CORE_READ(irqfd, eventfd) != eventfd ||
	    BPF_CORE_READ(irqfd, gsi) != (int)BPF_CORE_READ(route, gsi))
		return 0;
	return irqfd;
}

/* Claims a run whose irqfd_wakeup() was skipped, once that is over. */
static __always_inline void claim_late(
	const struct context *context, struct kvm *kvm,
	struct kvm_kernel_irq_routing_entry *route, int result)
{
	struct run *run = context->run;
	struct kvm_kernel_irqfd *irqfd;
	__u64 ours;

	if (!run || !run->pending || run->irqfd || !run->cell || run->bracketed)
		return;
	irqfd = irqfd_of_run(run, kvm, route);
	if (!irqfd)
		return;
	run->irqfd = (__u64)irqfd;
	note_irqfd(run->slot, irqfd);
	/* deliver() could not know whose these were. */
	ours = result > 0 ? (__u32)result : 0;
	if (ours > run->others)
		ours = run->others;
	__sync_fetch_and_add(&context->cpu->other_injections, -ours);
}

static __always_inline enum delivery_path path_of_result(int result)
{
	if (result == -EWOULDBLOCK)
		return PATH_IRQFD_DEFERRED;
	return result > 0 ? PATH_IRQFD : PATH_IRQFD_DROPPED;
}

/* kvm_arch_set_irq_inatomic() returned: what became of the run. */
static __always_inline void finish_irqfd(void *ctx, struct run *run, int result)
{
	enum delivery_path path = path_of_result(result);
	__u32 id = run->cell;
	struct cell *cell = bpf_map_lookup_elem(&cells, &id);

	if (want_stacks && id && !run->delivered)
		run->stack = take_stack(ctx);
	if (path == PATH_IRQFD_DEFERRED)
		note_deferral((void *)run->irqfd, run->slot);
	if (path == PATH_IRQFD && id && cell && run->delivered < (__u32)result)
		cell->unseen_targets += (__u32)result - run->delivered;
	run->irqfd = 0;
	end_run(run, path);
}

/* irqfd_inject() begins: is this run of it owed to an interrupt of ours? */
static __always_inline void begin_injection(struct kvm_kernel_irqfd *irqfd)
{
	__u64 key = (__u64)irqfd;
	struct deferral *deferral = bpf_map_lookup_elem(&deferrals, &key);
	struct thread_role role = {.injecting = 1};
	__u32 thread = current_thread_id();

	if (!deferral || !deferral->owed)
		return;
	__sync_fetch_and_add(&deferral->owed, -1);
	role.slot = deferral->slot;
	bpf_map_update_elem(&threads, &thread, &role, BPF_ANY);
}

static __always_inline void end_injection(void)
{
	__u32 thread = current_thread_id();
	struct thread_role *role = bpf_map_lookup_elem(&threads, &thread);

	if (role && role->injecting)
		bpf_map_delete_elem(&threads, &thread);
}

#endif
