// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets a CPU stand still where it calls a function, as one does that a
 * hypervisor takes away, or an SMI: in irqfd_wakeup, between the begin of
 * VFIO's handler and KVM's verdict, or in any other that is named.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static unsigned int ms = 5;
module_param(ms, uint, 0444);

static char *function = "irqfd_wakeup";
module_param(function, charp, 0444);

static int stand_still(struct kprobe *hit, struct pt_regs *regs)
{
	mdelay(ms);
	return 0;
}

static struct kprobe probe = {
	.pre_handler = stand_still,
};

static int __init stall_init(void)
{
	probe.symbol_name = function;
	return register_kprobe(&probe);
}

static void __exit stall_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(stall_init);
module_exit(stall_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("CPUs that stand still in an interrupt handler");
