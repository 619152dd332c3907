// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device_vectors.h"
#include "host_text.h"

#define DEVICES "/sys/bus/pci/devices"

/* Of the longest of these paths, with a device's and a file's name. */
#define PATH_LEN 128

struct device_list {
	struct device_vectors *devices;
	size_t count;
};

static int compare_irqs(const void *left, const void *right)
{
	const struct device_vector *a = left, *b = right;

	return (a->irq > b->irq) - (a->irq < b->irq);
}

static int add_vector(struct device_vectors *device, unsigned int irq,
		      enum vector_kind kind)
{
	struct device_vector *larger;

	larger = reallocarray(device->vectors, device->count + 1,
			      sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	device->vectors = larger;
	larger[device->count++] =
		(struct device_vector){.irq = irq, .kind = kind};
	return 0;
}

/* From the file msi_irqs/NUMBER. */
static int add_msi(struct device_vectors *device, const char *path,
		   const char *number)
{
	enum vector_kind kind;
	char file[2 * PATH_LEN], *text;
	unsigned int irq;

	if (!host_text_irq(number, &irq))
		return 0;
	(void)snprintf(file, sizeof(file), "%s/%u", path, irq);
	/* Gone again meanwhile. */
	if (host_read_file(file, &text))
		return 0;
	kind = host_text_msi_kind(text);
	free(text);
	return add_vector(device, irq, kind);
}

/* Returns how many were added, or a negative errno. */
static int add_msis(struct device_vectors *device, const char *base)
{
	char path[PATH_LEN];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/msi_irqs", base);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT || errno == ENODEV ? 0 : -errno;
	while (!err && (entry = readdir(dir)))
		err = add_msi(device, path, entry->d_name);
	(void)closedir(dir);
	return err ? err : (int)device->count;
}

/* Devices without MSI use their line, whether or not anything listens. */
static int add_intx(struct device_vectors *device, const char *base)
{
	char path[PATH_LEN], *text;
	unsigned int irq;
	bool valid;

	(void)snprintf(path, sizeof(path), "%s/irq", base);
	if (host_read_file(path, &text))
		return 0;
	valid = host_text_irq(text, &irq) && irq;
	free(text);
	return valid ? add_vector(device, irq, VECTOR_INTX) : 0;
}

static int read_vectors(struct device_vectors *device)
{
	char address[PCI_ADDRESS_LEN], base[PATH_LEN / 2];
	int added;

	pci_address_format(&device->device, address);
	(void)snprintf(base, sizeof(base), DEVICES "/%s", address);
	added = add_msis(device, base);
	if (!added)
		added = add_intx(device, base);
	if (device->count > 1)
		qsort(device->vectors, device->count, sizeof(*device->vectors),
		      compare_irqs);
	return added < 0 ? added : 0;
}

/* Drivers of other names are VFIO's as well if they made a VFIO device. */
static bool is_vfio(const struct pci_address *device, const char *driver)
{
	char address[PCI_ADDRESS_LEN], path[PATH_LEN];

	pci_address_format(device, address);
	(void)snprintf(path, sizeof(path), DEVICES "/%s/vfio-dev", address);
	return strstr(driver, "vfio") || !access(path, F_OK);
}

static int add_device(struct device_list *list,
		      const struct pci_address *address, bool only_vfio)
{
	struct device_vectors *larger, device = {.device = *address};

	host_device_driver(address, device.driver);
	device.is_vfio = is_vfio(address, device.driver);
	if (only_vfio && !device.is_vfio)
		return 0;
	larger = reallocarray(list->devices, list->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	list->devices = larger;
	larger[list->count] = device;
	return read_vectors(&larger[list->count++]);
}

static int add_all(struct device_list *list)
{
	struct pci_address address;
	struct dirent *entry;
	DIR *dir = opendir(DEVICES);
	int err = 0;

	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir)))
		if (!pci_address_parse(entry->d_name, &address))
			err = add_device(list, &address, true);
	(void)closedir(dir);
	return err;
}

static int compare_devices(const void *left, const void *right)
{
	const struct device_vectors *a = left, *b = right;

	return pci_address_compare(&a->device, &b->device);
}

int device_vectors_list(const struct pci_address *wanted, size_t wanted_count,
			struct device_vectors **devices, size_t *count)
{
	struct device_list list = {.devices = NULL};
	int err = wanted_count ? 0 : add_all(&list);

	for (size_t i = 0; i < wanted_count && !err; i++)
		if (host_device_exists(&wanted[i]))
			err = add_device(&list, &wanted[i], false);
	if (err) {
		device_vectors_free(list.devices, list.count);
		return err;
	}
	if (list.count > 1)
		qsort(list.devices, list.count, sizeof(*list.devices),
		      compare_devices);
	*devices = list.devices;
	*count = list.count;
	return 0;
}

void device_vectors_free(struct device_vectors *devices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(devices[i].vectors);
	free(devices);
}
