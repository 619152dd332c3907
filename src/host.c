// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "host_proc.h"
#include "host_text.h"

static void device_path(const struct pci_address *device, const char *file,
			char path[PATH_MAX])
{
	char address[PCI_ADDRESS_LEN];

	pci_address_format(device, address);
	(void)snprintf(path, PATH_MAX, "/sys/bus/pci/devices/%s%s", address,
		       file);
}

bool host_module_live(const char *module)
{
	char path[PATH_MAX], state[16] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(state, sizeof(state), file))
		state[0] = '\0';
	(void)fclose(file);
	return !strcmp(state, "live\n");
}

bool host_module_present(const char *module)
{
	char path[PATH_MAX];

	if (host_module_live(module))
		return true;
	/* One that comes or goes has a state; built-in code has none. */
	(void)snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	if (!access(path, F_OK))
		return false;
	(void)snprintf(path, sizeof(path), "/sys/module/%s/parameters", module);
	return !access(path, F_OK);
}

bool host_cpu_has_fred(void)
{
	char *text = NULL;
	bool found;

	if (host_proc_read("cpuinfo", &text) || !text)
		return false;
	found = host_text_cpu_has(text, "flags", "fred");
	free(text);
	return found;
}

enum cpu_vendor host_cpu_vendor(void)
{
	enum cpu_vendor vendor;
	char *text = NULL;

	if (host_proc_read("cpuinfo", &text) || !text)
		return CPU_OTHER;
	vendor = host_text_cpu_vendor(text);
	free(text);
	return vendor;
}

/* Some symbols are at 0 anyway: one that is not will do. */
bool host_shows_symbols(void)
{
	FILE *file = host_proc_open("kallsyms");
	char line[512];
	bool shown = false;

	if (!file)
		return false;
	while (!shown && fgets(line, sizeof(line), file))
		shown = strtoull(line, NULL, 16) != 0;
	(void)fclose(file);
	return shown;
}

int host_irq_files_error(void)
{
	DIR *files = opendir("/sys/kernel/irq");
	const struct dirent *file;
	unsigned int irq;
	int err = -ENODATA;

	if (!files)
		return -errno;
	while (err && (file = readdir(files)))
		if (host_text_irq(file->d_name, &irq))
			err = 0;
	(void)closedir(files);
	return err;
}

/* A kernel that has none has no such directory either. */
enum btf_absence host_btf_absence(void)
{
	if (access("/sys/kernel", F_OK))
		return BTF_NO_SYSFS;
	return access("/sys/kernel/btf", F_OK) ? BTF_NOT_BUILT : BTF_HIDDEN;
}

bool host_device_exists(const struct pci_address *device)
{
	char path[PATH_MAX];

	device_path(device, "", path);
	return !access(path, F_OK);
}

void host_device_driver(const struct pci_address *device,
			char driver[DRIVER_NAME_LEN])
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t length;

	device_path(device, "/driver", path);
	length = readlink(path, target, sizeof(target) - 1);
	target[length < 0 ? 0 : length] = '\0';
	host_text_link(target, driver, DRIVER_NAME_LEN);
}

int host_process_comm(pid_t pid, char *comm, size_t size)
{
	char file[32], *text = NULL;
	int err;

	(void)snprintf(file, sizeof(file), "%d/comm", pid);
	err = host_proc_read(file, &text);
	if (err || !text)
		return err;
	/* The name itself can have such characters, too. */
	if (*text)
		text[strlen(text) - 1] = '\0';
	(void)snprintf(comm, size, "%s", text);
	free(text);
	return 0;
}

void host_vm_identify(pid_t pid, struct vm_identity *vm)
{
	*vm = (struct vm_identity){.known = true, .pid = pid};
	/* The number is the host's: elsewhere it is another process's. */
	if (host_proc_has_processes())
		(void)host_process_comm(pid, vm->comm, sizeof(vm->comm));
}

/* Files of procfs have no size: read until there is no more. */
static int read_all(FILE *file, char **text)
{
	size_t room = 4096, used = 0, got;
	char *buffer = malloc(room), *larger;

	if (!buffer)
		return -ENOMEM;
	while ((got = fread(buffer + used, 1, room - used - 1, file))) {
		used += got;
		if (room - used > 1)
			continue;
		room *= 2;
		larger = realloc(buffer, room);
		if (!larger) {
			free(buffer);
			return -ENOMEM;
		}
		buffer = larger;
	}
	if (ferror(file)) {
		free(buffer);
		return -EIO;
	}
	buffer[used] = '\0';
	*text = buffer;
	return 0;
}

int host_read_file(const char *path, char **text)
{
	FILE *file = fopen(path, "re");
	int err;

	if (!file)
		return -errno;
	err = read_all(file, text);
	(void)fclose(file);
	return err;
}
