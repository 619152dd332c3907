/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stand-in for kvm_intel where there is no VT-x: its functions have the
 * names and prototypes of the real ones, and run on command.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <linux/kvm_host.h>

#include "standin-types.h"

/* As in the real module; never inlined, so that they can be attached to. */
int vmx_pi_update_irte(struct kvm *kvm, unsigned int host_irq,
		       uint32_t guest_irq, bool set);
void vmx_deliver_interrupt(struct kvm_lapic *apic, int delivery_mode,
			   int trig_mode, int vector);
void pi_wakeup_handler(void);

/* The irqfd that takes a VFIO interrupt. */
struct irqfd_target {
	struct kvm *kvm; /* with a reference, for kvm_put_kvm() */
	unsigned int gsi;
	unsigned int gvec; /* as its route says */
};

/* -ENOENT if there is no such interrupt, or no irqfd on its eventfd. */
int irqfd_target_get(unsigned int irq, struct irqfd_target *target);

/* The vCPU with this index, or NULL. */
struct kvm_vcpu *vcpu_at(struct kvm *kvm, unsigned int index);

/* Add to what is read after the command being run. */
__printf(1, 2) void answer(const char *fmt, ...);

/* The commands; args are the words after the name. 0 or a negative errno. */
int command_info(const char *args);
int command_post(const char *args);
int command_unpost(const char *args);
int command_toggle(const char *args);
int command_fail(const char *args);
int command_irte(const char *args);
int command_deliver(const char *args);
int command_ipi(const char *args);
int command_wake(const char *args);

/* Take back all that is posted. */
void post_exit(void);

void wake_init(void);
void wake_exit(void);

#endif
