/* SPDX-License-Identifier: GPL-2.0-only */
/* What sysfs and procfs tell of this host's modules, devices, processes. */
#ifndef PITRACE_HOST_H
#define PITRACE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "btf_error.h"
#include "host_text.h"
#include "pci_address.h"
#include "vm_identity.h"

/* Longest driver name that is shown; longer ones are cut. */
#define DRIVER_NAME_LEN 32

/* Loaded and past its init function. False for code built into the kernel. */
bool host_module_live(const char *module);

/* Do CPUs deliver events by FRED (/proc/cpuinfo)? */
bool host_cpu_has_fred(void);

/* Whose CPU this is (/proc/cpuinfo). */
enum cpu_vendor host_cpu_vendor(void);

/* Loaded, or built into the kernel with parameters to be read. */
bool host_module_present(const char *module);

/* Does /proc/kallsyms show addresses to this process, as it is now? */
bool host_shows_symbols(void);

/* Are the files of interrupts there? 0, or -ENODATA for an empty directory. */
int host_irq_files_error(void);

/* Why there is no /sys/kernel/btf/vmlinux, if there is none. */
enum btf_absence host_btf_absence(void);

bool host_device_exists(const struct pci_address *device);

/* The driver's name, or "" while no driver is bound. */
void host_device_driver(const struct pci_address *device,
			char driver[DRIVER_NAME_LEN]);

/*
 * The command name of process @pid without its end of line. Returns 0, or a
 * negative errno (-ENOENT once it is gone) with @comm as it was.
 */
int host_process_comm(pid_t pid, char *comm, size_t size);

/* Who made a VM: @pid, with its name while the process is there. */
void host_vm_identify(pid_t pid, struct vm_identity *vm);

/*
 * Reads a file of procfs whole and ends it with a NUL; the caller frees
 * *@text. Returns 0 or a negative errno.
 */
int host_read_file(const char *path, char **text);

#endif
