// SPDX-License-Identifier: GPL-2.0-only
/*
 * What --btf is given on 5.10, which does not describe its modules: types of
 * KVM as they are laid out in Debian's 5.10 (virt/kvm/eventfd.c), compiled to
 * BTF. Only what leads to the VM of an irqfd.
 */
struct wait_queue_entry {
	unsigned int flags;
	void *private;
	void *func;
	void *entry[2];
};

struct kvm {
	char before[187576];
	int userspace_pid;
};

struct kvm_kernel_irqfd {
	struct kvm *kvm;
	struct wait_queue_entry wait;
	char before_gsi[68];
	int gsi;
	char behind[200];
};

_Static_assert(__builtin_offsetof(struct kvm_kernel_irqfd, wait) == 8, "wait");
_Static_assert(__builtin_offsetof(struct kvm_kernel_irqfd, gsi) == 116, "gsi");

struct module {
	char before[24];
	char name[56];
	char behind[880];
};

/* What nothing uses is not described. */
struct kvm_kernel_irqfd irqfd_described;
struct module module_described;
struct kvm kvm_described;
