/* SPDX-License-Identifier: GPL-2.0-only */
/* What holds this process apart from the host although it has capabilities. */
#ifndef PITRACE_CONFINEMENT_H
#define PITRACE_CONFINEMENT_H

#include <stdbool.h>

/* System calls that load and attach programs, and what refuses them. */
struct confinement {
	bool in_user_namespace; /* BPF takes the capabilities of the host's */
	/* Not let through to the kernel, by seccomp; sure with capabilities. */
	bool bpf_filtered;
	bool perf_filtered; /* perf_event_open(2) */
};

void confinement_look(struct confinement *confinement);

/* What of it keeps programs from being loaded, in words; NULL if nothing. */
const char *confinement_of_loading(const struct confinement *confinement);

/* And what, once they are, keeps kprobes from being attached. */
const char *confinement_of_kprobes(const struct confinement *confinement);

#endif
