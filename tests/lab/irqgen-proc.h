/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own account of interrupts, from /proc. */
#ifndef IRQGEN_PROC_H
#define IRQGEN_PROC_H

#include <stdint.h>

struct irq_row {
	int irq;
	uint64_t count; /* over all CPUs */
};

/* The row of /proc/interrupts with this action name. */
int proc_find_row(const char *action, struct irq_row *row);

int proc_set_affinity(int irq, unsigned int cpu);

/* The pid of the kernel thread that handles irq; 0 if it has none. */
int proc_irq_thread(int irq);

/* How many times a thread went to sleep; 0 if it is gone. */
uint64_t proc_sleeps(int pid);

#endif
