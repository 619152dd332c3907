/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the host's procfs is: at /proc, or where --proc says. A container has
 * one of its own, which shows it other processes, and in which its runtime
 * hides files of the whole host.
 */
#ifndef PITRACE_HOST_PROC_H
#define PITRACE_HOST_PROC_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * @directory stays the caller's; NULL is /proc. Looks there whether
 * host_proc_has_processes(), which is so until this is called.
 */
void host_proc_set(const char *directory);

/* The path of @file there, such as "interrupts". */
void host_proc_path(const char *file, char path[PATH_MAX]);

/* Opens a file there for reading; NULL with errno. */
FILE *host_proc_open(const char *file);

/* As host_read_file() of a file there. */
int host_proc_read(const char *file, char **text);

/* Its directory. */
const char *host_proc_directory(void);

/* Is there a procfs? Returns 0, -EINVAL for something else, or what hinders. */
int host_proc_check(void);

/*
 * Does that procfs number processes as the kernel does for the host? One of a
 * container's PID namespace has other processes at the same numbers.
 */
bool host_proc_has_processes(void);

#endif
