/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways a handler's run can end, shared by the BPF programs that tell
 * them apart and by everything in user space that shows them.
 */
#ifndef PITRACE_PATHS_H
#define PITRACE_PATHS_H

enum delivery_path {
	/* No irqfd consumed the signal: it is left to whoever reads the fd. */
	PATH_EVENTFD,
	/* kvm_arch_set_irq_inatomic() reached at least one vCPU. */
	PATH_IRQFD,
	/* It answered -EWOULDBLOCK: irqfd_inject() runs in a workqueue. */
	PATH_IRQFD_DEFERRED,
	/* It reached no vCPU, and nothing was queued. */
	PATH_IRQFD_DROPPED,
	/* A shared INTx line was raised by another device (IRQ_NONE). */
	PATH_UNCLAIMED,
	/*
	 * KVM was loaded, and its probes were not in place yet; or an irqfd
	 * took it, and the kernel skipped the probe that tells what became.
	 */
	PATH_UNKNOWN,
	PATH_COUNT
};

#endif
