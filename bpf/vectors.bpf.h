/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which host IRQ is which vector of which device. VFIO tells it when it
 * requests the interrupt: the action is named "vfio-msix[3](0000:03:00.0)"
 * (vfio_pci_intrs.c), before it can fire for the first time.
 */
#ifndef PITRACE_VECTORS_BPF_H
#define PITRACE_VECTORS_BPF_H

static __always_inline bool is_vfio_name(const struct vector_text *name)
{
	const char *text = name->text;

	return text[0] == 'v' && text[1] == 'f' && text[2] == 'i' &&
	       text[3] == 'o' && text[4] == '-';
}

/* An action's name; false if it is not of VFIO. */
static __always_inline bool read_vfio_name(const char *devname,
					   struct vector_text *name)
{
	return bpf_probe_read_kernel_str(name->text, sizeof(name->text),
					 devname) > 0 &&
	       is_vfio_name(name);
}

/* INTx lines are shared: their IRQ number alone does not name the vector. */
static __always_inline bool is_intx_name(const struct vector_text *name)
{
	return name->text[5] == 'i';
}

/*
 * Where the device stands in a name, 0 if nowhere. The index is hidden from the
 * compiler: later clangs keep an address on the stack for each known index.
 */
static __always_inline __u32 device_start(const struct vector_text *name)
{
#pragma nounroll
	for (__u32 i = 0; i < VECTOR_NAME_LEN; i++) {
		barrier_var(i);
		if (name->text[i] == '(')
			return i + 1;
	}
	return 0;
}

/*
 * The device filter. Its keys are what follows the opening parenthesis, the
 * closing one included, so that the name's own end serves as the key's. Not
 * inlined, so that callers do not carry the copy on their stack.
 */
static __noinline int device_wanted(const struct vector_text *name)
{
	struct {
		struct vector_text name;
		struct device_text padding;
	} text = {.name = *name};
	__u32 start;

	if (!filter_devices)
		return 1;
	start = device_start(name);
	return start && start <= VECTOR_NAME_LEN &&
	       bpf_map_lookup_elem(&device_filter, text.name.text + start);
}

static __always_inline __u32 find_slot(const struct vector_text *name)
{
	__u32 *slot = bpf_map_lookup_elem(&slots_by_name, name);

	return slot ? *slot : SLOT_NONE;
}

/* The slot of this number, which is no one's. */
static __always_inline __u32 name_slot(__u32 id, const struct vector_text *name)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (!slot)
		return SLOT_OVERFLOW;
	__builtin_memcpy(slot->name, name->text, sizeof(slot->name));
	slot->ignored = !device_wanted(name);
	if (bpf_map_update_elem(&slots_by_name, name, &id, BPF_ANY))
		return SLOT_OVERFLOW;
	return id;
}

static __always_inline __u32 new_slot(const struct vector_text *name)
{
	if (globals.next_slot >= max_slots)
		return SLOT_OVERFLOW;
	return name_slot(__sync_fetch_and_add(&globals.next_slot, 1), name);
}

static __always_inline void set_slot_irq(__u32 id, __u32 irq,
					 enum entry_state entry)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);

	if (!slot)
		return;
	slot->irq = irq;
	slot->registrations++;
	slot->error = 0;
	slot->entry = entry;
}

/* A context that is freed can become another one at the same address. */
static __always_inline void set_slot_eventfd(__u32 id, __u64 eventfd)
{
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u32 *owner;
	__u64 old;

	if (!slot)
		return;
	old = slot->eventfd;
	owner = bpf_map_lookup_elem(&slots_by_eventfd, &old);
	if (owner && *owner == id && old != eventfd)
		bpf_map_delete_elem(&slots_by_eventfd, &old);
	slot->eventfd = eventfd;
	forget_irqfds();
	if (eventfd)
		bpf_map_update_elem(&slots_by_eventfd, &eventfd, &id, BPF_ANY);
}

/* The vector of @slot has this IRQ now, @by_irq if it has it for its own. */
static __always_inline void give_irq(__u32 slot, __u32 irq, bool by_irq,
				     enum entry_state entry)
{
	set_slot_irq(slot, irq, entry);
	if (by_irq)
		bpf_map_update_elem(&irq_slots, &irq, &slot, BPF_ANY);
	forget_vectors();
}

/* @eventfd: 0 if it is not known, as that of INTx. Returns the slot. */
static __always_inline __u32 register_vector(__u32 irq,
					     const struct vector_text *name,
					     __u64 eventfd,
					     enum entry_state entry)
{
	__u32 slot = find_slot(name);

	if (slot == SLOT_NONE)
		slot = new_slot(name);
	give_irq(slot, irq, !is_intx_name(name), entry);
	set_slot_eventfd(slot, eventfd);
	return slot;
}

/* A thread that is gone must not lend its id to another one's wake-ups. */
static __always_inline void release_thread(struct vector_slot *slot)
{
	__u32 thread = slot->thread_id;
	__u64 open;

	if (!thread)
		return;
	slot->thread_id = 0;
	bpf_map_delete_elem(&threads, &thread);
	open = slot->thread_run.open;
	slot->thread_run.open = 0;
	if ((__u32)open)
		count_unclaimed(&slot->thread_run, open, (__u32)open - 1);
}

/* The counts stay. Returns the slot, or NULL if there is none of this name. */
static __always_inline struct vector_slot *take_irq(
	const struct vector_text *name)
{
	__u32 none = SLOT_NONE, id = find_slot(name), irq;
	struct vector_slot *slot = bpf_map_lookup_elem(&slots, &id);
	__u32 *owner;

	if (id == SLOT_NONE || !slot)
		return 0;
	irq = slot->irq;
	owner = bpf_map_lookup_elem(&irq_slots, &irq);
	if (owner && *owner == id)
		bpf_map_update_elem(&irq_slots, &irq, &none, BPF_ANY);
	forget_vectors();
	slot->irq = 0;
	set_slot_eventfd(id, 0);
	return slot;
}

/* After free_irq(): no handler runs any more. */
static __always_inline void release_vector(const struct vector_text *name)
{
	struct vector_slot *slot = take_irq(name);

	if (slot)
		release_thread(slot);
}

static __always_inline struct vfio_pci_irq_ctx *intx_context(void *dev_id)
{
	struct vfio_pci_core_device___xarray *in_xarray = dev_id;
	struct vfio_pci_core_device___array *in_array = dev_id;
	struct vfio_pci_device *before_core = dev_id;
	struct vfio_pci_irq_ctx *context = dev_id;

	if (bpf_core_field_exists(context->vdev))
		return context;
	if (bpf_core_field_exists(in_array->ctx))
		return BPF_CORE_READ(in_array, ctx);
	if (bpf_core_field_exists(before_core->ctx))
		return BPF_CORE_READ(before_core, ctx);
	/* An xarray that holds index 0 alone has it for its head. */
	return BPF_CORE_READ(in_xarray, ctx.xa_head);
}

/* The name of an INTx handler's action, from the handler's argument. */
static __always_inline bool read_intx_name(void *dev_id,
					   struct vector_text *name)
{
	const char *text = BPF_CORE_READ(intx_context(dev_id), name);

	return bpf_probe_read_kernel_str(name->text, sizeof(name->text), text) >
	       0;
}

#endif
