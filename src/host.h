/* SPDX-License-Identifier: GPL-2.0-only */
/* What sysfs and procfs tell of this host's modules, devices, processes. */
#ifndef PITRACE_HOST_H
#define PITRACE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pci_address.h"

/* Longest driver name that is shown; longer ones are cut. */
#define DRIVER_NAME_LEN 32

/* Loaded and past its init function. False for code built into the kernel. */
bool host_module_live(const char *module);

bool host_device_exists(const struct pci_address *device);

/* The driver's name, or "" while no driver is bound. */
void host_device_driver(const struct pci_address *device,
			char driver[DRIVER_NAME_LEN]);

/*
 * The command name of process @pid without its end of line. Returns 0, or a
 * negative errno (-ENOENT once it is gone) with @comm as it was.
 */
int host_process_comm(pid_t pid, char *comm, size_t size);

/*
 * Reads a file of procfs whole and ends it with a NUL; the caller frees
 * *@text. Returns 0 or a negative errno.
 */
int host_read_file(const char *path, char **text);

#endif
