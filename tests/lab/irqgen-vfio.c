// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "irqgen-reply.h"
#include "irqgen-vfio.h"

/* Shared by all devices, as in a virtual machine monitor; never closed. */
static int container = -1;

static int open_container(void)
{
	if (container >= 0)
		return 0;
	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (container < 0)
		return fail_errno("/dev/vfio/vfio (is vfio loaded?)");
	return 0;
}

static int open_group(const char *bdf)
{
	char link[128], target[256], path[64];
	ssize_t len;
	int fd;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/iommu_group",
		 bdf);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return fail_errno("%s", link);
	target[len] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%d",
		 atoi(strrchr(target, '/') + 1));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail_errno("%s (is %s bound to vfio-pci?)", path, bdf);
	return fd;
}

static int attach_group(int group)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};

	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status))
		return fail_errno("VFIO_GROUP_GET_STATUS");
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return fail("group not viable: not all of it is on vfio-pci");
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		return fail_errno("VFIO_GROUP_SET_CONTAINER");
	/* Only the first group of a container can and must set this. */
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) &&
	    errno != EINVAL && errno != EBUSY)
		return fail_errno("VFIO_SET_IOMMU");
	return 0;
}

static int region_info(struct vfio_device *dev, unsigned int index,
		       struct vfio_region_info *info)
{
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	info->index = index;
	if (ioctl(dev->fd, VFIO_DEVICE_GET_REGION_INFO, info))
		return fail_errno("VFIO_DEVICE_GET_REGION_INFO %u", index);
	return 0;
}

static int map_bar0(struct vfio_device *dev)
{
	struct vfio_region_info info;
	void *bar;

	if (region_info(dev, VFIO_PCI_BAR0_REGION_INDEX, &info))
		return -1;
	bar = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd,
		   (off_t)info.offset);
	if (bar == MAP_FAILED)
		return fail_errno("mmap BAR0");
	dev->bar = bar;
	dev->bar_size = info.size;
	return 0;
}

static int enable_bus_master(struct vfio_device *dev)
{
	off_t at = (off_t)(dev->config + PCI_COMMAND);
	uint16_t command;

	if (pread(dev->fd, &command, sizeof(command), at) != sizeof(command))
		return fail_errno("read PCI_COMMAND");
	command |= PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY;
	if (pwrite(dev->fd, &command, sizeof(command), at) != sizeof(command))
		return fail_errno("write PCI_COMMAND");
	return 0;
}

static int open_device(struct vfio_device *dev, const char *bdf)
{
	struct vfio_region_info info;

	dev->fd = ioctl(dev->group, VFIO_GROUP_GET_DEVICE_FD, bdf);
	if (dev->fd < 0)
		return fail_errno("VFIO_GROUP_GET_DEVICE_FD %s", bdf);
	if (region_info(dev, VFIO_PCI_CONFIG_REGION_INDEX, &info))
		return -1;
	dev->config = info.offset;
	if (enable_bus_master(dev))
		return -1;
	return map_bar0(dev);
}

int vfio_open(struct vfio_device *dev, const char *bdf)
{
	*dev = (struct vfio_device){.group = -1, .fd = -1};
	if (open_container())
		return -1;
	dev->group = open_group(bdf);
	if (dev->group < 0)
		return -1;
	if (attach_group(dev->group) || open_device(dev, bdf)) {
		vfio_close(dev);
		return -1;
	}
	return 0;
}

void vfio_close(struct vfio_device *dev)
{
	if (dev->bar)
		munmap((void *)dev->bar, dev->bar_size);
	if (dev->fd >= 0)
		close(dev->fd);
	if (dev->group >= 0) {
		ioctl(dev->group, VFIO_GROUP_UNSET_CONTAINER);
		close(dev->group);
	}
	*dev = (struct vfio_device){.group = -1, .fd = -1};
}

int vfio_read_ids(struct vfio_device *dev, uint32_t *ids)
{
	if (pread(dev->fd, ids, sizeof(*ids), (off_t)dev->config) !=
	    sizeof(*ids))
		return fail_errno("read PCI ids");
	return 0;
}

static unsigned int irq_index(enum irq_kind kind)
{
	switch (kind) {
	case IRQ_MSI:
		return VFIO_PCI_MSI_IRQ_INDEX;
	case IRQ_MSIX:
		return VFIO_PCI_MSIX_IRQ_INDEX;
	default:
		return VFIO_PCI_INTX_IRQ_INDEX;
	}
}

int vfio_irq_count(struct vfio_device *dev, enum irq_kind kind)
{
	struct vfio_irq_info info = {
		.argsz = sizeof(info),
		.index = irq_index(kind),
	};

	if (ioctl(dev->fd, VFIO_DEVICE_GET_IRQ_INFO, &info))
		return fail_errno("VFIO_DEVICE_GET_IRQ_INFO");
	return (int)info.count;
}

static int set_irqs(struct vfio_device *dev, uint32_t flags, enum irq_kind kind,
		    unsigned int start, const int *eventfds, unsigned int count)
{
	size_t data = eventfds ? count * sizeof(*eventfds) : 0;
	struct vfio_irq_set *set = calloc(1, sizeof(*set) + data);
	int err;

	if (!set)
		return fail_errno("calloc");
	set->argsz = (uint32_t)(sizeof(*set) + data);
	set->flags = flags;
	set->index = irq_index(kind);
	set->start = start;
	set->count = count;
	if (data)
		memcpy(set->data, eventfds, data);
	err = ioctl(dev->fd, VFIO_DEVICE_SET_IRQS, set);
	free(set);
	return err ? fail_errno("VFIO_DEVICE_SET_IRQS") : 0;
}

int vfio_enable_irqs(struct vfio_device *dev, enum irq_kind kind,
		     const int *eventfds, unsigned int count)
{
	return set_irqs(dev,
			VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			kind, 0, eventfds, count);
}

int vfio_set_trigger(struct vfio_device *dev, enum irq_kind kind,
		     unsigned int vector, int eventfd)
{
	return set_irqs(dev,
			VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			kind, vector, &eventfd, 1);
}

int vfio_disable_irqs(struct vfio_device *dev, enum irq_kind kind)
{
	return set_irqs(dev,
			VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
			kind, 0, NULL, 0);
}

static int set_intx_mask(struct vfio_device *dev, uint32_t action)
{
	return set_irqs(dev, VFIO_IRQ_SET_DATA_NONE | action, IRQ_INTX, 0, NULL,
			1);
}

int vfio_mask_intx(struct vfio_device *dev)
{
	return set_intx_mask(dev, VFIO_IRQ_SET_ACTION_MASK);
}

int vfio_unmask_intx(struct vfio_device *dev)
{
	return set_intx_mask(dev, VFIO_IRQ_SET_ACTION_UNMASK);
}
