/* SPDX-License-Identifier: GPL-2.0-only */
/* Walks the table of probes and attaches each by the best way that takes. */
#ifndef PITRACE_ATTACH_H
#define PITRACE_ATTACH_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"
#include "options.h"
#include "probe_status.h"

struct attacher;
struct loader;

/* NULL when memory is out. Both arguments are borrowed. */
struct attacher *attacher_new(struct loader *loader,
			      const struct options *options);

/* Detaches everything. */
void attacher_free(struct attacher *attacher);

/*
 * Attaches every probe that is off and whose module is there, and verifies
 * each. Sets *@changed if any was tried. Fails if a required one cannot be
 * had (EXIT_UNSUPPORTED), or without the privilege (EXIT_PRIVILEGE).
 */
int attacher_attach(struct attacher *attacher, bool *changed,
		    struct failure *failure);

/* Is the probe of this name attached? */
bool attacher_is_on(const struct attacher *attacher, const char *name);

/* One status for each of probes[], in its order; live as the attacher. */
const struct probe_status *attacher_statuses(const struct attacher *attacher);

/*
 * Runs of our programs that the kernel skipped, since it never nests one in
 * itself on a CPU (bpf_prog_info.recursion_misses). Also reads them into the
 * statuses. Kernels before 6.7 count none for kprobes.
 */
unsigned long long attacher_skipped_runs(struct attacher *attacher);

#endif
