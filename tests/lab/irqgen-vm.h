/* SPDX-License-Identifier: GPL-2.0-only */
/* A KVM virtual machine with running vCPUs. */
#ifndef IRQGEN_VM_H
#define IRQGEN_VM_H

#include <linux/kvm.h>
#include <pthread.h>
#include <stdbool.h>

#include "irqgen-guest.h"
#include "irqgen-route.h"

struct vcpu {
	int fd;
	struct kvm_run *run;
	size_t run_size;
	pthread_t thread;
	bool started;
};

struct vm {
	char name[32]; /* empty: this slot is free */
	int fd;
	int vfio; /* the KVM_DEV_TYPE_VFIO device */
	uint8_t *memory;
	unsigned int vcpus;
	struct vcpu vcpu[GUEST_MAX_VCPUS];
	struct route routes[MAX_ROUTES];
};

struct vm *vm_find(const char *name);

/* Made by the calling thread, whose process KVM takes for the owner. */
int vm_create(const char *name, unsigned int vcpus, bool irqchip);
void vm_close(struct vm *vm);

/* Have its vCPUs not run for a while: what is injected waits for them. */
void vm_pause(struct vm *vm);
int vm_resume(struct vm *vm);

/* Tell all machines of a VFIO group, as a virtual machine monitor does. */
void vm_add_group(int group);
void vm_remove_group(int group);

/* Call fn for each machine. */
void vm_for_each(void (*fn)(struct vm *vm, void *arg), void *arg);

#endif
