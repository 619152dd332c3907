// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "host.h"
#include "host_proc.h"

/* PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h. */
#define INITIAL_PID_NAMESPACE UINT32_C(0xEFFFFFFC)

static const char *proc = "/proc";
static bool has_processes = true;

const char *host_proc_directory(void)
{
	return proc;
}

void host_proc_path(const char *file, char path[PATH_MAX])
{
	(void)snprintf(path, PATH_MAX, "%s/%s", proc, file);
}

FILE *host_proc_open(const char *file)
{
	char path[PATH_MAX];

	host_proc_path(file, path);
	return fopen(path, "re");
}

int host_proc_read(const char *file, char **text)
{
	char path[PATH_MAX];

	host_proc_path(file, path);
	return host_read_file(path, text);
}

int host_proc_check(void)
{
	struct statfs found;

	if (statfs(proc, &found))
		return -errno;
	return found.f_type == PROC_SUPER_MAGIC ? 0 : -EINVAL;
}

/* Where /proc shows this process, it is of this process's namespace. */
static bool is_of_initial_namespace(void)
{
	char path[PATH_MAX];
	struct stat namespace;

	host_proc_path("self/ns/pid", path);
	return !stat(path, &namespace) &&
	       namespace.st_ino == INITIAL_PID_NAMESPACE;
}

/* Kernel threads are in the initial namespace alone, and this one is always 2.
 */
static bool has_kernel_threads(void)
{
	char *text;
	bool is_kernel_thread;

	if (host_proc_read("2/stat", &text))
		return false;
	is_kernel_thread = host_text_is_kernel_thread(text);
	free(text);
	return is_kernel_thread;
}

bool host_proc_has_processes(void)
{
	return has_processes;
}

void host_proc_set(const char *directory)
{
	proc = directory ? directory : "/proc";
	has_processes = is_of_initial_namespace() || has_kernel_threads();
}
