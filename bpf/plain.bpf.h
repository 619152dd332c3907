/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same three steps for the usual case, with nothing in the way: handlers
 * run in interrupts, no stacks are taken, and what came last comes again.
 * Whatever else there is goes the way of runs.bpf.h.
 */
#ifndef PITRACE_PLAIN_BPF_H
#define PITRACE_PLAIN_BPF_H

/* As far as calls go down from the handler to the deliver function. */
#define STACK_REACH_BYTES 8192

/* Of a run: it is pending, and one call of the deliver function is noted. */
#define ONE_DELIVERY (1ull << 32 | TRACING_ON)

static __always_inline __u64 stack_here(struct cpu_state *state, void *ctx)
{
	*(void *volatile *)&state->here = ctx;
	return *(volatile __u64 *)&state->here;
}

/* The run before is over, if it was pending. */
static __always_inline void plain_end(struct run *run)
{
	__u64 open = run->open;

	run->seq++;
	barrier();
	if (open) {
		count_others(run, open);
		count_in_path(run, (__u32)open - 1);
	}
}

static __always_inline void plain_begin(struct cpu_state *state, void *ctx,
					__u64 eventfd)
{
	state->run.eventfd = eventfd;
	state->run.stack_at = stack_here(state, ctx);
	state->run.open = state->run.mode;
	barrier();
	state->run.begun = (__u32)state->run.seq;
}

/* It is new on this CPU, or something has changed. */
static __noinline int begin_unknown(void *ctx, __u32 irq, __u64 eventfd,
				    struct cpu_state *state)
{
	on_msi(ctx, irq, eventfd);
	state->run.stack_at = stack_here(state, ctx);
	return 0;
}

/* The cell of a vector on the run's CPU; 0 if there is none so far. */
static __always_inline __u32 cell_on_cpu(const struct run *run, __u32 slot)
{
	__u32 *place = cell_place(slot, run->cpu);

	return place ? *place : 0;
}

static __always_inline bool is_known(const struct cpu_vector *known, __u32 irq,
				     __u32 epoch)
{
	return known->irq == irq && known->epoch == epoch;
}

static __always_inline bool is_deferred(__u32 id)
{
	const struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	return slot && slot->deferred;
}

/* A vector that has a cell is one to be counted. */
static __noinline int look_up(const struct run *run, struct cpu_vector *known,
			      __u32 irq)
{
	__u32 slot = slot_of_msi(irq), cell = cell_on_cpu(run, slot);

	if (!cell || is_deferred(slot))
		return 0;
	known->irq = irq;
	known->epoch = run->vectors_epoch;
	known->slot = slot;
	known->cell = cell;
	return 1;
}

static __always_inline int plain_msi(void *ctx, __u32 irq, __u64 eventfd)
{
	struct cpu_state *state = this_cpu_state();
	struct cpu_vector *known;
	struct run *run;

	if (!state)
		return 0;
	run = &state->run;
	if (run->vectors_epoch != globals.vectors_epoch)
		return begin_unknown(ctx, irq, eventfd, state);
	if (irq == run->irq) {
		plain_end(run);
		plain_begin(state, ctx, eventfd);
		return 0;
	}
	known = &state->vectors[irq % CPU_VECTORS];
	if (!is_known(known, irq, run->vectors_epoch) &&
	    !look_up(run, known, irq))
		return begin_unknown(ctx, irq, eventfd, state);
	plain_end(run);
	run->irq = irq;
	run->slot = known->slot;
	run->cell = known->cell;
	plain_begin(state, ctx, eventfd);
	return 0;
}

/*
 * On the run's stack it may also be the task that was interrupted, later. What
 * it delivers is then counted as what it is when the run is found unclaimed.
 */
static __always_inline int plain_deliver(void *ctx, __u64 apic,
					 __u32 guest_vector)
{
	struct cpu_state *state = this_cpu_state();
	struct run *run;

	if (!state)
		return 0;
	run = &state->run;
	if (run->open >> 32 || !run->open ||
	    run->stack_at - stack_here(state, ctx) > STACK_REACH_BYTES)
		return deliver_elsewhere(ctx, apic, guest_vector);
	run->deliveries[0].apic = apic;
	run->deliveries[0].target = guest_vector;
	run->delivered = 1;
	return 0;
}

/*
 * Most are like this: one delivery, to a known target. If the vector's eventfd
 * leads to an irqfd, and none came or went since that was found, a run that is
 * pending is in its handler, and this is that irqfd's answer.
 */
static __always_inline bool settle_like_before(int result)
{
	struct cpu_state *state = this_cpu_state();
	struct cell *cell;
	struct run *run;
	__u32 id;

	if (!state || result != 1)
		return false;
	run = &state->run;
	id = run->cell;
	cell = bpf_map_lookup_elem(&cells, &id);
	if (!cell || run->open != ONE_DELIVERY ||
	    cell->irqfd_epoch != globals.irqfd_epoch ||
	    !count_known_target(cell, &run->deliveries[0]))
		return false;
	/* In this order: in its counter and still open it would count twice. */
	run->open = 0;
	barrier();
	cell->paths[PATH_IRQFD]++;
	return true;
}

SEC("?fentry/vfio_pci_core:vfio_msihandler")
int BPF_PROG(fentry_msi_plain, int irq, void *arg)
{
	return plain_msi(ctx, irq, (__u64)arg);
}

SEC("?fexit/kvm:kvm_arch_set_irq_inatomic")
int BPF_PROG(fexit_inatomic_plain, struct kvm_kernel_irq_routing_entry *route,
	     struct kvm *kvm, int source, int level, bool line_status,
	     int result)
{
	if (!settle_like_before(result))
		claim_run(ctx, (__u64)kvm, gsi_of_route(route), result);
	return 0;
}

SEC("?fentry/kvm_intel:vmx_deliver_interrupt")
int BPF_PROG(fentry_vmx_deliver_plain, struct kvm_lapic *apic,
	     int delivery_mode, int trig_mode, int vector)
{
	count_if_running(apic);
	return plain_deliver(ctx, (__u64)apic, vector);
}

SEC("?fentry/kvm_amd:svm_deliver_interrupt")
int BPF_PROG(fentry_svm_deliver_plain, struct kvm_lapic *apic,
	     int delivery_mode, int trig_mode, int vector)
{
	return plain_deliver(ctx, (__u64)apic, vector);
}

#endif
