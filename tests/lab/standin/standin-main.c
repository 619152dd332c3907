// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/standin: a line written is a command, and fails with the command's
 * error; what is read is the answer to the last one.
 *
 *   info IRQ [VCPU_INDEX]             the VM that takes this VFIO interrupt
 *   post IRQ VCPU_INDEX GVEC [GSI]    have it posted; -EAGAIN if the emulated
 *                                     IOMMU would send it to a CPU instead:
 *                                     try again with another VM
 *   unpost IRQ                        have it remapped
 *   toggle IRQ VCPU_INDEX GVEC N      N changes: posted, remapped, posted ...
 *   fail IRQ ERR                      a try to post it that returns -ERR
 *   irte IRQ                          the entry of the remapping table
 *   deliver IRQ VCPU_INDEX VECTOR N   call vmx_deliver_interrupt()
 *   ipi CPU VECTOR N                  send 0xf2 (PIN), 0xf1 (PIW), 0xf0 (NPI)
 *   wake CPU IRQ VCPU_INDEX N         0xf1, with a vCPU on the CPU's list
 *
 * The IRQ is one of VFIO's MSI vectors; but for unpost and irte an irqfd must
 * be on its eventfd, for the VM is found through that. An answer is one line of
 * key=value words. What is still posted is taken back on unload.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "standin.h"

/* Only there to be read, in /sys/module. */
static bool apicv = true;
module_param_named(enable_apicv, apicv, bool, 0444);

static const struct command {
	const char *name;
	int (*run)(const char *args);
} commands[] = {
	{.name = "info", .run = command_info},
	{.name = "post", .run = command_post},
	{.name = "unpost", .run = command_unpost},
	{.name = "toggle", .run = command_toggle},
	{.name = "fail", .run = command_fail},
	{.name = "irte", .run = command_irte},
	{.name = "deliver", .run = command_deliver},
	{.name = "ipi", .run = command_ipi},
	{.name = "wake", .run = command_wake},
};

static char answer_text[256];

/* One command at a time; the answer is its own. */
static DEFINE_MUTEX(control);

void answer(const char *fmt, ...)
{
	size_t len = strlen(answer_text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(answer_text + len, sizeof(answer_text) - len, fmt, ap);
	va_end(ap);
}

static int run(char *line)
{
	const char *name = strsep(&line, " ");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].run(line ? line : "");
	return -EINVAL;
}

static ssize_t control_write(struct file *file, const char __user *from,
			     size_t size, loff_t *at)
{
	char line[128];
	int err;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, size))
		return -EFAULT;
	line[size] = '\0';
	mutex_lock(&control);
	answer_text[0] = '\0';
	err = run(strim(line));
	mutex_unlock(&control);
	return err ? err : (ssize_t)size;
}

static int control_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&control);
	seq_printf(seq, "%s\n", answer_text);
	mutex_unlock(&control);
	return 0;
}

static int control_open(struct inode *inode, struct file *file)
{
	return single_open(file, control_show, NULL);
}

static const struct proc_ops control_ops = {
	.proc_open = control_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = control_write,
};

static int __init standin_init(void)
{
	if (!proc_create("standin", 0600, NULL, &control_ops))
		return -ENOMEM;
	wake_init();
	return 0;
}

static void __exit standin_exit(void)
{
	remove_proc_entry("standin", NULL);
	wake_exit();
	post_exit();
}

module_init(standin_init);
module_exit(standin_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A stand-in for kvm_intel, without VT-x");
