/* SPDX-License-Identifier: GPL-2.0-only */
/* Walks the table of probes and attaches each by the best way that takes. */
#ifndef PITRACE_ATTACH_H
#define PITRACE_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "options.h"
#include "probe_status.h"

struct attacher;
struct kernel_btf;
struct loader;

/*
 * For the probes that serve one of @purposes (enum probe_purpose). NULL when
 * memory is out. The other arguments are borrowed; @btf may be NULL, then
 * what a kernel lacks is found out by trying. @refusal says what the kernel
 * refuses, if that is why @loader does without types, and is NULL else.
 */
struct attacher *attacher_new(struct loader *loader,
			      const struct options *options,
			      struct kernel_btf *btf, unsigned int purposes,
			      const char *refusal);

/* Detaches everything. */
void attacher_free(struct attacher *attacher);

/*
 * Attaches every probe that is off and whose module is there, and verifies
 * each; does nothing if no module has come or gone since the call before. Sets
 * *@changed if any was tried. Fails if a required one cannot be
 * had (EXIT_UNSUPPORTED), or without the privilege (EXIT_PRIVILEGE).
 */
int attacher_attach(struct attacher *attacher, bool *changed,
		    struct failure *failure);

/* Would it do anything now? */
bool attacher_is_due(const struct attacher *attacher);

/*
 * Will it never do anything again? Programs keep vfio_pci_core, kvm and one of
 * the vendors' modules from going (or these are built in), and with them what
 * they use; KVM lets no second vendor's module in.
 */
bool attacher_is_final(const struct attacher *attacher);

/*
 * @module was loaded at @ts_ns (CLOCK_MONOTONIC). Probes that were attached to
 * one of that name before are gone with it: the next attempt begins anew.
 */
void attacher_module_loaded(struct attacher *attacher, const char *module,
			    uint64_t ts_ns);

/* Has an attempt got through all probes, also if a required one is off? */
bool attacher_is_settled(const struct attacher *attacher);

/*
 * The first probe that counting needs and that this kernel refuses in all its
 * forms but the one without types; NULL if there is none. Then all has to be
 * traced without types.
 */
const struct probe_status *attacher_refusal(const struct attacher *attacher);

/* How the probe of this name is attached. */
enum attach_method attacher_method(const struct attacher *attacher,
				   const char *name);

/* Is the probe of this name attached? */
bool attacher_is_on(const struct attacher *attacher, const char *name);

/* Is it, or does another one tell what it would? */
bool attacher_is_covered(const struct attacher *attacher, const char *name);

/* Why it is off, or why a better method was not used; "" if neither. */
const char *attacher_reason(const struct attacher *attacher, const char *name);

/* One status for each of its probes; they live as long as the attacher. */
const struct probe_status *attacher_statuses(const struct attacher *attacher,
					     size_t *count);

/*
 * Runs of our programs that the kernel skipped, since it never nests one in
 * itself on a CPU (bpf_prog_info.recursion_misses), but for those by which
 * nothing is lost: the inspector's. Reads all of them into the statuses.
 * Kernels before 6.7 count none for kprobes.
 */
unsigned long long attacher_skipped_runs(struct attacher *attacher);

#endif
