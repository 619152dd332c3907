/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What would an interrupt do now? Read from the kernel's own structures when
 * user space asks, by reading /sys/kernel/irq/N/actions: the function behind
 * that file is given the interrupt's descriptor, and the kernel keeps the
 * descriptor for as long as the file is read. It is called by nothing else,
 * so between questions nothing runs.
 *
 * What the descriptor leads to (action, irqfd, VM) can be freed meanwhile.
 * All of it is copied by functions that fail on a bad address, every walk has
 * a bound, and an irqfd counts only if it points back to the eventfd.
 */
#ifndef PITRACE_INSPECT_BPF_H
#define PITRACE_INSPECT_BPF_H

#define ACTIONS_MAX         8
#define CHIPS_MAX           8
#define WAITERS_MAX         32

#define INTEL_ENTRY_BYTES   16
#define AMD_ENTRY_BYTES     16
#define AMD_LEGACY_BYTES    4
#define INTEL_POSTED        (1ull << 15)
#define AMD_GUEST_MODE      (1ull << 7)

#define KVM_IRQ_ROUTING_MSI 2

static __always_inline void forget(struct inspect_answer *answer)
{
	__u32 count = answer->count;

	__builtin_memset(answer, 0, sizeof(*answer));
	answer->count = count;
	answer->intx_masked = FACT_UNKNOWN;
	answer->msi_index = FACT_UNKNOWN;
	answer->entry_index = FACT_UNKNOWN;
	answer->noted_vcpu = FACT_UNKNOWN;
	answer->noted_msi = FACT_UNKNOWN;
	answer->gsi = FACT_UNKNOWN;
	answer->route_type = FACT_UNKNOWN;
	answer->has_producer = FACT_UNKNOWN;
	answer->route_vcpus = FACT_UNKNOWN;
	answer->route_vcpu = FACT_UNKNOWN;
	answer->bypass_vcpu = FACT_UNKNOWN;
	answer->has_bypass_vcpu = FACT_UNKNOWN;
	answer->irqchip_mode = FACT_UNKNOWN;
	answer->x2apic_format = FACT_UNKNOWN;
	answer->assigned_devices = FACT_UNKNOWN;
	answer->has_inhibits = FACT_UNKNOWN;
	answer->descriptor_vcpu = FACT_UNKNOWN;
}

/* --- the entry in the remapping table --- */

/* Both words are changed together: what differs at a second look is torn. */
static __always_inline void read_words(const void *entry, __u32 bytes,
				       struct inspect_answer *answer)
{
	__u64 words[2] = {}, again[2] = {};

	if (bpf_probe_read_kernel(words, bytes, entry) ||
	    bpf_probe_read_kernel(again, bytes, entry))
		return;
	answer->torn = words[0] != again[0] || words[1] != again[1];
	answer->low = words[0];
	answer->high = words[1];
	answer->entry_bytes = bytes;
}

static __always_inline void read_intel_entry(void *chip_data,
					     struct inspect_answer *answer)
{
	struct intel_ir_data *data = chip_data;
	__u32 index;
	void *base;

	index = BPF_CORE_READ(data, irq_2_iommu.irte_index) +
		BPF_CORE_READ(data, irq_2_iommu.sub_handle);
	base = BPF_CORE_READ(data, irq_2_iommu.iommu, ir_table, base);
	if (base) {
		read_words(base + index * INTEL_ENTRY_BYTES, INTEL_ENTRY_BYTES,
			   answer);
		answer->entry_index = index;
	}
	if (bpf_core_field_exists(data->irq_2_iommu.posted_vcpu)) {
		answer->noted_vcpu =
			BPF_CORE_READ(data, irq_2_iommu.posted_vcpu);
		answer->noted_msi = BPF_CORE_READ(data, irq_2_iommu.posted_msi);
	} else if (bpf_core_field_exists(data->irq_2_iommu.mode)) {
		answer->noted_vcpu =
			BPF_CORE_READ(data, irq_2_iommu.mode) ==
			bpf_core_enum_value(enum irq_mode, IRQ_POSTING);
	}
}

/* Which of the two formats AMD's driver uses is a decision for all entries. */
static __always_inline void read_amd_entry(void *chip_data,
					   const struct inspect_host *host,
					   struct inspect_answer *answer)
{
	struct amd_ir_data *data = chip_data;
	void *entry = BPF_CORE_READ(data, entry);
	bool legacy;

	answer->entry_index = BPF_CORE_READ(data, irq_2_irte.index);
	if (!entry || host->amd_guest_ir == FACT_UNKNOWN)
		return;
	legacy = (__u32)host->amd_guest_ir ==
		 bpf_core_enum_value(enum amd_iommu_intr_mode_type,
				     AMD_IOMMU_GUEST_IR_LEGACY);
	if (legacy)
		read_words(entry, AMD_LEGACY_BYTES, answer);
	else
		read_words(entry, AMD_ENTRY_BYTES, answer);
}

/* "INTEL-IR", "INTEL-IR-POST" (host-posted MSI), "AMD-IR", "HYPERV-IR" */
static __always_inline enum remapping_chip chip_kind(
	struct irq_data *data, struct inspect_answer *answer)
{
	const char *text = BPF_CORE_READ(data, chip, name);
	char name[12] = {};

	if (bpf_probe_read_kernel_str(name, sizeof(name), text) <= 0)
		return REMAPPING_NONE;
	if (name[0] == 'I' && name[1] == 'N' && name[2] == 'T' &&
	    name[3] == 'E' && name[4] == 'L' && name[5] == '-' &&
	    name[6] == 'I' && name[7] == 'R') {
		answer->posts_to_host = name[8] == '-';
		return REMAPPING_INTEL;
	}
	if (name[0] == 'A' && name[1] == 'M' && name[2] == 'D' &&
	    name[3] == '-' && name[4] == 'I' && name[5] == 'R')
		return REMAPPING_AMD;
	if (name[0] == 'H' && name[6] == '-' && name[7] == 'I' &&
	    name[8] == 'R')
		return REMAPPING_OTHER;
	return REMAPPING_NONE;
}

static __always_inline void read_entry(struct irq_desc *desc,
				       const struct inspect_host *host,
				       struct inspect_answer *answer)
{
	struct irq_data *data =
		(void *)desc + bpf_core_field_offset(struct irq_desc, irq_data);

	for (int i = 0; i < CHIPS_MAX && data; i++) {
		answer->chip = chip_kind(data, answer);
		if (answer->chip != REMAPPING_NONE)
			break;
		data = BPF_CORE_READ(data, parent_data);
	}
	if (answer->chip == REMAPPING_INTEL)
		read_intel_entry(BPF_CORE_READ(data, chip_data), answer);
	else if (answer->chip == REMAPPING_AMD)
		read_amd_entry(BPF_CORE_READ(data, chip_data), host, answer);
}

/* --- the action and its eventfd --- */

/* VFIO's nth action of the line, or NULL. */
static __always_inline struct irqaction *find_action(struct irq_desc *desc,
						     __u32 nth,
						     struct vector_text *name)
{
	struct irqaction *action = BPF_CORE_READ(desc, action);

	for (int i = 0; i < ACTIONS_MAX && action; i++) {
		const char *text = BPF_CORE_READ(action, name);

		if (bpf_probe_read_kernel_str(name->text, sizeof(name->text),
					      text) > 0 &&
		    is_vfio_name(name) && !nth--)
			return action;
		action = BPF_CORE_READ(action, next);
	}
	return 0;
}

static __always_inline struct vfio_pci_core_device *intx_device(void *dev_id)
{
	struct vfio_pci_irq_ctx *context = dev_id;

	if (bpf_core_field_exists(context->vdev))
		return BPF_CORE_READ(context, vdev);
	return dev_id;
}

static __always_inline struct vfio_pci_core_device *read_intx(
	void *dev_id, struct inspect_answer *answer)
{
	struct vfio_pci_irq_ctx *context = intx_context(dev_id);

	answer->eventfd = (__u64)BPF_CORE_READ(context, trigger);
	answer->intx_masked = BPF_CORE_READ(context, masked);
	return intx_device(dev_id);
}

/* VFIO's device behind an MSI, if what drvdata points to is one. */
static __always_inline struct vfio_pci_core_device *msi_device(
	struct irq_desc *desc)
{
	struct device *device =
		BPF_CORE_READ(desc, irq_common_data.msi_desc, dev);
	struct vfio_pci_core_device *core = BPF_CORE_READ(device, driver_data);
	struct pci_dev *pdev = BPF_CORE_READ(core, pdev);

	if (!pdev ||
	    (void *)pdev + bpf_core_field_offset(struct pci_dev, dev) != device)
		return 0;
	return core;
}

/* Returns VFIO's device, or NULL. */
static __always_inline struct vfio_pci_core_device *read_action(
	struct irq_desc *desc, const struct inspect_question *question,
	struct inspect_answer *answer)
{
	struct vector_text name = {};
	struct irqaction *action;
	void *dev_id;

	answer->has_action = BPF_CORE_READ(desc, action) != 0;
	action = find_action(desc, question->nth, &name);
	if (!bpf_core_type_exists(struct vfio_pci_core_device))
		return 0;
	if (!action)
		return question->is_vfio && !answer->has_action
			       ? msi_device(desc)
			       : 0;
	__builtin_memcpy(answer->action, name.text, sizeof(answer->action));
	dev_id = BPF_CORE_READ(action, dev_id);
	if (is_intx_name(&name))
		return read_intx(dev_id, answer);
	answer->eventfd = (__u64)dev_id;
	return msi_device(desc);
}

static __always_inline bool is_torn(struct irq_desc *desc,
				    const struct inspect_question *question,
				    const struct inspect_answer *answer)
{
	struct vector_text name = {};
	struct irqaction *action = find_action(desc, question->nth, &name);

	/* An action that went between two reads looks like a host driver's. */
	if (!action)
		return answer->eventfd != 0 ||
		       answer->has_action != (BPF_CORE_READ(desc, action) != 0);
	return !is_intx_name(&name) &&
	       (__u64)BPF_CORE_READ(action, dev_id) != answer->eventfd;
}

/* --- the irqfd and the VM --- */

/* Clears @complete if the queue was not gone through to its end. */
static __always_inline struct kvm_kernel_irqfd *find_irqfd(__u64 eventfd,
							   __u64 irqfd_wakeup,
							   bool *complete)
{
	__u64 head =
		eventfd + bpf_core_field_offset(struct eventfd_ctx, wqh.head);
	__u64 at = (__u64)BPF_CORE_READ((struct eventfd_ctx *)eventfd,
					wqh.head.next);

	for (int i = 0; i < WAITERS_MAX; i++) {
		struct wait_queue_entry *waiter;
		struct kvm_kernel_irqfd *irqfd;

		if (at == head)
			return 0;
		if (!at)
			break;
		waiter = (void *)at -
			 bpf_core_field_offset(struct wait_queue_entry, entry);
		irqfd = (void *)waiter -
			bpf_core_field_offset(struct kvm_kernel_irqfd, wait);
		/* Others wait in structures that are no irqfd. */
		if ((!irqfd_wakeup ||
		     (__u64)BPF_CORE_READ(waiter, func) == irqfd_wakeup) &&
		    (__u64)BPF_CORE_READ(irqfd, eventfd) == eventfd)
			return irqfd;
		at = (__u64)BPF_CORE_READ(waiter, entry.next);
	}
	*complete = false;
	return 0;
}

static __always_inline void read_irqfd(struct kvm_kernel_irqfd *irqfd,
				       struct inspect_answer *answer)
{
	struct kvm_vcpu *vcpu;

	answer->irqfd = (__u64)irqfd;
	answer->gsi = BPF_CORE_READ(irqfd, gsi);
	answer->route_type = BPF_CORE_READ(irqfd, irq_entry.type);
	answer->msi_address_lo = BPF_CORE_READ(irqfd, irq_entry.msi.address_lo);
	answer->msi_address_hi = BPF_CORE_READ(irqfd, irq_entry.msi.address_hi);
	answer->msi_data = BPF_CORE_READ(irqfd, irq_entry.msi.data);
	answer->has_producer = BPF_CORE_READ(irqfd, producer) != 0;
	if (!bpf_core_field_exists(irqfd->irq_bypass_vcpu))
		return;
	vcpu = BPF_CORE_READ(irqfd, irq_bypass_vcpu);
	answer->has_bypass_vcpu = vcpu != 0;
	if (vcpu)
		answer->bypass_vcpu = BPF_CORE_READ(vcpu, vcpu_id);
}

static __always_inline void read_vm(struct kvm *kvm,
				    struct inspect_answer *answer)
{
	answer->kvm = (__u64)kvm;
	answer->vm_pid = BPF_CORE_READ(kvm, userspace_pid);
	answer->irqchip_mode = BPF_CORE_READ(kvm, arch.irqchip_mode);
	answer->x2apic_format = BPF_CORE_READ(kvm, arch.x2apic_format);
	if (bpf_core_field_exists(kvm->arch.assigned_device_count))
		answer->assigned_devices =
			BPF_CORE_READ(kvm, arch.assigned_device_count.counter);
	if (bpf_core_field_exists(kvm->arch.apicv_inhibit_reasons)) {
		answer->has_inhibits = 1;
		answer->apicv_inhibits =
			BPF_CORE_READ(kvm, arch.apicv_inhibit_reasons);
	}
}

/* The VM that a device's group was given to, also if that takes no irqfd. */
static __always_inline struct kvm *vm_of_device(
	struct vfio_pci_core_device *core)
{
	struct kvm *kvm = BPF_CORE_READ(core, vdev.kvm);

	if (!kvm && bpf_core_type_exists(struct vfio_group))
		kvm = BPF_CORE_READ(core, vdev.group, kvm);
	return kvm;
}

static __always_inline void read_descriptor_owner(
	struct kvm *kvm, const struct inspect_host *host,
	struct inspect_answer *answer)
{
	bool amd = answer->chip == REMAPPING_AMD;
	__u64 address;

	if (!host->page_offset || answer->entry_bytes != INTEL_ENTRY_BYTES)
		return;
	if (amd && answer->low & AMD_GUEST_MODE)
		address = answer->high & 0xffffffffff000ull;
	else if (!amd && answer->low & INTEL_POSTED)
		address = (answer->high & ~0xffffffffull) |
			  answer->low >> 38 << 6;
	else
		return;
	answer->descriptor_vcpu =
		vcpu_of_descriptor(kvm, address + host->page_offset, amd);
}

static __always_inline void read_kvm(struct vfio_pci_core_device *core,
				     const struct inspect_host *host,
				     struct inspect_answer *answer)
{
	struct kvm_kernel_irqfd *irqfd = 0;
	struct kvm *kvm = 0;
	bool complete = true;

	if (!bpf_core_type_exists(struct kvm_kernel_irqfd))
		return;
	if (answer->eventfd)
		irqfd = find_irqfd(answer->eventfd, host->irqfd_wakeup,
				   &complete);
	answer->knows_irqfds = complete;
	if (irqfd) {
		read_irqfd(irqfd, answer);
		kvm = BPF_CORE_READ(irqfd, kvm);
	} else if (core) {
		kvm = vm_of_device(core);
		answer->vm_by_device = 1;
	}
	if (!kvm)
		return;
	read_vm(kvm, answer);
	if (irqfd && answer->route_type == KVM_IRQ_ROUTING_MSI)
		find_destinations(kvm, answer);
	read_descriptor_owner(kvm, host, answer);
}

static __always_inline struct inspection *get_inspection(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&inspections, &zero);
}

static __always_inline __s32 first_msi_index(struct msi_desc *msi)
{
	struct msi_desc___attributes *earlier = (void *)msi;

	if (bpf_core_field_exists(msi->msi_index))
		return BPF_CORE_READ(msi, msi_index);
	if (bpf_core_field_exists(earlier->msi_attrib.entry_nr))
		return BPF_CORE_READ(earlier, msi_attrib.entry_nr);
	return FACT_UNKNOWN;
}

/* A descriptor can be for several messages (MSI), with IRQs in a row. */
static __always_inline void read_msi_index(struct irq_desc *desc,
					   struct inspect_answer *answer)
{
	struct msi_desc *msi = BPF_CORE_READ(desc, irq_common_data.msi_desc);
	__s32 first = msi ? first_msi_index(msi) : FACT_UNKNOWN;

	if (first != FACT_UNKNOWN)
		answer->msi_index =
			first + answer->irq - BPF_CORE_READ(msi, irq);
}

static __always_inline int on_inspect(void *kobj)
{
	struct irq_desc *desc =
		kobj - bpf_core_field_offset(struct irq_desc, kobj);
	struct inspection *inspection = get_inspection();
	struct vfio_pci_core_device *core;
	struct inspect_answer *answer;

	if (!inspection || !inspection->host.reader ||
	    inspection->host.reader != bpf_get_current_pid_tgid() >> 32)
		return 0;
	answer = &inspection->answer;
	forget(answer);
	answer->irq = BPF_CORE_READ(desc, irq_data.irq);
	answer->state =
		BPF_CORE_READ(desc, irq_common_data.state_use_accessors);
	read_msi_index(desc, answer);
	read_entry(desc, &inspection->host, answer);
	core = read_action(desc, &inspection->question, answer);
	read_kvm(core, &inspection->host, answer);
	answer->torn |= is_torn(desc, &inspection->question, answer);
	answer->count++;
	return 0;
}

SEC("?fentry/actions_show")
int BPF_PROG(fentry_inspect, void *kobj)
{
	return on_inspect(kobj);
}

SEC("?kprobe/actions_show")
int BPF_KPROBE(kprobe_inspect, void *kobj)
{
	return on_inspect(kobj);
}

/* --- what is asked once --- */

static __always_inline __u64 address_of(const char *name, int size)
{
	__u64 address = 0;

	return bpf_kallsyms_lookup_name(name, size, 0, &address) ? 0 : address;
}

#define ADDRESS_OF(name)                                                       \
	({                                                                     \
		static const char text[] = name;                               \
		address_of(text, sizeof(text));                                \
	})

static __always_inline __s32 read_int(__u64 address)
{
	__s32 value;

	if (!address ||
	    bpf_probe_read_kernel(&value, sizeof(value), (void *)address))
		return FACT_UNKNOWN;
	return value;
}

static __always_inline __u64 read_long(__u64 address)
{
	__u64 value;

	if (!address ||
	    bpf_probe_read_kernel(&value, sizeof(value), (void *)address))
		return 0;
	return value;
}

static __always_inline void note_reader(struct inspection *inspection)
{
	inspection->host.reader = bpf_get_current_pid_tgid() >> 32;
}

/* Where a program cannot look up symbols, user space does the rest. */
SEC("?raw_tp")
int begin_questions(void *ctx)
{
	struct inspection *inspection = get_inspection();

	if (inspection)
		note_reader(inspection);
	return 0;
}

/*
 * Whose reads are questions: the caller's. Symbols are those of this moment;
 * they are not looked up for each question, since up to 6.1 the kernel goes
 * through all it has for one.
 */
SEC("?syscall")
int begin_inspection(void *ctx)
{
	struct inspection *inspection = get_inspection();
	struct inspect_host *host;

	if (!inspection)
		return 0;
	host = &inspection->host;
	note_reader(inspection);
	host->irqfd_wakeup =
		ADDRESS_OF("kvm:irqfd_wakeup") ?: ADDRESS_OF("irqfd_wakeup");
	host->wakeup_list = ADDRESS_OF("kvm_intel:wakeup_vcpus_on_cpu")
				    ?: ADDRESS_OF("wakeup_vcpus_on_cpu");
	host->page_offset = read_long(ADDRESS_OF("page_offset_base"));
	host->amd_guest_ir = read_int(ADDRESS_OF("amd_iommu_guest_ir"));
	return 0;
}

#endif
