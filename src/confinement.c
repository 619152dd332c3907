// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confinement.h"

/* PROC_USER_INIT_INO of the kernel's include/linux/proc_ns.h. */
#define INITIAL_USER_NAMESPACE 0xEFFFFFFDu

/* In the own /proc, whatever it shows of others. */
static bool in_user_namespace(void)
{
	struct stat namespace;

	return !stat("/proc/self/ns/user", &namespace) &&
	       namespace.st_ino != INITIAL_USER_NAMESPACE;
}

/*
 * The kernel says before all else that no attribute is as large. Before 5.19 it
 * asks for privileges even before that.
 */
static bool is_bpf_filtered(void)
{
	return syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, NULL, 1 << 20) < 0 &&
	       errno != E2BIG;
}

/* And that there are no such flags. */
static bool is_perf_filtered(void)
{
	return syscall(SYS_perf_event_open, NULL, 0, -1, -1, ~0UL) < 0 &&
	       errno != EINVAL;
}

void confinement_look(struct confinement *confinement)
{
	*confinement = (struct confinement){
		.in_user_namespace = in_user_namespace(),
		.bpf_filtered = is_bpf_filtered(),
		.perf_filtered = is_perf_filtered(),
	};
}

const char *confinement_of_loading(const struct confinement *confinement)
{
	if (confinement->bpf_filtered)
		return "a filter of system calls (seccomp) refuses bpf(2)";
	if (confinement->in_user_namespace)
		return "they are those of a user namespace, and BPF takes the "
		       "host's";
	return NULL;
}

const char *confinement_of_kprobes(const struct confinement *confinement)
{
	return confinement->perf_filtered
		       ? "a filter of system calls (seccomp) refuses "
			 "perf_event_open(2)"
		       : NULL;
}
