/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupts that are posted, and how one comes to be. */
#ifndef STANDIN_POSTING_H
#define STANDIN_POSTING_H

#include "standin.h"

/* Outlives its irqfd; the VM stays for as long, and the vCPU with it. */
struct posting {
	struct list_head link;
	struct kvm *kvm; /* with a reference */
	struct kvm_vcpu *vcpu;
	unsigned int irq;
	unsigned int gsi;
	unsigned int gvec;
};

/* One that is not in effect yet, by its irqfd's route; or an ERR_PTR. */
struct posting *posting_new(unsigned int irq, unsigned int index);

/* The one in effect for this interrupt, or NULL. */
struct posting *posting_find(unsigned int irq);

/* It is in effect now, in place of an earlier one. */
void posting_keep(struct posting *posting);

void posting_free(struct posting *posting);

/* Post the interrupt, or have it remapped; by vmx_pi_update_irte(). */
int posting_apply(const struct posting *posting, bool set);

/* The same, but the entry stays as it is and error comes back. */
int posting_refuse(const struct posting *posting, int error);

/* Would an interrupt posted to this descriptor vanish? */
bool posting_vanishes(u64 descriptor);

#endif
