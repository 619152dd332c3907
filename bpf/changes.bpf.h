/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changes of the way that an interrupt takes: its entry in the remapping
 * table is posted or turned back, an irqfd comes or goes, irqbypass joins the
 * two or parts them. All of it is rare and happens in tasks, so each change
 * becomes an event of its own.
 *
 * KVM asks for a change of the entry in one function (kvm_pi_update_irte, or
 * up to 6.16 the vendor's own), which ends up in irq_set_vcpu_affinity(). A
 * tracepoint tells of vCPU and vector, before that or behind it. What the
 * three have seen is put together for each thread and told at the outermost
 * function's exit.
 */
#ifndef PITRACE_CHANGES_BPF_H
#define PITRACE_CHANGES_BPF_H

#define KVM_IRQFD_FLAG_DEASSIGN 1

static __always_inline bool is_tracing(void)
{
	return tracing_mode() != TRACING_OFF;
}

static __always_inline __u32 slot_of_irq(__s32 irq)
{
	__u32 key = irq;
	__u32 *slot = bpf_map_lookup_elem(&irq_slots, &key);

	return slot && *slot != SLOT_OVERFLOW ? *slot : SLOT_NONE;
}

static __always_inline __u32 slot_of_eventfd(__u64 eventfd)
{
	__u32 *slot = bpf_map_lookup_elem(&slots_by_eventfd, &eventfd);

	return slot ? *slot : SLOT_NONE;
}

/* With a filter, only what is known to be of a device asked for. */
static __always_inline bool is_change_wanted(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (id == SLOT_NONE)
		return !filter_devices;
	return slot && !slot->ignored;
}

/*
 * Counts a change of an entry; false if it is none: where KVM finds that a
 * route cannot be posted it has the entry remapped, whatever it was.
 */
static __always_inline bool count_change(const struct change_event *event)
{
	__u32 entry =
		event->kind == CHANGE_POSTED ? ENTRY_POSTED : ENTRY_REMAPPED;
	__u32 id = event->slot;
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (id == SLOT_NONE || !slot || event->kind > CHANGE_REMAPPED)
		return true;
	slot->error = event->result;
	if (event->result) {
		atomic_add_u64(&slot->failures, 1);
		return true;
	}
	if (entry == ENTRY_REMAPPED && slot->entry == ENTRY_REMAPPED)
		return false;
	atomic_add_u64(&slot->changes, 1);
	slot->entry = entry;
	slot->changed_ns = event->ts_ns;
	return true;
}

/* Also of what changes nothing of the entry: perhaps its route is new. */
static __always_inline void count_news(__u32 id)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (slot)
		atomic_add_u32(&slot->news, 1);
}

static __always_inline void write_event(struct change_event *event, __s32 stack)
{
	if (want_stacks)
		count_stack_of(stack, event->slot,
			       STACK_OF_CHANGE + event->kind);
	if (bpf_ringbuf_output(&change_events, event, sizeof(*event), 0))
		count_loss(LOSS_EVENT);
}

static __always_inline void tell(void *ctx, struct change_event *event)
{
	if (!is_tracing() || !is_change_wanted(event->slot))
		return;
	count_news(event->slot);
	event->ts_ns = bpf_ktime_get_ns();
	if (count_change(event))
		write_event(event, want_stacks ? take_stack(ctx) : -1);
}

/* --- entries of the remapping table --- */

static __always_inline struct entry_update *update_of_thread(void)
{
	__u32 thread = current_thread_id();

	return bpf_map_lookup_elem(&entry_updates, &thread);
}

static __always_inline struct entry_update *new_update(bool in_kvm)
{
	__u32 thread = current_thread_id();
	struct entry_update fresh = {
		.in_kvm = in_kvm,
		.event =
			{
				.irq = -1,
				.gsi = -1,
				.vcpu = -1,
				.guest_vector = -1,
				.vm_pid = -1,
			},
	};

	if (bpf_map_update_elem(&entry_updates, &thread, &fresh, BPF_ANY)) {
		count_loss(LOSS_EVENT);
		return 0;
	}
	return bpf_map_lookup_elem(&entry_updates, &thread);
}

static __always_inline void end_update(void)
{
	__u32 thread = current_thread_id();

	bpf_map_delete_elem(&entry_updates, &thread);
}

static __always_inline void tell_update(void *ctx, struct entry_update *update)
{
	struct change_event event = update->event;

	event.slot = slot_of_irq(event.irq);
	tell(ctx, &event);
}

static __always_inline int on_update(struct kvm *kvm, __s32 irq, __s32 gsi)
{
	struct entry_update *update = new_update(true);

	if (!update)
		return 0;
	update->event.irq = irq;
	update->event.gsi = gsi;
	update->event.vm_pid = BPF_CORE_READ(kvm, userspace_pid);
	return 0;
}

static __always_inline int on_update_of_irqfd(struct kvm_kernel_irqfd *irqfd)
{
	return on_update(BPF_CORE_READ(irqfd, kvm),
			 BPF_CORE_READ(irqfd, producer, irq),
			 BPF_CORE_READ(irqfd, gsi));
}

/* One that failed before it came to the entry was asked to post it. */
static __always_inline int on_update_exit(void *ctx, int result)
{
	struct entry_update *update = update_of_thread();

	if (!update)
		return 0;
	if (!update->reached_entry && result < 0) {
		update->event.kind = CHANGE_POSTED;
		update->event.result = result;
		tell_update(ctx, update);
	} else if (update->reached_entry) {
		tell_update(ctx, update);
	}
	end_update();
	return 0;
}

static __always_inline int on_affinity(__s32 irq, void *vcpu_info)
{
	struct entry_update *update = update_of_thread();

	if (!update)
		update = new_update(false);
	if (!update)
		return 0;
	update->event.irq = irq;
	update->vcpu_info = (__u64)vcpu_info;
	return 0;
}

/* AMD's drivers are told in the argument, and may change it meanwhile. */
static __always_inline bool is_posting(const struct entry_update *update)
{
	struct amd_iommu_pi_data *info = (void *)update->vcpu_info;

	return info && (!is_amd_iommu || BPF_CORE_READ(info, is_guest_mode));
}

static __always_inline int on_affinity_exit(void *ctx, int result)
{
	struct entry_update *update = update_of_thread();

	if (!update)
		return 0;
	update->reached_entry = 1;
	update->event.kind =
		is_posting(update) ? CHANGE_POSTED : CHANGE_REMAPPED;
	update->event.result = result;
	if (update->in_kvm)
		return 0;
	tell_update(ctx, update);
	end_update();
	return 0;
}

/*
 * Intel's code has the tracepoint before the change up to 6.16. Behind it, as
 * everywhere else, it is of use only within a function that is watched.
 */
static __always_inline struct entry_update *update_of_tracepoint(void)
{
	struct entry_update *update = update_of_thread();

	if (!update && pi_update_args == PI_UPDATE_ARGS_EARLIER &&
	    !is_amd_iommu)
		update = new_update(false);
	return update;
}

SEC("?raw_tp/kvm_pi_irte_update")
int tracepoint_pi_update(struct bpf_raw_tracepoint_args *ctx)
{
	struct entry_update *update = update_of_tracepoint();
	struct kvm_vcpu *vcpu;

	if (!update)
		return 0;
	update->event.gsi = ctx->args[2];
	if (pi_update_args == PI_UPDATE_ARGS_EARLIER) {
		update->event.vcpu = ctx->args[1];
		update->event.guest_vector = ctx->args[3];
		update->event.descriptor = ctx->args[4];
		return 0;
	}
	/* Without a vCPU the vector is whatever stood on KVM's stack. */
	vcpu = (void *)ctx->args[1];
	if (!vcpu)
		return 0;
	update->event.vcpu = BPF_CORE_READ(vcpu, vcpu_id);
	update->event.guest_vector = ctx->args[3];
	return 0;
}

/* --- irqfds and bypasses --- */

/* What the current process knows as @fd, if that is an eventfd. */
static __always_inline __u64 eventfd_of(__u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file **files = BPF_CORE_READ(task, files, fdt, fd);
	struct file *file = 0;

	if (fd >= BPF_CORE_READ(task, files, fdt, max_fds) ||
	    bpf_probe_read_kernel(&file, sizeof(file), files + fd))
		return 0;
	return (__u64)BPF_CORE_READ(file, private_data);
}

/* Between entry and exit of a function, by thread. */
static __always_inline void put_call(void *calls,
				     const struct change_event *event)
{
	__u32 thread = current_thread_id();

	if (bpf_map_update_elem(calls, &thread, event, BPF_ANY))
		count_loss(LOSS_EVENT);
}

static __always_inline bool take_call(void *calls, int result,
				      struct change_event *event)
{
	__u32 thread = current_thread_id();
	struct change_event *call = bpf_map_lookup_elem(calls, &thread);

	if (!call)
		return false;
	*event = *call;
	bpf_map_delete_elem(calls, &thread);
	event->result = result;
	return true;
}

/* --- irqfds of eventfds that no vector signals so far --- */

static __always_inline void put_early_irqfd(void *ctx,
					    struct change_event *event)
{
	struct early_irqfd early = {.stack = -1};

	if (event->result || !event->eventfd || !is_tracing())
		return;
	event->ts_ns = bpf_ktime_get_ns();
	early.event = *event;
	if (want_stacks)
		early.stack = take_stack(ctx);
	if (bpf_map_update_elem(&early_irqfds, &event->eventfd, &early,
				BPF_ANY))
		count_loss(LOSS_EVENT);
}

/* A vector begins to signal @eventfd: now it is known whose its irqfd is. */
static __always_inline void tell_early_irqfd(__u32 slot, __u64 eventfd)
{
	struct early_irqfd *known, early;

	known = eventfd ? bpf_map_lookup_elem(&early_irqfds, &eventfd) : 0;
	if (!known)
		return;
	early = *known;
	bpf_map_delete_elem(&early_irqfds, &eventfd);
	early.event.slot = slot;
	if (is_change_wanted(slot))
		write_event(&early.event, early.stack);
}

static __always_inline int tell_irqfd(void *ctx, int result)
{
	struct change_event event;

	forget_irqfds();
	if (!take_call(&irqfd_calls, result, &event))
		return 0;
	event.slot = slot_of_eventfd(event.eventfd);
	if (event.slot == SLOT_NONE)
		put_early_irqfd(ctx, &event);
	else
		tell(ctx, &event);
	return 0;
}

static __always_inline int tell_bypass(void *ctx, int result)
{
	struct change_event event;

	if (take_call(&bypass_calls, result, &event))
		tell(ctx, &event);
	return 0;
}

static __always_inline void describe_irqfd(struct kvm_kernel_irqfd *irqfd,
					   struct change_event *event)
{
	event->eventfd = (__u64)BPF_CORE_READ(irqfd, eventfd);
	event->slot = slot_of_eventfd(event->eventfd);
	event->irq = -1;
	event->gsi = BPF_CORE_READ(irqfd, gsi);
	event->vcpu = -1;
	event->guest_vector = -1;
	event->vm_pid = BPF_CORE_READ(irqfd, kvm, userspace_pid);
}

static __always_inline int on_irqfd(struct kvm *kvm, struct kvm_irqfd *args)
{
	struct change_event event = {
		.kind = CHANGE_IRQFD_ASSIGNED,
		.irq = -1,
		.vcpu = -1,
		.guest_vector = -1,
	};

	if (BPF_CORE_READ(args, flags) & KVM_IRQFD_FLAG_DEASSIGN)
		return 0;
	event.gsi = BPF_CORE_READ(args, gsi);
	event.vm_pid = BPF_CORE_READ(kvm, userspace_pid);
	event.eventfd = eventfd_of(BPF_CORE_READ(args, fd));
	put_call(&irqfd_calls, &event);
	return 0;
}

static __always_inline int on_irqfd_shutdown(void *ctx,
					     struct kvm_kernel_irqfd *irqfd)
{
	struct change_event event = {.kind = CHANGE_IRQFD_SHUTDOWN};

	forget_irqfds();
	describe_irqfd(irqfd, &event);
	bpf_map_delete_elem(&early_irqfds, &event.eventfd);
	if (event.slot != SLOT_NONE)
		tell(ctx, &event);
	return 0;
}

/*
 * irqfd_shutdown() has taken the irqfd out of the eventfd's queue; what else
 * waits there can be taken out as well. Handlers call the irqfd up to here, so
 * what they find before must not outlast this.
 */
static __always_inline int on_waiter_removed(void *ctx, __u64 eventfd,
					     void *wait)
{
	struct kvm_kernel_irqfd *irqfd =
		wait - bpf_core_field_offset(struct kvm_kernel_irqfd, wait);
	struct vector_slot *slot;
	__u32 id;

	if ((__u64)BPF_CORE_READ(irqfd, eventfd) != eventfd)
		return 0;
	id = slot_of_eventfd(eventfd);
	slot = bpf_map_lookup_elem(&slots, &id);
	if (slot)
		slot->deferred = 0;
	return on_irqfd_shutdown(ctx, irqfd);
}

static __always_inline void describe_bypass(
	void *consumer, struct irq_bypass_producer *producer,
	struct change_event *event)
{
	describe_irqfd(consumer - bpf_core_field_offset(struct kvm_kernel_irqfd,
							consumer),
		       event);
	event->irq = BPF_CORE_READ(producer, irq);
	event->slot = slot_of_irq(event->irq) ?: event->slot;
}

static __always_inline int on_bypass(void *consumer,
				     struct irq_bypass_producer *producer)
{
	struct change_event event = {.kind = CHANGE_BYPASS_CONNECTED};

	describe_bypass(consumer, producer, &event);
	put_call(&bypass_calls, &event);
	return 0;
}

static __always_inline int on_bypass_end(void *ctx, void *consumer,
					 struct irq_bypass_producer *producer)
{
	struct change_event event = {.kind = CHANGE_BYPASS_DISCONNECTED};

	describe_bypass(consumer, producer, &event);
	tell(ctx, &event);
	return 0;
}

/* --- fentry and fexit --- */

SEC("?fentry/irq_set_vcpu_affinity")
int BPF_PROG(fentry_affinity, unsigned int irq, void *vcpu_info)
{
	return on_affinity(irq, vcpu_info);
}

SEC("?fexit/irq_set_vcpu_affinity")
int BPF_PROG(fexit_affinity, unsigned int irq, void *vcpu_info, int result)
{
	return on_affinity_exit(ctx, result);
}

/* Up to 6.16 both vendors have these arguments. */
SEC("?fentry/kvm_intel:vmx_pi_update_irte")
int BPF_PROG(fentry_vmx_update, struct kvm *kvm, unsigned int irq,
	     __u32 guest_irq)
{
	return on_update(kvm, irq, guest_irq);
}

SEC("?fexit/kvm_intel:vmx_pi_update_irte")
int BPF_PROG(fexit_vmx_update, struct kvm *kvm, unsigned int irq,
	     __u32 guest_irq, bool set, int result)
{
	return on_update_exit(ctx, result);
}

SEC("?fentry/kvm_amd:avic_pi_update_irte")
int BPF_PROG(fentry_avic_update, struct kvm *kvm, unsigned int irq,
	     __u32 guest_irq)
{
	return on_update(kvm, irq, guest_irq);
}

SEC("?fexit/kvm_amd:avic_pi_update_irte")
int BPF_PROG(fexit_avic_update, struct kvm *kvm, unsigned int irq,
	     __u32 guest_irq, bool set, int result)
{
	return on_update_exit(ctx, result);
}

SEC("?fentry/kvm:kvm_pi_update_irte")
int BPF_PROG(fentry_kvm_update, struct kvm_kernel_irqfd *irqfd)
{
	return on_update_of_irqfd(irqfd);
}

SEC("?fexit/kvm:kvm_pi_update_irte")
int BPF_PROG(fexit_kvm_update, struct kvm_kernel_irqfd *irqfd, void *route,
	     int result)
{
	return on_update_exit(ctx, result);
}

SEC("?fentry/kvm:kvm_irqfd")
int BPF_PROG(fentry_irqfd, struct kvm *kvm, struct kvm_irqfd *args)
{
	return on_irqfd(kvm, args);
}

SEC("?fexit/kvm:kvm_irqfd")
int BPF_PROG(fexit_irqfd, struct kvm *kvm, struct kvm_irqfd *args, int result)
{
	return tell_irqfd(ctx, result);
}

SEC("?fexit/eventfd_ctx_remove_wait_queue")
int BPF_PROG(fexit_waiter_removed, struct eventfd_ctx *eventfd, void *wait)
{
	return on_waiter_removed(ctx, (__u64)eventfd, wait);
}

SEC("?fentry/kvm:kvm_arch_irq_bypass_add_producer")
int BPF_PROG(fentry_bypass, void *consumer,
	     struct irq_bypass_producer *producer)
{
	return on_bypass(consumer, producer);
}

SEC("?fexit/kvm:kvm_arch_irq_bypass_add_producer")
int BPF_PROG(fexit_bypass, void *consumer, void *producer, int result)
{
	return tell_bypass(ctx, result);
}

SEC("?fentry/kvm:kvm_arch_irq_bypass_del_producer")
int BPF_PROG(fentry_bypass_end, void *consumer,
	     struct irq_bypass_producer *producer)
{
	return on_bypass_end(ctx, consumer, producer);
}

/* --- kprobes and kretprobes --- */

SEC("?kprobe/irq_set_vcpu_affinity")
int BPF_KPROBE(kprobe_affinity, unsigned int irq, void *vcpu_info)
{
	return on_affinity(irq, vcpu_info);
}

SEC("?kretprobe/irq_set_vcpu_affinity")
int BPF_KRETPROBE(kretprobe_affinity, int result)
{
	return on_affinity_exit(ctx, result);
}

SEC("?kprobe/vmx_pi_update_irte")
int BPF_KPROBE(kprobe_vendor_update, struct kvm *kvm, unsigned int irq,
	       __u32 guest_irq)
{
	return on_update(kvm, irq, guest_irq);
}

SEC("?kprobe/kvm_pi_update_irte")
int BPF_KPROBE(kprobe_kvm_update, struct kvm_kernel_irqfd *irqfd)
{
	return on_update_of_irqfd(irqfd);
}

SEC("?kretprobe/kvm_pi_update_irte")
int BPF_KRETPROBE(kretprobe_update, int result)
{
	return on_update_exit(ctx, result);
}

SEC("?kprobe/kvm_irqfd")
int BPF_KPROBE(kprobe_irqfd, struct kvm *kvm, struct kvm_irqfd *args)
{
	return on_irqfd(kvm, args);
}

SEC("?kretprobe/kvm_irqfd")
int BPF_KRETPROBE(kretprobe_irqfd, int result)
{
	return tell_irqfd(ctx, result);
}

SEC("?kprobe/irqfd_shutdown")
int BPF_KPROBE(kprobe_irqfd_shutdown, void *work)
{
	return on_irqfd_shutdown(
		ctx, work - bpf_core_field_offset(struct kvm_kernel_irqfd,
						  shutdown));
}

SEC("?kprobe/kvm_arch_irq_bypass_add_producer")
int BPF_KPROBE(kprobe_bypass, void *consumer,
	       struct irq_bypass_producer *producer)
{
	return on_bypass(consumer, producer);
}

SEC("?kretprobe/kvm_arch_irq_bypass_add_producer")
int BPF_KRETPROBE(kretprobe_bypass, int result)
{
	return tell_bypass(ctx, result);
}

SEC("?kprobe/kvm_arch_irq_bypass_del_producer")
int BPF_KPROBE(kprobe_bypass_end, void *consumer,
	       struct irq_bypass_producer *producer)
{
	return on_bypass_end(ctx, consumer, producer);
}

#endif
