/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One handler run after the other, and the path of each.
 *
 * In interrupt context a CPU runs one VFIO handler at a time, so the run
 * lives with the CPU; a handler that was forced into a thread can be
 * preempted, so its run lives with its vector, which has one thread. No probe
 * watches the handler's end: a run that no irqfd has claimed when the next
 * one begins, or when user space reads, was left to the eventfd's readers, or
 * merged with one before it (unless_claimed()).
 */
#ifndef PITRACE_RUNS_BPF_H
#define PITRACE_RUNS_BPF_H

#define EWOULDBLOCK 11

#define GSI_UNKNOWN -1

/* What a probe of KVM may belong to, looked up once. */
struct context {
	struct cpu_state *cpu;
	struct run *run; /* NULL: to no VFIO interrupt */
	__u32 injecting; /* to the work of an interrupt of this slot */
	bool injecting_ignored;
};

/* The thread's run; marks the current thread as the vector's irq thread. */
static __noinline struct run *thread_run(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u32 thread = current_thread_id();
	struct thread_role *known, role = {.slot = id};

	if (!slot) {
		count_loss(LOSS_VECTOR_TABLE_FULL);
		return 0;
	}
	known = bpf_map_lookup_elem(&threads, &thread);
	if (!known || known->slot != id || known->injecting)
		bpf_map_update_elem(&threads, &thread, &role, BPF_ANY);
	slot->thread_id = thread;
	return &slot->thread_run;
}

/* Is an interrupt of @id to be counted? */
static __always_inline bool is_counted(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (id == SLOT_NONE) {
		count_loss(LOSS_UNREGISTERED_VECTOR);
		return false;
	}
	if (!slot) {
		count_loss(LOSS_VECTOR_TABLE_FULL);
		return false;
	}
	return !slot->ignored;
}

/* 0 if an interrupt of @id cannot be counted, or is not to be. */
static __noinline __u32 cell_for(__u32 id, __u32 cpu)
{
	__u32 cell;

	if (!is_counted(id))
		return 0;
	cell = find_cell(id, cpu);
	if (!cell)
		count_loss(LOSS_COUNTER_TABLE_FULL);
	return cell;
}

/* The run before, if its path was left open. */
static __always_inline void end_run(struct run *run)
{
	__u64 open = run->open;

	/* From here until begin_run() is through it may be in its counter. */
	run->seq++;
	barrier();
	/* A task that was interrupted may have noted a call when it was over.
	 */
	if (open)
		count_unclaimed(run, open, (__u32)open - 1);
}

/* @slot SLOT_NONE or SLOT_OVERFLOW: of VFIO, but it cannot be counted. */
static __always_inline void switch_vector(struct run *run, __u32 slot,
					  __u32 cpu)
{
	const struct vector_slot *known = bpf_map_lookup_elem(&slots, &slot);

	run->slot = slot;
	run->cpu = cpu;
	run->cell = cell_for(slot, cpu);
	run->deferred = known ? known->deferred : 0;
}

static __always_inline void begin_run(void *ctx, struct run *run, __u64 eventfd,
				      __u32 mode)
{
	run->eventfd = eventfd;
	run->stack_at = 0;
	if (want_stacks && run->cell)
		run->stack = take_run_stack(ctx);
	run->open = mode;
	barrier();
	run->begun = (__u32)run->seq;
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

/* --- who consumes a vector --- */

/* The first in the eventfd's queue: irqfds are queued with priority. */
static __always_inline __u64 first_waiter(__u64 eventfd)
{
	return (__u64)BPF_CORE_READ((struct eventfd_ctx *)eventfd,
				    wqh.head.next);
}

/*
 * A GSI with one route has it copied into its irqfd. Of one that has none, or
 * several (a pin of the emulated PIC and I/O APIC), irqfd_update() copies
 * nothing: the type is 0, and the GSI whatever it was before.
 */
static __always_inline __s32
gsi_of_route(const struct kvm_kernel_irq_routing_entry *route)
{
	return route->type ? (__s32)route->gsi : GSI_UNKNOWN;
}

static __always_inline __u64 word_at(__u64 address)
{
	__u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), (void *)address);
	return word;
}

/* What a run that begins with @mode is if nobody claims it: see is_merged(). */
static __noinline int unless_claimed(const struct run *run, __u64 eventfd,
				     __u32 mode)
{
	const struct irqfd_layout *layout = (void *)&globals.irqfd;
	__u64 irqfd;

	if (!run->deferred)
		return mode;
	irqfd = first_waiter(eventfd) - layout->wait_entry;
	if (word_at(irqfd + layout->eventfd) != eventfd ||
	    word_at(irqfd + layout->list) != irqfd + layout->list ||
	    !(word_at(irqfd + layout->inject_data) & 1))
		return mode;
	return 1 + PATH_IRQFD_DEFERRED;
}

/* The irqfd that the eventfd leads to; NULL if there is none. */
static __always_inline struct kvm_kernel_irqfd *irqfd_of_eventfd(__u64 eventfd)
{
	struct kvm_kernel_irqfd *irqfd;

	irqfd = (void *)(first_waiter(eventfd) -
			 bpf_core_field_offset(struct kvm_kernel_irqfd,
					       wait.entry));
	return (__u64)BPF_CORE_READ(irqfd, eventfd) == eventfd ? irqfd : 0;
}

/* That of the run, if it is of this VM and GSI; else 0. */
static __always_inline __u64 irqfd_of_route(const struct run *run, __u64 kvm,
					    __s32 gsi)
{
	struct kvm_kernel_irqfd *irqfd = irqfd_of_eventfd(run->eventfd);

	if (!irqfd || (__u64)BPF_CORE_READ(irqfd, kvm) != kvm ||
	    (gsi != GSI_UNKNOWN && BPF_CORE_READ(irqfd, gsi) != gsi))
		return 0;
	return (__u64)irqfd;
}

/* Who consumes the vector: its VM and GSI, read when that changes. */
static __always_inline void note_irqfd(__u32 id, struct kvm_kernel_irqfd *irqfd)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u64 kvm, old;

	if (!slot)
		return;
	kvm = (__u64)BPF_CORE_READ(irqfd, kvm);
	old = slot->irqfd;
	if (old == (__u64)irqfd && slot->kvm == kvm)
		return;
	bpf_map_delete_elem(&deferrals, &old);
	slot->gsi = BPF_CORE_READ(irqfd, gsi);
	slot->vm_pid = BPF_CORE_READ((struct kvm *)kvm, userspace_pid);
	slot->irqfd = (__u64)irqfd;
	slot->kvm = kvm;
	slot->deferred = 0;
	forget_irqfds();
}

/*
 * That the vector's eventfd leads to an irqfd of this VM holds until an irqfd
 * comes or goes, if programs see that. @epoch is from within the handler, which
 * holds the lock of the eventfd's queue that both take.
 */
static __always_inline void remember_irqfd(struct cell *cell, __u64 irqfd,
					   __u32 epoch)
{
	__u64 kvm = (__u64)BPF_CORE_READ((struct kvm_kernel_irqfd *)irqfd, kvm);

	if (cell->irqfd_epoch == epoch && cell->kvm == kvm)
		return;
	cell->kvm = kvm;
	cell->irqfd_epoch = globals.irqfds_watched ? epoch : 0;
	/* Another VM's APIC may be where that of an earlier one was. */
	for (int i = 0; i < CELL_TARGETS; i++)
		cell->targets[i].apic = 0;
}

static __always_inline bool is_work_pending(struct kvm_kernel_irqfd *irqfd)
{
	return BPF_CORE_READ(irqfd, inject.data.counter) & 1;
}

static __always_inline void tell_irqfd_layout(void)
{
	struct irqfd_layout *layout = (void *)&globals.irqfd;

	layout->wait_entry =
		bpf_core_field_offset(struct kvm_kernel_irqfd, wait.entry);
	layout->eventfd =
		bpf_core_field_offset(struct kvm_kernel_irqfd, eventfd);
	layout->list = bpf_core_field_offset(struct kvm_kernel_irqfd, list);
	layout->inject_data =
		bpf_core_field_offset(struct kvm_kernel_irqfd, inject.data);
}

/* From here on its interrupts may be merged. */
static __always_inline void set_deferred(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (!slot || slot->deferred)
		return;
	tell_irqfd_layout();
	slot->deferred = 1;
	forget_vectors();
}

/*
 * An interrupt leaves work to irqfd_inject(). Work that is pending already
 * (@queued) is not queued again; one run of it then serves all that asked for
 * it, us included, and is owed to us if it is to no one of ours yet.
 */
static __always_inline void note_deferral(struct kvm_kernel_irqfd *irqfd,
					  __u32 slot, bool queued)
{
	struct deferral fresh = {.slot = slot, .owed = 1};
	__u64 key = (__u64)irqfd;
	struct deferral *deferral = bpf_map_lookup_elem(&deferrals, &key);

	set_deferred(slot);
	if (!deferral) {
		if (bpf_map_update_elem(&deferrals, &key, &fresh, BPF_ANY))
			count_loss(LOSS_TARGET_TABLE_FULL);
		return;
	}
	deferral->slot = slot;
	if (!queued)
		atomic_add_u32(&deferral->owed, 1);
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
 * What comes now finds the work pending. For an irqfd that is being removed KVM
 * does not ask anyone then, and no work is queued: there is nothing to be seen.
 */
static __always_inline bool is_merged(struct kvm_kernel_irqfd *irqfd)
{
	return !is_active(irqfd) && is_work_pending(irqfd);
}

/*
 * Work is queued in the run's context, for the irqfd that its eventfd leads to:
 * KVM has left the interrupt to irqfd_inject() without asking anyone, since the
 * irqfd is being removed. With an answer the run would have been claimed.
 */
static __always_inline void queue_work(__u64 work)
{
	struct context context = {};
	struct kvm_kernel_irqfd *irqfd;
	struct run *run;

	/* Most work is queued by tasks. */
	if (!threaded_handlers && !in_interrupt())
		return;
	find_context(&context);
	run = context.run;
	if (!run || !run->pending)
		return;
	irqfd = irqfd_of_eventfd(run->eventfd);
	if (!irqfd ||
	    work != (__u64)irqfd + bpf_core_field_offset(
					   struct kvm_kernel_irqfd, inject))
		return;
	count_others(run, run->open);
	if (run->cell)
		note_irqfd(run->slot, irqfd);
	note_deferral(irqfd, run->slot, false);
	run->open = 0;
	count_run(run, PATH_IRQFD_DEFERRED, run->stack);
}

/*
 * irqfd_wakeup() with EPOLLIN. It is the run's own if it comes in the run's
 * context for the eventfd that the run's handler signals, and the run has
 * not been claimed: anything else (vhost, a userspace write, even to the
 * same eventfd) comes in another context, or finds the run claimed.
 */
static __always_inline void wake_irqfd(struct kvm_kernel_irqfd *irqfd)
{
	struct context context = {};
	struct run *run;

	find_context(&context);
	run = context.run;
	if (!run || !run->pending ||
	    run->eventfd != (__u64)BPF_CORE_READ(irqfd, eventfd))
		return;
	if (run->delivered)
		count_noted(run, run->open);
	/* Nothing more will be seen of it. */
	if (is_merged(irqfd)) {
		if (run->cell)
			note_irqfd(run->slot, irqfd);
		note_deferral(irqfd, run->slot, true);
		run->open = 0;
		count_run(run, PATH_IRQFD_DEFERRED, run->stack);
		return;
	}
	run->irqfd = (__u64)irqfd;
	run->irqfd_seq = run->seq;
	/* What it became is known at the exit; if that is not seen, nowhere. */
	run->open = 1 + PATH_UNKNOWN;
}

static __always_inline __u32 vcpu_of(__u64 apic)
{
	return BPF_CORE_READ((struct kvm_lapic *)apic, vcpu, vcpu_id);
}

static __always_inline void note_delivery(void *ctx, struct run *run,
					  __u64 apic, __u64 target)
{
	__u32 delivered = run->delivered;
	struct delivery *delivery =
		&run->deliveries[delivered & (RUN_DELIVERIES - 1)];

	delivery->apic = apic;
	delivery->target = target;
	/* One stack an interrupt, however many vCPUs it goes to. */
	if (want_stacks && run->cell && !delivered)
		run->deliver_stack = take_run_stack(ctx);
	run->delivered = delivered + 1;
}

/*
 * A run that has noted as many calls as one message can make is over, and the
 * next call is not its doing. That can be counted under its target right away;
 * without targets only their number matters, for which there is room.
 */
static __always_inline bool can_note(const struct run *run, bool by_target)
{
	return run && run->pending &&
	       !(by_target && run->delivered >= RUN_DELIVERIES);
}

/*
 * To whichever run or work it may belong. @by_target says whether an other
 * injection is counted under @target; it is a constant, so nothing looks at it.
 */
static __always_inline int deliver_in_context(void *ctx, __u64 apic,
					      __u64 target, bool by_target)
{
	struct context context = {};

	find_context(&context);
	if (!context.cpu)
		return 0;
	if (can_note(context.run, by_target))
		note_delivery(ctx, context.run, apic, target);
	else if (context.injecting && !context.injecting_ignored)
		count_target(context.injecting, vcpu_of(apic),
			     by_target ? (__u16)target : target);
	else if (context.injecting || tracing_mode() == TRACING_OFF)
		return 0;
	else if (by_target)
		count_injection(context.cpu, target);
	else
		atomic_add_u64(&context.cpu->other_injections, 1);
	return 0;
}

/* To no run of this CPU's interrupts. */
static __noinline int deliver_elsewhere(void *ctx, __u64 apic,
					__u32 guest_vector)
{
	return deliver_in_context(ctx, apic, guest_vector, false);
}

/*
 * The deliver function of either vendor, KVM's software path to a vCPU. A
 * VFIO interrupt caused it if its irqfd claims the run, which is known when
 * kvm_arch_set_irq_inatomic() returns, or if it left this work to
 * irqfd_inject(); anything else did in all other cases.
 */
static __always_inline void deliver(void *ctx, __u64 apic, __u32 guest_vector)
{
	struct cpu_state *state = this_cpu_state();

	if (!state)
		return;
	if (!state->run.pending || !in_interrupt()) {
		deliver_elsewhere(ctx, apic, guest_vector);
		return;
	}
	note_delivery(ctx, &state->run, apic, guest_vector);
}

/* --- kvm_arch_set_irq_inatomic() returned: what became of the run --- */

static __always_inline enum delivery_path path_of_result(int result)
{
	if (result == -EWOULDBLOCK)
		return PATH_IRQFD_DEFERRED;
	return result > 0 ? PATH_IRQFD : PATH_IRQFD_DROPPED;
}

/*
 * Not static, so that the verifier goes through it once, and not again for all
 * that can have come of each delivery before.
 */
__noinline int count_delivery(struct cell *cell,
			      const struct delivery *delivery, __u32 slot)
{
	__u32 vcpu;

	if (!cell || !delivery)
		return 0;
	vcpu = vcpu_of(delivery->apic);
	if (!count_in_cell(cell, delivery->apic, vcpu,
			   delivery->to.guest_vector))
		count_target(slot, vcpu, delivery->to.guest_vector);
	return 0;
}

/* Calls of the deliver function that were not seen have no target. */
static __always_inline void count_targets(struct run *run, struct cell *cell,
					  int result)
{
	__u32 seen = run->delivered;

	if (seen > RUN_DELIVERIES)
		seen = RUN_DELIVERIES;
	for (__u32 i = 0; i < RUN_DELIVERIES; i++) {
		if (i >= seen)
			break;
		count_delivery(cell, &run->deliveries[i], run->slot);
	}
	if (result > 0 && seen < (__u32)result)
		cell->unseen_targets += (__u32)result - seen;
}

/* An irqfd has claimed the run. */
static __noinline int settle_run(void *ctx, struct run *run, __u64 irqfd,
				 int result)
{
	enum delivery_path path = path_of_result(result);
	__u32 id = run->cell, epoch = globals.irqfd_epoch;
	struct cell *cell = bpf_map_lookup_elem(&cells, &id);
	__s32 stack = run->deliver_stack;

	if (id && cell) {
		if (want_stacks && !run->delivered)
			stack = take_run_stack(ctx);
		note_irqfd(run->slot, (void *)irqfd);
		remember_irqfd(cell, irqfd, epoch);
		count_targets(run, cell, result);
	}
	/* Behind note_irqfd(), which forgets an earlier one's debts. */
	if (path == PATH_IRQFD_DEFERRED)
		note_deferral((void *)irqfd, run->slot,
			      is_work_pending((void *)irqfd));
	run->open = 0;
	count_run(run, path, stack);
	return 0;
}

/* As irqfd_wakeup() has told, if that is watched; 0 if it has not. */
static __always_inline __u64 waking_irqfd(const struct run *run)
{
	return run->irqfd_seq == run->seq ? run->irqfd : 0;
}

static __noinline int claim_run(void *ctx, __u64 kvm, __s32 gsi, int result)
{
	struct context context = {};
	struct run *run;
	__u64 irqfd;

	find_context(&context);
	run = context.run;
	if (!run || !run->pending)
		return 0;
	irqfd = waking_irqfd(run) ?: irqfd_of_route(run, kvm, gsi);
	if (irqfd)
		settle_run(ctx, run, irqfd, result);
	return 0;
}

/* Where its arguments are not at hand, irqfd_wakeup() has claimed the run. */
static __always_inline int on_inatomic_return(void *ctx, int result)
{
	struct context context = {};
	__u64 irqfd;

	find_context(&context);
	if (!context.run || !context.run->pending)
		return 0;
	irqfd = waking_irqfd(context.run);
	if (irqfd)
		settle_run(ctx, context.run, irqfd, result);
	return 0;
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
	atomic_add_u32(&deferral->owed, -1);
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
