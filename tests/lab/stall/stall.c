// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets a CPU stand still between the begin of VFIO's handler and KVM's verdict,
 * as one does that a hypervisor takes away, or an SMI.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static unsigned int ms = 5;
module_param(ms, uint, 0444);

static int stand_still(struct kprobe *probe, struct pt_regs *regs)
{
	mdelay(ms);
	return 0;
}

static struct kprobe wakeup = {
	.symbol_name = "irqfd_wakeup",
	.pre_handler = stand_still,
};

static int __init stall_init(void)
{
	return register_kprobe(&wakeup);
}

static void __exit stall_exit(void)
{
	unregister_kprobe(&wakeup);
}

module_init(stall_init);
module_exit(stall_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("CPUs that stand still in an interrupt handler");
