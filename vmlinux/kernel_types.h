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

#pragma clang attribute push(__attribute__((preserve_access_index)),           \
			     apply_to = record)

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

struct task_struct {
	unsigned int flags;
	int pid;
};

struct module {
	char name[56];
};

/* Where the preemption counter lives from 6.2 to 6.14. */
struct pcpu_hot {
	int preempt_count;
};

struct kvm {
	int userspace_pid;
};

struct kvm_vcpu {
	int vcpu_id;
};

struct kvm_lapic {
	struct kvm_vcpu *vcpu;
};

struct kvm_kernel_irq_routing_entry {
	__u32 gsi;
};

struct kvm_kernel_irqfd {
	struct kvm *kvm;
	struct wait_queue_entry wait;
	int gsi;
	struct work_struct inject;
	struct eventfd_ctx *eventfd;
	struct list_head list;
	/* From 6.17 on, as are the checks that an irqfd is active. */
	struct kvm_vcpu *irq_bypass_vcpu;
};

struct vfio_pci_irq_ctx {
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

struct xarray {
	void *xa_head;
};

struct vfio_pci_core_device___xarray {
	struct xarray ctx;
};

#pragma clang attribute pop

#endif
