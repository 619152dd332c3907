// SPDX-License-Identifier: GPL-2.0-only
/*
 * As many interrupts as a large machine has, with the names that VFIO gives
 * them, and none of the hardware. They have descriptors, actions and rows in
 * /proc/interrupts as any other, and never fire.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#define VECTORS_PER_DEVICE 256
#define FIRST_BUS          0x10

static unsigned int count = 16;
module_param(count, uint, 0444);

struct vector {
	/* The handler's argument: it begins as VFIO's, an eventfd context. */
	struct {
		struct kref kref;
		wait_queue_head_t wqh;
	} eventfd;
	char name[48];
	unsigned int irq;
};

static struct vector *vectors;
static struct irq_domain *domain;

static irqreturn_t handle(int irq, void *eventfd)
{
	return IRQ_HANDLED;
}

static int map(struct irq_domain *in, unsigned int irq, irq_hw_number_t number)
{
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_simple_irq);
	return 0;
}

static const struct irq_domain_ops domain_ops = {.map = map};

static int request(unsigned int number)
{
	struct vector *vector = &vectors[number];

	kref_init(&vector->eventfd.kref);
	init_waitqueue_head(&vector->eventfd.wqh);
	snprintf(vector->name, sizeof(vector->name),
		 "vfio-msix[%u](0000:%02x:00.0)", number % VECTORS_PER_DEVICE,
		 FIRST_BUS + number / VECTORS_PER_DEVICE);
	vector->irq = irq_create_mapping(domain, number);
	if (!vector->irq)
		return -ENOSPC;
	return request_irq(vector->irq, handle, 0, vector->name,
			   &vector->eventfd);
}

/* The first @requested have handlers, and one more perhaps a number. */
static void release(unsigned int requested)
{
	unsigned int i;

	for (i = 0; i < count && vectors[i].irq; i++) {
		if (i < requested)
			free_irq(vectors[i].irq, &vectors[i].eventfd);
		irq_dispose_mapping(vectors[i].irq);
	}
	irq_domain_remove(domain);
	vfree(vectors);
}

static int __init vectors_init(void)
{
	unsigned int i;
	int err;

	if (!count || count > (256 - FIRST_BUS) * VECTORS_PER_DEVICE)
		return -EINVAL;
	vectors = vcalloc(count, sizeof(*vectors));
	if (!vectors)
		return -ENOMEM;
	domain = irq_domain_add_linear(NULL, count, &domain_ops, NULL);
	if (!domain) {
		vfree(vectors);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++) {
		err = request(i);
		if (err) {
			release(i);
			return err;
		}
	}
	return 0;
}

static void __exit vectors_exit(void)
{
	release(count);
}

module_init(vectors_init);
module_exit(vectors_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Interrupts that look like VFIO's, for benchmarks");
