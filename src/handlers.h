/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupt handlers that are under way on other CPUs. */
#ifndef PITRACE_HANDLERS_H
#define PITRACE_HANDLERS_H

/*
 * Returns once those have ended that had begun before the call, some 10 ms
 * later: a handler takes microseconds, but its CPU can stand still in it.
 * membarrier() waits for a grace period of RCU (kernel/sched/membarrier.c), and
 * that for all that had interrupts off when it began. Kernels with nohz_full
 * refuse, and handlers in threads are not waited for: these get a millisecond.
 */
void handlers_let_end(void);

#endif
