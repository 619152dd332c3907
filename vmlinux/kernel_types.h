/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel types that the programs read, and of each only the fields they
 * read: CO-RE finds the rest in the running kernel's BTF by name. Kept by
 * hand; docs/design.md says why this is better here than a generated
 * vmlinux.h. Suffixes after ___ name variants of one kernel type.
 */
#ifndef PITRACE_KERNEL_TYPES_H
#define PITRACE_KERNEL_TYPES_H

/* Tells bpf_tracing.h that struct pt_regs has the kernel's field names. */
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef _Bool bool;
enum {
	false = 0,
	true = 1
};

/* Map types and flags are uapi, and the same on every kernel. */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum {
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
};

enum {
	BPF_F_MMAPABLE = 1024,
};

/* arch/x86/include/uapi/asm/ptrace.h; only used through PT_REGS_*. */
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};

/* The context of a raw tracepoint. */
struct bpf_raw_tracepoint_args {
	__u64 args[0];
};

#pragma clang attribute push(__attribute__((preserve_access_index)),           \
			     apply_to = record)

typedef struct {
	int counter;
} atomic_t;

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

struct wait_queue_head {
	struct list_head head;
};

struct wait_queue_entry {
	void *func;
	struct list_head entry;
};

struct eventfd_ctx {
	struct wait_queue_head wqh;
};

struct work_struct {
	struct {
		__s64 counter;
	} data;
};

struct file {
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct {
	unsigned int flags;
	int pid;
	struct files_struct *files;
};

struct module {
	char name[56];
};

/* Where some per-CPU variables live from 6.2 to 6.14. */
struct pcpu_hot {
	int preempt_count;
	unsigned long top_of_stack;
	void *hardirq_stack_ptr;
};

struct xarray {
	void *xa_head;
};

struct xa_node {
	unsigned char shift;
	void *slots[64];
};

enum kvm_apic_logical_mode {
	KVM_APIC_MODE_XAPIC_CLUSTER = 1,
	KVM_APIC_MODE_XAPIC_FLAT = 2,
	KVM_APIC_MODE_X2APIC = 3,
};

struct kvm_apic_map {
	/* Up to 6.2 bits, in mode; then an enum of its own, in logical_mode. */
	__u8 mode;
	enum kvm_apic_logical_mode logical_mode;
	__u32 max_apic_id;
	struct kvm_lapic *xapic_flat_map[8];
	struct kvm_lapic *xapic_cluster_map[64];
	struct kvm_lapic *phys_map[0];
};

enum kvm_irqchip_mode {
	KVM_IRQCHIP_NONE = 0,
};

struct kvm_arch {
	atomic_t assigned_device_count; /* up to 6.16 */
	unsigned long nr_possible_bypass_irqs; /* from 6.17 on */
	struct kvm_apic_map *apic_map;
	unsigned long apicv_inhibit_reasons;
	enum kvm_irqchip_mode irqchip_mode;
	bool x2apic_format;
	bool x2apic_broadcast_quirk_disabled;
};

struct kvm {
	int userspace_pid;
	atomic_t online_vcpus;
	struct xarray vcpu_array;
	struct kvm_arch arch;
};

/* Up to 5.16 the vCPUs are an array. */
struct kvm___array {
	struct kvm_vcpu *vcpus[1];
};

struct kvm_vcpu_arch {
	struct kvm_lapic *apic;
};

struct kvm_vcpu {
	struct kvm *kvm;
	int vcpu_id;
	int mode;
	struct kvm_vcpu_arch arch;
};

struct kvm_lapic {
	struct kvm_vcpu *vcpu;
	bool apicv_active;
	void *regs; /* with AVIC, the page that stands in its entries */
};

struct pi_desc {
	__u64 control;
};

struct vcpu_vt {
	struct pi_desc pi_desc;
	struct list_head pi_wakeup_list;
};

/* From 6.17 on the descriptor is in vt. */
struct vcpu_vmx {
	struct kvm_vcpu vcpu;
	struct pi_desc pi_desc;
	struct list_head pi_wakeup_list;
	struct vcpu_vt vt;
};

struct kvm_kernel_irq_routing_entry {
	__u32 gsi;
	__u32 type;
	struct {
		__u32 address_lo;
		__u32 address_hi;
		__u32 data;
	} msi;
};

struct irq_bypass_producer {
	int irq;
};

struct irq_bypass_consumer {
	void *add_producer;
};

struct kvm_kernel_irqfd {
	struct kvm *kvm;
	struct wait_queue_entry wait;
	struct kvm_kernel_irq_routing_entry irq_entry;
	int gsi;
	struct work_struct inject;
	struct eventfd_ctx *eventfd;
	struct list_head list;
	struct work_struct shutdown;
	struct irq_bypass_consumer consumer;
	struct irq_bypass_producer *producer;
	/* From 6.17 on, as are the checks that an irqfd is active. */
	struct kvm_vcpu *irq_bypass_vcpu;
};

struct kvm_irqfd {
	__u32 fd;
	__u32 gsi;
	__u32 flags;
};

struct vfio_group {
	struct kvm *kvm;
};

struct vfio_device {
	struct vfio_group *group;
	struct kvm *kvm;
};

struct device {
	void *driver_data;
};

struct pci_dev {
	struct device dev;
};

struct vfio_pci_core_device {
	struct vfio_device vdev;
	struct pci_dev *pdev;
};

struct vfio_pci_irq_ctx {
	struct eventfd_ctx *trigger;
	bool masked;
	char *name;
	/*
	 * Came when vfio_intx_handler() began to be given the context and no
	 * longer the device (6.10); its presence tells which of the two it
	 * gets.
	 */
	struct vfio_pci_core_device *vdev;
};

/* Up to 6.4 the contexts are an array, from 6.5 on they are in an xarray. */
struct vfio_pci_core_device___array {
	struct vfio_pci_irq_ctx *ctx;
};

/* Before vfio_pci_core was split off (5.15). */
struct vfio_pci_device {
	struct vfio_pci_irq_ctx *ctx;
};

struct vfio_pci_core_device___xarray {
	struct xarray ctx;
};

struct kobject {
	const char *name;
};

struct irq_chip {
	const char *name;
};

struct msi_desc {
	unsigned int irq;
	struct device *dev;
	__u16 msi_index;
};

/* Up to 5.16. */
struct msi_desc___attributes {
	struct {
		__u16 entry_nr;
	} msi_attrib;
};

struct irq_common_data {
	unsigned int state_use_accessors;
	struct msi_desc *msi_desc;
};

struct irq_data {
	unsigned int irq;
	struct irq_chip *chip;
	struct irq_data *parent_data;
	void *chip_data;
};

struct irqaction {
	void *dev_id;
	struct irqaction *next;
	const char *name;
};

struct irq_desc {
	struct irq_common_data irq_common_data;
	struct irq_data irq_data;
	struct irqaction *action;
	struct kobject kobj;
};

struct irte {
	__u64 low;
	__u64 high;
};

struct ir_table {
	struct irte *base;
};

struct intel_iommu {
	struct ir_table *ir_table;
};

enum irq_mode {
	IRQ_REMAPPING = 0,
	IRQ_POSTING = 1,
};

struct irq_2_iommu {
	struct intel_iommu *iommu;
	__u16 irte_index;
	__u16 sub_handle;
	/* Up to 6.12's first releases; then replaced by the other two. */
	enum irq_mode mode;
	bool posted_msi;
	bool posted_vcpu;
};

struct intel_ir_data {
	struct irq_2_iommu irq_2_iommu;
};

enum amd_iommu_intr_mode_type {
	AMD_IOMMU_GUEST_IR_LEGACY = 0,
};

struct amd_iommu_pi_data {
	bool is_guest_mode;
};

struct irq_2_irte {
	__u16 index;
};

struct amd_ir_data {
	struct irq_2_irte irq_2_irte;
	void *entry;
};

#pragma clang attribute pop

#endif
