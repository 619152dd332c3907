/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracing by kprobes alone, where the kernel does not describe the types of its
 * modules (5.10; CONFIG_DEBUG_INFO_BTF_MODULES=n). Of KVM and VFIO only
 * arguments and results are read, so that whose a wake-up is has to follow from
 * when it comes: between a handler's entry and its return a CPU runs nothing
 * but what the handler calls, if handlers run in hard interrupts. User space
 * does not start where they may run in threads.
 *
 * Nothing here is younger than 5.10: no atomic instruction that has a result,
 * no global function that takes a pointer, no program type or helper that came
 * later.
 */
#ifndef PITRACE_UNTYPED_BPF_H
#define PITRACE_UNTYPED_BPF_H

/* More than that many CPUs do not take a number at the same moment. */
#define CLAIM_TRIES 16

/*
 * Takes the first number that is free. All below it are taken, by @next of
 * them at least: readers who go up to @next see no gap. Returns 0 if there is
 * none, or if it cannot be told.
 */
static __always_inline __u32 claim(enum claim_kind kind, __u32 *next, __u32 max)
{
	struct claim claim = {.kind = kind, .id = *next};
	__u8 taken = 1;
	long err;

#pragma nounroll /* unrolled, the tries fill the stack */
	for (int i = 0; i < CLAIM_TRIES && claim.id < max; i++, claim.id++) {
		err = bpf_map_update_elem(&claims, &claim, &taken, BPF_NOEXIST);
		if (!err)
			atomic_add_u32(next, 1);
		if (err != -EEXIST)
			return err ? 0 : claim.id;
	}
	return 0;
}

static __always_inline __u32 untyped_slot(const struct vector_text *name)
{
	__u32 slot = find_slot(name);

	if (slot != SLOT_NONE)
		return slot;
	slot = claim(CLAIM_SLOT, &globals.next_slot, max_slots);
	return slot ? name_slot(slot, name) : SLOT_OVERFLOW;
}

static __noinline __u32 untyped_cell(__u32 slot, __u32 cpu)
{
	__u32 *place, id;

	if (!is_counted(slot))
		return 0;
	place = cell_place(slot, cpu);
	if (place && *place)
		return *place;
	id = place ? claim(CLAIM_CELL, &globals.next_cell, max_cells) : 0;
	if (id && use_cell(id, slot, cpu, place))
		return id;
	count_loss(LOSS_COUNTER_TABLE_FULL);
	return 0;
}

/* The id of the stack, or -1 if it is lost or not wanted. */
static __noinline __s32 untyped_stack(void *ctx)
{
	long id = want_stacks ? walk_stack(ctx) : -1;

	return id < 0 ? -1 : (__s32)id;
}

/* --- vectors --- */

SEC("?kprobe/request_threaded_irq")
int BPF_KPROBE(untyped_request_irq, unsigned int irq, void *handler,
	       void *thread_fn, unsigned long flags, const char *devname)
{
	/* The sixth argument: BPF_KPROBE() goes up to the fifth. */
	__u64 dev_id = ctx->r9;
	struct vector_text name = {};
	__u32 slot;

	if (!read_vfio_name(devname, &name))
		return 0;
	slot = untyped_slot(&name);
	give_irq(slot, irq, !is_intx_name(&name), ENTRY_UNKNOWN);
	/* An INTx handler's argument serves in place of the eventfd. */
	set_slot_eventfd(slot, dev_id);
	return 0;
}

SEC("?kretprobe/free_irq")
int BPF_KRETPROBE(untyped_free_irq, const char *devname)
{
	struct vector_text name = {};

	if (read_vfio_name(devname, &name))
		take_irq(&name);
	return 0;
}

/* args[0]: a struct untyped_register_request. A probe's is the newer word. */
SEC("?raw_tp")
int untyped_register_existing(struct bpf_raw_tracepoint_args *ctx)
{
	struct untyped_register_request request;
	struct vector_text name;
	__u32 irq, *owner, slot;

	if (bpf_probe_read_user(&request, sizeof(request),
				(void *)ctx->args[0]))
		return 1;
	irq = request.vector.irq;
	__builtin_memcpy(name.text, request.vector.name, sizeof(name.text));
	owner = bpf_map_lookup_elem(&irq_slots, &irq);
	if ((owner && *owner != SLOT_NONE) || find_slot(&name) != SLOT_NONE)
		return 0;
	slot = untyped_slot(&name);
	give_irq(slot, irq, request.alone || !is_intx_name(&name),
		 ENTRY_UNKNOWN);
	return 0;
}

/* args[0]: an address. Returns the byte there, or -1. */
SEC("?raw_tp")
int untyped_read_byte(struct bpf_raw_tracepoint_args *ctx)
{
	__u8 byte;

	if (bpf_probe_read_kernel(&byte, sizeof(byte), (void *)ctx->args[0]))
		return -1;
	return byte;
}

static __always_inline __u32 slot_of_intx(__u32 irq, __u64 dev_id)
{
	__u32 *slot = bpf_map_lookup_elem(&slots_by_eventfd, &dev_id);

	if (slot)
		return *slot;
	slot = bpf_map_lookup_elem(&irq_slots, &irq);
	return slot ? *slot : SLOT_NONE;
}

/* --- interrupts --- */

static __always_inline int untyped_begin(void *ctx, __u32 slot)
{
	__u32 cpu = bpf_get_smp_processor_id(), mode = tracing_mode();
	struct cpu_state *state = this_cpu_state();
	struct run *run;

	if (mode == TRACING_OFF || !state)
		return 0;
	run = &state->run;
	run->seq++;
	barrier();
	/* Its return was not seen. */
	if (run->pending)
		count_run(run, run->pending - 1, run->stack);
	run->slot = slot;
	run->cpu = cpu;
	run->cell = untyped_cell(slot, cpu);
	run->stack = run->cell ? untyped_stack(ctx) : -1;
	run->bracketed = 1;
	run->open = mode;
	barrier();
	run->begun = (__u32)run->seq;
	return 0;
}

/* The run that this CPU is in; NULL if it is in none. */
static __always_inline struct run *untyped_run(void)
{
	struct cpu_state *state = this_cpu_state();

	return state && state->run.bracketed ? &state->run : 0;
}

static __always_inline int untyped_end(bool was_handled)
{
	struct run *run = untyped_run();
	__u32 pending;

	if (!run)
		return 0;
	run->bracketed = 0;
	pending = run->pending;
	run->open = 0;
	if (pending)
		count_run(run, was_handled ? pending - 1 : PATH_UNCLAIMED,
			  run->stack);
	return 0;
}

SEC("?kprobe/vfio_msihandler")
int BPF_KPROBE(untyped_msi, int irq)
{
	return untyped_begin(ctx, slot_of_msi(irq));
}

SEC("?kretprobe/vfio_msihandler")
int BPF_KRETPROBE(untyped_msi_exit)
{
	return untyped_end(true);
}

SEC("?kprobe/vfio_intx_handler")
int BPF_KPROBE(untyped_intx, int irq, void *dev_id)
{
	return untyped_begin(ctx, slot_of_intx(irq, (__u64)dev_id));
}

SEC("?kretprobe/vfio_intx_handler")
int BPF_KRETPROBE(untyped_intx_exit, int result)
{
	return untyped_end(result == IRQ_HANDLED);
}

SEC("?kprobe/irqfd_wakeup")
int BPF_KPROBE(untyped_wakeup, void *wait, unsigned int mode, int sync,
	       void *key)
{
	struct kvm_kernel_irqfd *irqfd = wait;
	struct run *run = untyped_run();

	/* Readers of the eventfd wake with EPOLLOUT: not an interrupt. */
	if (!run || !run->pending || !((__u64)key & EPOLLIN))
		return 0;
	if (bpf_core_field_exists(irqfd->wait) &&
	    bpf_core_type_exists(struct kvm) && run->cell) {
		irqfd = wait -
			bpf_core_field_offset(struct kvm_kernel_irqfd, wait);
		note_irqfd(run->slot, irqfd);
	}
	run->deliver_stack = run->cell ? untyped_stack(ctx) : -1;
	/* What becomes of it is told when KVM has tried. */
	run->open = 1 + PATH_UNKNOWN;
	return 0;
}

SEC("?kretprobe/kvm_arch_set_irq_inatomic")
int BPF_KRETPROBE(untyped_inatomic, int result)
{
	struct run *run = untyped_run();
	struct cell *cell;
	__u32 id;

	if (!run || !run->pending)
		return 0;
	id = run->cell;
	cell = bpf_map_lookup_elem(&cells, &id);
	/* To which vCPUs is not known, to how many is. */
	if (id && cell && result > 0)
		cell->unseen_targets += (__u32)result;
	run->open = 0;
	count_run(run, path_of_result(result), run->deliver_stack);
	return 0;
}

#endif
