/* SPDX-License-Identifier: GPL-2.0-only */
/* Can a probe be attached on this kernel? What is known before that is tried.
 */
#ifndef PITRACE_AVAILABILITY_H
#define PITRACE_AVAILABILITY_H

#include <stdbool.h>
#include <stddef.h>

#include "probes.h"

struct kernel_btf;

enum availability {
	PROBE_AVAILABLE,
	PROBE_NO_MODULE, /* not yet: it may be loaded */
	PROBE_SUPERSEDED,
	PROBE_NO_FUNCTION,
	PROBE_UNKNOWN_ARGS,
	PROBE_WOULD_PIN,
	PROBE_NO_TYPES,
};

struct probe_setting {
	struct kernel_btf *btf; /* NULL: cannot be read, so trying tells */
	bool only_kprobes; /* by --attach kprobe */
	bool untyped; /* types of modules are not known, or not to be used */
	const char
		*refusal; /* what the kernel refuses that uses them, or NULL */
	unsigned int live; /* modules, of one look; see live_modules.h */
	bool pi_update_known; /* arguments of that tracepoint */
};

/*
 * Looks which modules are live. All probes are judged by that until this is
 * called again, whatever comes meanwhile. Returns whether it is not as it was;
 * then BTF of modules is forgotten, to be read anew after the look.
 */
bool probe_setting_look(struct probe_setting *kernel);

/*
 * Fills in what BTF and modules tell of the rest, and returns the arguments of
 * the tracepoint kvm_pi_irte_update, -1 if they are not known.
 */
int probe_setting_learn(struct probe_setting *kernel);

/* The module that has the probe's function here; NULL for the kernel. */
const char *probe_module(const struct probe *probe,
			 const struct probe_setting *kernel);

enum availability availability_of(const struct probe *probe,
				  const struct probe_setting *kernel);

/* By BTF, the best way to attach a probe that is available. */
const struct probe_candidate *availability_candidate(
	const struct probe *probe, const struct probe_setting *kernel);

/* Why it is not, in words; leaves @reason alone if it is. */
void availability_explain(enum availability availability,
			  const struct probe *probe,
			  const struct probe_setting *kernel, char *reason,
			  size_t size);

#endif
