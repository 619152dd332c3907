/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One handler run after the other, and the path of each.
 *
 * In hard interrupt context a CPU runs one VFIO handler at a time, so the
 * run lives with the CPU; a handler that was forced into a thread can be
 * preempted, so its run lives with its vector, which has one thread. No probe
 * watches the handler's end: a run that no irqfd has claimed when the next
 * one begins, or when user space reads, was left to the eventfd's readers.
 */
#ifndef PITRACE_RUNS_BPF_H
#define PITRACE_RUNS_BPF_H

#define EWOULDBLOCK 11

/* The thread's run; marks the current thread as the vector's irq thread. */
static __always_inline struct run *thread_run(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u32 thread = current_thread_id();
	struct thread_role *known, role = { .slot = id };

	known = bpf_map_lookup_elem(&threads, &thread);
	if (!known || known->slot != id || known->injecting)
		bpf_map_update_elem(&threads, &thread, &role, BPF_ANY);
	if (id == SLOT_IGNORED || !slot)
		return 0;
	slot->thread_id = thread;
	return &slot->thread_run;
}

static __always_inline struct run *run_beginning_here(__u32 slot)
{
	struct cpu_state *state;

	if (!in_hardirq())
		return thread_run(slot);
	state = this_cpu_state();
	return state ? &state->run : 0;
}

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
	run->cell = 0;
	if (slot != SLOT_IGNORED) {
		run->cell = find_cell(slot);
		if (!run->cell)
			count_loss(LOSS_COUNTER_TABLE_FULL);
	}
	run->default_path = mode == TRACING_KVM_UNPROBED ? PATH_UNKNOWN
							 : PATH_EVENTFD;
	run->bracketed = bracketed;
	run->delivered = 0;
	if (want_stacks && run->cell)
		run->stack = take_stack(ctx);
	run->pending = 1;
}

static __always_inline struct thread_role *current_role(void)
{
	__u32 thread = current_thread_id();

	if (serving_softirq() || !in_kernel_thread())
		return 0;
	return bpf_map_lookup_elem(&threads, &thread);
}

/* The run that whatever happens here may belong to. */
static __always_inline struct run *current_run(struct cpu_state *state)
{
	struct thread_role *role;
	struct vector_slot *slot;
	__u32 id;

	if (in_hardirq())
		return &state->run;
	role = current_role();
	if (!role || role->injecting)
		return 0;
	id = role->slot;
	slot = bpf_map_lookup_elem(&slots, &id);
	return slot ? &slot->thread_run : 0;
}

/* Who consumes the vector: its VM and GSI, read when that changes. */
static __always_inline void note_irqfd(__u32 id, struct kvm_kernel_irqfd *irqfd)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	struct kvm *kvm;

	if (!slot)
		return;
	kvm = BPF_CORE_READ(irqfd, kvm);
	if (slot->irqfd == (__u64)irqfd && slot->kvm == (__u64)kvm)
		return;
	slot->gsi = BPF_CORE_READ(irqfd, gsi);
	slot->vm_pid = BPF_CORE_READ(kvm, userspace_pid);
	slot->irqfd = (__u64)irqfd;
	slot->kvm = (__u64)kvm;
}

/*
 * irqfd_wakeup() with EPOLLIN. It is the run's own if it comes in the run's
 * context for the eventfd that the run's handler signals, and the run has
 * not been claimed: anything else (vhost, a userspace write, even to the
 * same eventfd) comes in another context, or finds the run claimed.
 */
static __always_inline void wake_irqfd(void *ctx,
				       struct kvm_kernel_irqfd *irqfd)
{
	struct cpu_state *state = this_cpu_state();
	__u64 eventfd = (__u64)BPF_CORE_READ(irqfd, eventfd);
	struct run *run;

	if (!state)
		return;
	run = current_run(state);
	if (!run || !run->pending ||
	    (run->eventfd != eventfd && !run->bracketed)) {
		state->foreign_irqfd = (__u64)irqfd;
		return;
	}
	run->irqfd = (__u64)irqfd;
	if (!run->cell)
		return;
	note_irqfd(run->slot, irqfd);
}

/*
 * The deliver function of either vendor, KVM's software path to a vCPU:
 * caused by a VFIO interrupt inside its irqfd_wakeup() or in the work that
 * this left to irqfd_inject(); by anything else in all other cases.
 */
static __always_inline void deliver(void *ctx, __u32 vcpu, __u32 guest_vector)
{
	struct cpu_state *state = this_cpu_state();
	struct thread_role *role = 0;
	struct vector_slot *slot;
	struct run *run = 0;
	__u32 id;

	if (!state)
		return;
	if (in_hardirq()) {
		run = &state->run;
	} else {
		role = current_role();
		if (role && role->slot == SLOT_IGNORED)
			return;
		if (role && role->injecting) {
			count_target(role->slot, vcpu, guest_vector);
			return;
		}
		if (role) {
			id = role->slot;
			slot = bpf_map_lookup_elem(&slots, &id);
			if (slot)
				run = &slot->thread_run;
		}
	}
	if (!run || !run->irqfd) {
		if (tracing_mode() != TRACING_OFF)
			__sync_fetch_and_add(&state->other_injections, 1);
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

static __always_inline void note_deferral(__u64 irqfd, __u32 slot)
{
	struct deferral *deferral, fresh = {};

	deferral = bpf_map_lookup_elem(&deferrals, &irqfd);
	if (!deferral && slot == SLOT_NONE)
		return;
	if (!deferral) {
		bpf_map_update_elem(&deferrals, &irqfd, &fresh, BPF_NOEXIST);
		deferral = bpf_map_lookup_elem(&deferrals, &irqfd);
		if (!deferral)
			return;
	}
	if (slot == SLOT_NONE) {
		__sync_fetch_and_add(&deferral->foreign, 1);
		return;
	}
	deferral->slot = slot;
	__sync_fetch_and_add(&deferral->vfio, 1);
}

/*
 * irqfd_wakeup() was not seen, yet KVM is consuming: does the eventfd that
 * the run signals lead to an irqfd with this VM and GSI? irqfds are queued
 * with priority, so theirs is the first entry of the eventfd's wait queue.
 * Covers runs of that probe which the kernel skipped.
 */
static __always_inline struct kvm_kernel_irqfd *
irqfd_of_run(const struct run *run, struct kvm *kvm,
	     struct kvm_kernel_irq_routing_entry *route)
{
	struct eventfd_ctx *eventfd = (void *)run->eventfd;
	struct kvm_kernel_irqfd *irqfd;
	struct list_head *first;

	if (!run->pending || !run->cell || run->bracketed)
		return 0;
	first = BPF_CORE_READ(eventfd, wqh.head.next);
	irqfd = (void *)first -
		bpf_core_field_offset(struct kvm_kernel_irqfd, wait.entry);
	if (BPF_CORE_READ(irqfd, kvm) != kvm ||
	    BPF_CORE_READ(irqfd, eventfd) != eventfd ||
	    BPF_CORE_READ(irqfd, gsi) != (int)BPF_CORE_READ(route, gsi))
		return 0;
	return irqfd;
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

	if (path == PATH_IRQFD_DEFERRED)
		note_deferral(run->irqfd, run->slot);
	if (path == PATH_IRQFD && id && cell && run->delivered < (__u32)result)
		cell->unseen_targets += (__u32)result - run->delivered;
	run->irqfd = 0;
	end_run(run, path);
}

/* The work that an interrupt left to irqfd_inject(), now running. */
static __always_inline void begin_injection(struct kvm_kernel_irqfd *irqfd)
{
	__u64 key = (__u64)irqfd;
	struct deferral *deferral = bpf_map_lookup_elem(&deferrals, &key);
	struct thread_role role = { .injecting = 1 };
	__u32 thread = current_thread_id();
	__u64 vfio, foreign;

	if (!deferral)
		return;
	vfio = deferral->vfio - deferral->vfio_taken;
	foreign = deferral->foreign - deferral->foreign_taken;
	deferral->vfio_taken += vfio;
	deferral->foreign_taken += foreign;
	/*
	 * Queueing comes after counting: the work of an interrupt counted
	 * while the one before was starting finds both counts taken, and
	 * belongs to what took them.
	 */
	if (vfio)
		deferral->last_slot = deferral->slot;
	else if (foreign)
		deferral->last_slot = SLOT_NONE;
	role.slot = deferral->last_slot;
	if (role.slot != SLOT_NONE)
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
