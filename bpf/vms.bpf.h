/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs of a VM that is only looked at: by index, by posted-interrupt
 * descriptor, by the destination of a message. No lock is held, so all that
 * is found is what stood there for a moment; nothing is followed unchecked.
 */
#ifndef PITRACE_VMS_BPF_H
#define PITRACE_VMS_BPF_H

/* As many vCPUs as KVM allows at the most (KVM_MAX_VCPUS). */
#define VCPUS_MAX 4096

/* The same without bpf_loop(): the verifier goes through each. */
#define VCPUS_WITHOUT_LOOP 32

/* A tree of 4 levels has more entries than that, whatever the fan-out. */
#define XARRAY_LEVELS_MAX 4

#define XARRAY_NODE_MARK  2

/* Entries that are nodes: include/linux/xarray.h, xa_is_node(). */
static __always_inline bool is_xarray_node(__u64 entry)
{
	return (entry & 3) == XARRAY_NODE_MARK && entry > 4096;
}

static __always_inline void *xarray_load(__u64 entry, __u32 index)
{
	__u32 slots =
		bpf_core_field_size(struct xa_node, slots) / sizeof(void *);

	for (int level = 0; level < XARRAY_LEVELS_MAX; level++) {
		struct xa_node *node = (void *)(entry - XARRAY_NODE_MARK);
		__u64 at = (__u64)node +
			   bpf_core_field_offset(struct xa_node, slots);
		__u32 slot;

		if (!is_xarray_node(entry))
			break;
		slot = index >> (BPF_CORE_READ(node, shift) & 31) & (slots - 1);
		if (bpf_probe_read_kernel(&entry, sizeof(entry),
					  (void *)(at + slot * 8)))
			return 0;
	}
	return (void *)entry;
}

/* Up to 5.16; the caller has checked the index. */
static __always_inline struct kvm_vcpu *vcpu_in_array(struct kvm *kvm,
						      __u32 index)
{
	struct kvm_vcpu *vcpu = 0;
	__u64 at =
		(__u64)kvm + bpf_core_field_offset(struct kvm___array, vcpus);

	bpf_probe_read_kernel(&vcpu, sizeof(vcpu), (void *)(at + index * 8));
	return vcpu;
}

/* An xarray with nothing but index 0 has it for its head. */
static __always_inline struct kvm_vcpu *vcpu_at(struct kvm *kvm, __u32 index)
{
	__u64 head;

	if (bpf_core_field_exists(struct kvm___array, vcpus))
		return vcpu_in_array(kvm, index);
	head = (__u64)BPF_CORE_READ(kvm, vcpu_array.xa_head);
	if (!is_xarray_node(head) && index)
		return 0;
	return xarray_load(head, index);
}

/* --- which vCPU has this descriptor? --- */

/*
 * What the IOMMU's entry holds of a vCPU: the address of its descriptor
 * (Intel), of which the lowest six bits have no room there, or of the page of
 * its APIC's registers (AMD).
 */
static __always_inline __u64 descriptor_of(struct kvm_vcpu *vcpu, bool amd)
{
	__u64 vmx;

	if (amd)
		return (__u64)BPF_CORE_READ(vcpu, arch.apic, regs);
	/* Without kvm_intel its types are not known, nor needed. */
	if (!bpf_core_type_exists(struct vcpu_vmx))
		return 0;
	vmx = (__u64)vcpu - bpf_core_field_offset(struct vcpu_vmx, vcpu);
	if (bpf_core_field_exists(struct vcpu_vmx, pi_desc))
		vmx += bpf_core_field_offset(struct vcpu_vmx, pi_desc);
	else
		vmx += bpf_core_field_offset(struct vcpu_vmx, vt.pi_desc);
	return vmx & ~63ull;
}

struct descriptor_search {
	struct kvm *kvm;
	__u64 descriptor; /* as an address of the kernel's direct map */
	bool amd;
	__s32 vcpu;
};

static long compare_descriptor(__u32 index, struct descriptor_search *search)
{
	struct kvm_vcpu *vcpu = vcpu_at(search->kvm, index);

	if (!vcpu || descriptor_of(vcpu, search->amd) != search->descriptor)
		return 0;
	search->vcpu = BPF_CORE_READ(vcpu, vcpu_id);
	return 1;
}

static __always_inline void compare_descriptors(
	__u32 vcpus, struct descriptor_search *search)
{
	if (has_loop) {
		bpf_loop(vcpus, compare_descriptor, search, 0);
		return;
	}
#pragma nounroll
	for (__u32 i = 0; i < VCPUS_WITHOUT_LOOP; i++)
		if (i >= vcpus || compare_descriptor(i, search))
			return;
}

static __always_inline __s32 vcpu_of_descriptor(struct kvm *kvm,
						__u64 descriptor, bool amd)
{
	struct descriptor_search search = {
		.kvm = kvm,
		.descriptor = descriptor,
		.amd = amd,
		.vcpu = FACT_UNKNOWN,
	};
	__u32 vcpus = BPF_CORE_READ(kvm, online_vcpus.counter);

	if (vcpus > VCPUS_MAX)
		vcpus = VCPUS_MAX;
	compare_descriptors(vcpus, &search);
	return search.vcpu;
}

/* --- which vCPUs does a message reach? --- */

enum logical_mode {
	LOGICAL_OTHER,
	LOGICAL_FLAT,
	LOGICAL_CLUSTER,
	LOGICAL_X2APIC,
};

/* Of the earlier kernels: arch/x86/include/asm/kvm_host.h of 6.1. */
#define MODE_XAPIC_CLUSTER 4
#define MODE_XAPIC_FLAT    8
#define MODE_X2APIC        16

#define IS_LOGICAL_MODE(mode, name)                                            \
	(bpf_core_enum_value_exists(enum kvm_apic_logical_mode, name) &&       \
	 (mode) == bpf_core_enum_value(enum kvm_apic_logical_mode, name))

static __always_inline enum logical_mode logical_mode(struct kvm_apic_map *map)
{
	__u32 mode;

	if (bpf_core_field_exists(map->mode)) {
		mode = BPF_CORE_READ(map, mode);
		return mode == MODE_XAPIC_FLAT      ? LOGICAL_FLAT
		       : mode == MODE_XAPIC_CLUSTER ? LOGICAL_CLUSTER
		       : mode == MODE_X2APIC        ? LOGICAL_X2APIC
						    : LOGICAL_OTHER;
	}
	mode = BPF_CORE_READ(map, logical_mode);
	if (IS_LOGICAL_MODE(mode, KVM_APIC_MODE_XAPIC_FLAT))
		return LOGICAL_FLAT;
	if (IS_LOGICAL_MODE(mode, KVM_APIC_MODE_XAPIC_CLUSTER))
		return LOGICAL_CLUSTER;
	if (IS_LOGICAL_MODE(mode, KVM_APIC_MODE_X2APIC))
		return LOGICAL_X2APIC;
	return LOGICAL_OTHER;
}

/* Up to 16 places of a map of APICs, and which of them are meant. */
struct destinations {
	__u64 first; /* address of a struct kvm_lapic * */
	__u32 mask;
};

static __always_inline void physical_destination(struct kvm_apic_map *map,
						 __u32 id,
						 struct destinations *to)
{
	if (id > BPF_CORE_READ(map, max_apic_id))
		return;
	to->first = (__u64)map +
		    bpf_core_field_offset(struct kvm_apic_map, phys_map) +
		    (__u64)id * 8;
	to->mask = 1;
}

/* kvm_apic_map_get_logical_dest() of arch/x86/kvm/lapic.c */
static __always_inline void logical_destinations(struct kvm_apic_map *map,
						 __u32 id,
						 enum logical_mode mode,
						 struct destinations *to)
{
	__u32 max = BPF_CORE_READ(map, max_apic_id);
	__u32 cluster = id >> 16, size;

	if (mode == LOGICAL_FLAT) {
		to->first =
			(__u64)map + bpf_core_field_offset(struct kvm_apic_map,
							   xapic_flat_map);
		to->mask = id & 0xff;
	} else if (mode == LOGICAL_CLUSTER) {
		to->first = (__u64)map +
			    bpf_core_field_offset(struct kvm_apic_map,
						  xapic_cluster_map) +
			    (id >> 4 & 0xf) * 32;
		to->mask = id & 0xf;
	} else if (cluster * 16 <= max) {
		/* The last cluster may have places for fewer. */
		size = max - cluster * 16 + 1;
		to->first =
			(__u64)map +
			bpf_core_field_offset(struct kvm_apic_map, phys_map) +
			(__u64)cluster * 128;
		to->mask = id & 0xffff;
		if (size < 16)
			to->mask &= (1u << size) - 1;
	}
}

static __always_inline void count_destinations(const struct destinations *to,
					       struct inspect_answer *answer)
{
	answer->route_vcpus = 0;
	for (int i = 0; i < 16; i++) {
		struct kvm_lapic *apic = 0;
		__u64 at = to->first + i * 8;

		if (!(to->mask & 1u << i) ||
		    bpf_probe_read_kernel(&apic, sizeof(apic), (void *)at) ||
		    !apic)
			continue;
		answer->route_vcpu =
			answer->route_vcpus++
				? FACT_UNKNOWN
				: BPF_CORE_READ(apic, vcpu, vcpu_id);
	}
}

/* A message's fields: Intel SDM vol. 3, 11.11; KVM's extra destination bits. */
#define MSI_LOGICAL       0x4
#define MSI_DEST_SHIFT    12
#define MSI_EXT_DEST_BITS 0xffffff00

/* kvm_apic_is_broadcast_dest() of arch/x86/kvm/lapic.c */
static __always_inline bool is_broadcast(struct kvm *kvm, __u32 id,
					 enum logical_mode mode)
{
	if (!BPF_CORE_READ(kvm, arch.x2apic_broadcast_quirk_disabled))
		return id == 0xff;
	return id == 0xffffffff || (id == 0xff && mode != LOGICAL_X2APIC);
}

static __always_inline void find_destinations(struct kvm *kvm,
					      struct inspect_answer *answer)
{
	struct kvm_apic_map *map = BPF_CORE_READ(kvm, arch.apic_map);
	__u32 id = answer->msi_address_lo >> MSI_DEST_SHIFT & 0xff;
	struct destinations to = {};
	enum logical_mode mode;

	if (answer->x2apic_format > 0)
		id |= answer->msi_address_hi & MSI_EXT_DEST_BITS;
	if (!map)
		return;
	mode = logical_mode(map);
	answer->is_broadcast = is_broadcast(kvm, id, mode);
	if (answer->is_broadcast) {
		answer->route_vcpus = BPF_CORE_READ(kvm, online_vcpus.counter);
		return;
	}
	if (!(answer->msi_address_lo & MSI_LOGICAL))
		physical_destination(map, id, &to);
	else if (mode != LOGICAL_OTHER)
		logical_destinations(map, id, mode, &to);
	else
		return;
	count_destinations(&to, answer);
}

#endif
