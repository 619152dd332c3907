// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "irqgen-device.h"
#include "irqgen-reply.h"
#include "irqgen-route.h"
#include "irqgen-storm.h"
#include "irqgen-vm.h"

#define MAX_DEVICES 8

static struct device devices[MAX_DEVICES];

static const struct model *const models[] = {&e1000e_model, &edu_model};

struct device *device_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++)
		if (devices[i].name[0] && strcmp(devices[i].name, name) == 0)
			return &devices[i];
	fail("no device %s", name);
	return NULL;
}

void device_for_each_group(void (*fn)(int group, void *arg), void *arg)
{
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++)
		if (devices[i].name[0])
			fn(devices[i].vfio.group, arg);
}

static int find_model(struct device *dev)
{
	uint32_t ids;
	size_t i;

	if (vfio_read_ids(&dev->vfio, &ids))
		return -1;
	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (models[i]->ids == ids)
			dev->model = models[i];
	if (!dev->model)
		return fail("no way known to make %04x:%04x interrupt",
			    ids & 0xffff, ids >> 16);
	return 0;
}

static struct device *free_device(void)
{
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++)
		if (!devices[i].name[0])
			return &devices[i];
	return NULL;
}

int device_open(const char *name, const char *bdf)
{
	struct device *dev = free_device();

	if (!dev)
		return fail("too many devices");
	*dev = (struct device){.kind = IRQ_NONE};
	snprintf(dev->bdf, sizeof(dev->bdf), "%s", bdf);
	if (vfio_open(&dev->vfio, bdf))
		return -1;
	if (find_model(dev)) {
		vfio_close(&dev->vfio);
		return -1;
	}
	snprintf(dev->name, sizeof(dev->name), "%s", name);
	vm_add_group(dev->vfio.group);
	return 0;
}

static void close_eventfds(struct device *dev)
{
	struct route *route;
	unsigned int i;

	for (i = 0; i < dev->vectors; i++) {
		route = route_of_eventfd(dev->eventfd[i]);
		if (route)
			route_unbind(route);
		close(dev->eventfd[i]);
	}
	dev->vectors = 0;
}

static int open_eventfds(struct device *dev, unsigned int count)
{
	int fd;

	while (dev->vectors < count) {
		fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (fd < 0)
			return fail_errno("eventfd");
		dev->eventfd[dev->vectors++] = fd;
	}
	return 0;
}

static int check_count(struct device *dev, enum irq_kind kind,
		       unsigned int count)
{
	int most = vfio_irq_count(&dev->vfio, kind);

	if (most < 0)
		return -1;
	if (kind != IRQ_MSIX && most > 1)
		most = 1;
	if ((unsigned int)most > dev->model->max_vectors)
		most = (int)dev->model->max_vectors;
	if (count < 1 || count > (unsigned int)most)
		return fail("%s has %d such vectors", dev->name, most);
	return 0;
}

static int disable_irqs(struct device *dev)
{
	enum irq_kind kind = dev->kind;

	dev->kind = IRQ_NONE;
	close_eventfds(dev);
	return kind == IRQ_NONE ? 0 : vfio_disable_irqs(&dev->vfio, kind);
}

int device_set_irqs(struct device *dev, enum irq_kind kind, unsigned int count)
{
	if (kind != IRQ_NONE && check_count(dev, kind, count))
		return -1;
	if (disable_irqs(dev))
		return -1;
	if (kind == IRQ_NONE)
		return 0;
	dev->model->setup(&dev->vfio, kind);
	if (open_eventfds(dev, count) ||
	    vfio_enable_irqs(&dev->vfio, kind, dev->eventfd, count)) {
		close_eventfds(dev);
		return -1;
	}
	dev->kind = kind;
	return 0;
}

int device_set_trigger(struct device *dev, unsigned int vector, bool on)
{
	return vfio_set_trigger(&dev->vfio, dev->kind, vector,
				on ? dev->eventfd[vector] : -1);
}

void device_close(struct device *dev)
{
	storm_stop(dev);
	disable_irqs(dev);
	vm_remove_group(dev->vfio.group);
	vfio_close(&dev->vfio);
	dev->name[0] = '\0';
}

uint64_t eventfd_drain(int eventfd)
{
	uint64_t count;

	if (read(eventfd, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count;
}

int device_row(const struct device *dev, unsigned int vector,
	       struct irq_row *row)
{
	char action[64];

	switch (dev->kind) {
	case IRQ_INTX:
		snprintf(action, sizeof(action), "vfio-intx(%s)", dev->bdf);
		break;
	case IRQ_MSI:
	case IRQ_MSIX:
		snprintf(action, sizeof(action), "vfio-msi%s[%u](%s)",
			 dev->kind == IRQ_MSIX ? "x" : "", vector, dev->bdf);
		break;
	default:
		return fail("%s has no interrupts enabled", dev->name);
	}
	return proc_find_row(action, row);
}

void device_raise(struct device *dev, uint32_t vectors)
{
	dev->model->raise(&dev->vfio, dev->kind, vectors);
}

void device_acknowledge(struct device *dev)
{
	dev->model->acknowledge(&dev->vfio, dev->kind);
	if (dev->kind == IRQ_INTX)
		vfio_unmask_intx(&dev->vfio);
}
