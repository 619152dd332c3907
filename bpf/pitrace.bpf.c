// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs, one short body for each probe and its two ways to attach.
 * src/probes.c holds the table of what is attached where; user space turns
 * autoload on for those it wants.
 */
#include "kernel_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "probe_abi.h"
#include "atomic.bpf.h"
#include "maps.bpf.h"
#include "config.bpf.h"
#include "context.bpf.h"
#include "counters.bpf.h"
#include "stacks.bpf.h"
#include "known_stacks.bpf.h"
#include "count_run.bpf.h"
#include "vectors.bpf.h"
#include "runs.bpf.h"
#include "vms.bpf.h"
#include "inspect.bpf.h"
#include "changes.bpf.h"
#include "notifications.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define EPOLLIN     0x00000001ul
#define IRQ_HANDLED 1

/* Of kvm_vcpu.mode: include/linux/kvm_host.h */
#define IN_GUEST_MODE 1

static __always_inline int on_request_irq(__u32 irq, const char *devname,
					  __u64 dev_id)
{
	struct vector_text name = {};
	__u32 slot;

	if (!read_vfio_name(devname, &name))
		return 0;
	/* The argument of the handler for MSIs is the eventfd. */
	if (is_intx_name(&name))
		dev_id = 0;
	slot = register_vector(irq, &name, dev_id, ENTRY_REMAPPED);
	tell_early_irqfd(slot, dev_id);
	return 0;
}

static __always_inline int on_free_irq(const char *devname)
{
	struct vector_text name = {};

	if (read_vfio_name(devname, &name))
		release_vector(&name);
	return 0;
}

static __always_inline __u32 slot_of_msi(__u32 irq)
{
	__u32 *slot = bpf_map_lookup_elem(&irq_slots, &irq);

	return slot ? *slot : SLOT_OVERFLOW;
}

/* A CPU's next interrupt is often the same vector's. */
static __noinline int switch_to_msi(struct run *run, __u32 irq, __u32 cpu,
				    __u32 mode, __u32 epoch)
{
	switch_vector(run, slot_of_msi(irq), cpu);
	run->irq = irq;
	run->mode = mode;
	/* What cannot be counted is told each time, what merges looked at. */
	run->vectors_epoch = run->cell && !run->deferred ? epoch : 0;
	return 0;
}

static __always_inline int on_msi(void *ctx, __u32 irq, __u64 eventfd)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct cpu_state *state = bpf_map_lookup_elem(&cpu_states, &cpu);
	__u32 epoch = globals.vectors_epoch, mode;
	struct run *run;

	/* Later: what is kept must not be older than what it is kept by. */
	barrier();
	mode = tracing_mode();
	if (mode == TRACING_OFF || !state)
		return 0;
	run = &state->run;
	if (threaded_handlers && !in_interrupt())
		run = thread_run(slot_of_msi(irq));
	if (!run)
		return 0;
	end_run(run);
	if (irq != run->irq || run->vectors_epoch != epoch ||
	    (threaded_handlers && run->cpu != cpu))
		switch_to_msi(run, irq, cpu, mode, epoch);
	begin_run(ctx, run, eventfd, unless_claimed(run, eventfd, mode));
	return 0;
}

static __always_inline int on_intx(void *ctx, void *dev_id)
{
	struct vfio_pci_irq_ctx *context = intx_context(dev_id);
	__u32 cpu = bpf_get_smp_processor_id();
	struct cpu_state *state = bpf_map_lookup_elem(&cpu_states, &cpu);
	__u32 mode = tracing_mode(), slot = SLOT_NONE;
	struct vector_text name = {};
	struct run *run;
	__u64 eventfd;

	if (mode == TRACING_OFF || !state)
		return 0;
	if (read_intx_name(dev_id, &name))
		slot = find_slot(&name);
	run = &state->run;
	if (threaded_handlers && !in_interrupt())
		run = thread_run(slot);
	if (!run)
		return 0;
	end_run(run);
	switch_vector(run, slot, cpu);
	run->vectors_epoch = 0;
	run->bracketed = 1;
	eventfd = (__u64)BPF_CORE_READ(context, trigger);
	begin_run(ctx, run, eventfd, unless_claimed(run, eventfd, mode));
	return 0;
}

static __always_inline int on_intx_exit(int result)
{
	struct context context = {};
	struct run *run;
	__u64 open;

	find_context(&context);
	run = context.run;
	if (!run || !run->bracketed)
		return 0;
	run->bracketed = 0;
	open = run->open;
	run->open = 0;
	if ((__u32)open)
		count_unclaimed(run, open,
				result == IRQ_HANDLED ? (__u32)open - 1
						      : PATH_UNCLAIMED);
	return 0;
}

static __always_inline int on_wakeup(void *wait, __u64 key)
{
	struct kvm_kernel_irqfd *irqfd;

	/* Readers of the eventfd wake with EPOLLOUT: not an interrupt. */
	if (!(key & EPOLLIN))
		return 0;
	irqfd = wait - bpf_core_field_offset(struct kvm_kernel_irqfd, wait);
	wake_irqfd(irqfd);
	return 0;
}

static __always_inline int on_inject(void *work)
{
	struct kvm_kernel_irqfd *irqfd;

	irqfd = work - bpf_core_field_offset(struct kvm_kernel_irqfd, inject);
	begin_injection(irqfd);
	return 0;
}

/*
 * KVM then notifies the vCPU by an IPI with the vector that the IOMMU uses as
 * well (kvm_vcpu_trigger_posted_interrupt()), unless one is on its way.
 */
static __always_inline void count_running_injection(void)
{
	struct cpu_state *state = this_cpu_state();

	if (state && is_tracing())
		atomic_add_u64(&state->running_injections, 1);
}

static __always_inline void count_if_running(struct kvm_lapic *apic)
{
	if (apic->apicv_active && apic->vcpu->mode == IN_GUEST_MODE)
		count_running_injection();
}

static __always_inline void read_if_running(struct kvm_lapic *apic)
{
	if (BPF_CORE_READ(apic, apicv_active) &&
	    BPF_CORE_READ(apic, vcpu, mode) == IN_GUEST_MODE)
		count_running_injection();
}

/* fentry and fexit: called straight from the function's patched entry. */

SEC("?fentry/request_threaded_irq")
int BPF_PROG(fentry_request_irq, unsigned int irq, void *handler,
	     void *thread_fn, unsigned long flags, const char *devname,
	     void *dev_id)
{
	return on_request_irq(irq, devname, (__u64)dev_id);
}

/* It returns const void *, which the verifier types as nothing: ask for it. */
SEC("?fexit/free_irq")
int BPF_PROG(fexit_free_irq)
{
	__u64 devname = 0;

	bpf_get_func_ret(ctx, &devname);
	return on_free_irq((const char *)devname);
}

SEC("?fentry/vfio_pci_core:vfio_msihandler")
int BPF_PROG(fentry_msi, int irq, void *arg)
{
	return on_msi(ctx, irq, (__u64)arg);
}

SEC("?fentry/vfio_pci_core:vfio_intx_handler")
int BPF_PROG(fentry_intx, int irq, void *dev_id)
{
	return on_intx(ctx, dev_id);
}

SEC("?fexit/vfio_pci_core:vfio_intx_handler")
int BPF_PROG(fexit_intx, int irq, void *dev_id, int result)
{
	return on_intx_exit(result);
}

SEC("?fentry/kvm:irqfd_wakeup")
int BPF_PROG(fentry_wakeup, void *wait, unsigned int mode, int sync, void *key)
{
	return on_wakeup(wait, (__u64)key);
}

/*
 * Only here the function's arguments are at hand when it returns, and with
 * them the way to make up for a wake-up that was not seen.
 */
SEC("?fexit/kvm:kvm_arch_set_irq_inatomic")
int BPF_PROG(fexit_inatomic, struct kvm_kernel_irq_routing_entry *route,
	     struct kvm *kvm, int source, int level, bool line_status,
	     int result)
{
	return claim_run(ctx, (__u64)kvm, gsi_of_route(route), result);
}

SEC("?fentry/kvm_intel:vmx_deliver_interrupt")
int BPF_PROG(fentry_vmx_deliver, struct kvm_lapic *apic, int delivery_mode,
	     int trig_mode, int vector)
{
	count_if_running(apic);
	deliver(ctx, (__u64)apic, vector);
	return 0;
}

SEC("?fentry/kvm_amd:svm_deliver_interrupt")
int BPF_PROG(fentry_svm_deliver, struct kvm_lapic *apic, int delivery_mode,
	     int trig_mode, int vector)
{
	deliver(ctx, (__u64)apic, vector);
	return 0;
}

SEC("?fentry/kvm:irqfd_inject")
int BPF_PROG(fentry_inject, void *work)
{
	return on_inject(work);
}

SEC("?fexit/kvm:irqfd_inject")
int BPF_PROG(fexit_inject)
{
	end_injection();
	return 0;
}

#include "plain.bpf.h"
#include "by_target.bpf.h"

/* kprobes and kretprobes: the same bodies where fentry cannot be had. */

SEC("?kprobe/request_threaded_irq")
int BPF_KPROBE(kprobe_request_irq, unsigned int irq, void *handler,
	       void *thread_fn, unsigned long flags, const char *devname)
{
	/* The sixth argument: BPF_KPROBE() goes up to the fifth. */
	return on_request_irq(irq, devname, ctx->r9);
}

SEC("?kretprobe/free_irq")
int BPF_KRETPROBE(kretprobe_free_irq, const char *devname)
{
	return on_free_irq(devname);
}

SEC("?kprobe/vfio_msihandler")
int BPF_KPROBE(kprobe_msi, int irq, void *arg)
{
	return on_msi(ctx, irq, (__u64)arg);
}

SEC("?kprobe/vfio_intx_handler")
int BPF_KPROBE(kprobe_intx, int irq, void *dev_id)
{
	return on_intx(ctx, dev_id);
}

SEC("?kretprobe/vfio_intx_handler")
int BPF_KRETPROBE(kretprobe_intx, int result)
{
	return on_intx_exit(result);
}

SEC("?kprobe/irqfd_wakeup")
int BPF_KPROBE(kprobe_wakeup, void *wait, unsigned int mode, int sync,
	       void *key)
{
	return on_wakeup(wait, (__u64)key);
}

SEC("?kretprobe/kvm_arch_set_irq_inatomic")
int BPF_KRETPROBE(kretprobe_inatomic, int result)
{
	return on_inatomic_return(ctx, result);
}

SEC("?kprobe/vmx_deliver_interrupt")
int BPF_KPROBE(kprobe_vmx_deliver, struct kvm_lapic *apic, int delivery_mode,
	       int trig_mode, int vector)
{
	read_if_running(apic);
	deliver(ctx, (__u64)apic, vector);
	return 0;
}

SEC("?kprobe/svm_deliver_interrupt")
int BPF_KPROBE(kprobe_svm_deliver, struct kvm_lapic *apic, int delivery_mode,
	       int trig_mode, int vector)
{
	deliver(ctx, (__u64)apic, vector);
	return 0;
}

SEC("?kprobe/irqfd_inject")
int BPF_KPROBE(kprobe_inject, void *work)
{
	return on_inject(work);
}

SEC("?kretprobe/irqfd_inject")
int BPF_KRETPROBE(kretprobe_inject)
{
	end_injection();
	return 0;
}

#include "untyped.bpf.h"

/* Interrupts are off here, so it is not run while it runs. */
SEC("?raw_tp/workqueue_queue_work")
int tracepoint_queue_work(struct bpf_raw_tracepoint_args *ctx)
{
	queue_work(ctx->args[2]);
	return 0;
}

/* Everything that is not on an interrupt's way. */

static __always_inline bool is_kvm(const char *name)
{
	return name[0] == 'k' && name[1] == 'v' && name[2] == 'm' && !name[3];
}

/* From here on an unclaimed run might have had an irqfd. */
static __always_inline void note_kvm(const struct module *module)
{
	/* One more: a longer name must not look like it when it is cut. */
	char name[sizeof("kvm") + 1] = {};

	BPF_CORE_READ_STR_INTO(&name, module, name);
	if (globals.mode != TRACING_ON || !is_kvm(name))
		return;
	globals.mode = TRACING_KVM_UNPROBED;
	forget_vectors();
}

SEC("?raw_tp/module_load")
int BPF_PROG(tracepoint_module_load, struct module *module)
{
	struct module_event *event;

	note_kvm(module);
	event = bpf_ringbuf_reserve(&module_events, sizeof(*event), 0);
	/* At the next interval modules are looked for all the same. */
	if (!event)
		return 0;
	event->ts_ns = bpf_ktime_get_ns();
	BPF_CORE_READ_STR_INTO(&event->name, module, name);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* A vector that existed before the probes; theirs is the newer word. */
SEC("?syscall")
int register_existing_vector(struct register_request *request)
{
	struct vector_slot *known;
	struct vector_text name;
	__u32 irq = request->irq, id;
	__u32 *slot = bpf_map_lookup_elem(&irq_slots, &irq);

	__builtin_memcpy(name.text, request->name, sizeof(name.text));
	id = find_slot(&name);
	known = bpf_map_lookup_elem(&slots, &id);
	if ((slot && *slot != SLOT_NONE) ||
	    (id != SLOT_NONE && known && known->irq))
		return 0;
	register_vector(irq, &name, 0, ENTRY_UNKNOWN);
	return 0;
}

/* Unless the vector has been requested anew since, or probes know better. */
SEC("?syscall")
int note_vector(struct vector_facts *facts)
{
	__u32 id = facts->slot, entry = facts->entry;
	__u64 eventfd = facts->eventfd;
	struct vector_slot *slot;

	slot = bpf_map_lookup_elem(&slots, &id);
	if (!slot || slot->registrations != facts->registrations || !slot->irq)
		return 0;
	if (slot->entry == ENTRY_UNKNOWN)
		slot->entry = entry;
	set_slot_eventfd(id, eventfd);
	tell_early_irqfd(id, eventfd);
	return 0;
}

/* The preemption counter; run on another CPU, in an interrupt there. */
SEC("?raw_tp")
int read_context(void *ctx)
{
	return preempt_count();
}

SEC("?syscall")
int read_number(struct number_request *request)
{
	char variable[FUNCTION_NAME_LEN];
	__u64 address = 0;
	__s32 number;

	__builtin_memcpy(variable, request->variable, sizeof(variable));
	if (bpf_kallsyms_lookup_name(variable, sizeof(variable), 0, &address) ||
	    bpf_probe_read_kernel(&number, sizeof(number), (void *)address))
		return 0;
	request->number = number;
	request->known = 1;
	return 0;
}

/* The first bytes of a function, to see whether a probe patched them. */
SEC("?syscall")
int read_text(struct text_request *request)
{
	char function[FUNCTION_NAME_LEN];
	__u64 address = 0, text[2] = {};

	__builtin_memcpy(function, request->function, sizeof(function));
	if (bpf_kallsyms_lookup_name(function, sizeof(function), 0, &address))
		return 0;
	bpf_probe_read_kernel(text, sizeof(text), (void *)address);
	request->text[0] = text[0];
	request->text[1] = text[1];
	request->address = address;
	return 0;
}
