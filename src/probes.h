/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of probes: what is attached where, and what it is good for. */
#ifndef PITRACE_PROBES_H
#define PITRACE_PROBES_H

#include <stdbool.h>
#include <stddef.h>

#include "probe_status.h"

#define PROBE_CANDIDATES 2

/* While it is off, changes of entries of the remapping table go unseen. */
#define PROBE_OF_CHANGES "affinity_exit"

/* One way to attach a probe: with this program, by this method. */
struct probe_candidate {
	enum attach_method method;
	const char *program;
	/* Of the kernel itself, and tells as much; NULL: the probe's own. */
	const char *function;
	/* The same for the usual case (bpf/plain.bpf.h), if there is one. */
	const char *plain;
	/* And for --injections (bpf/by_target.bpf.h), which goes first. */
	const char *by_target;
};

/* What a run can want of the table; a set of bits. */
enum probe_purpose {
	PURPOSE_COUNTING = 1 << 0, /* every interrupt, and its path */
	PURPOSE_CHANGES = 1 << 1, /* of entries, irqfds and bypasses */
	PURPOSE_WAKEUPS = 1 << 2, /* by posted-interrupt wake-up events */
	PURPOSE_NOTIFICATIONS = 1 << 3, /* where they can be traced at all */
	PURPOSE_INSPECTION = 1 << 4, /* what an interrupt would do now */
};

struct probe {
	const char *name;
	const char *module; /* NULL: the kernel itself */
	const char *function;
	const char *without; /* what the answer lacks while it is off */
	/* In the order of preference. */
	struct probe_candidate candidates[PROBE_CANDIDATES];
	/* The only one where the types of modules are not known. */
	struct probe_candidate untyped;
	/* Where @module is not split off from this one (before 5.15). */
	const char *earlier_module;
	/* Entry and exit of one function are worth nothing alone. */
	const char *partner;
	/* Where KVM has this function, it is watched instead. */
	const char *superseded_by;
	/*
	 * What this one has its fexit programs know, too; it is attached only
	 * where that one could not be.
	 */
	const char *covered_by;
	enum probe_purpose purpose;
	/* Tracing does not start without it, once its module is there. */
	bool required;
	/* Its arguments differ: must be those that include/probe_abi.h has. */
	bool is_pi_update;
	/* The program reads types of modules: load it anew when they change. */
	bool reads_modules;
};

extern const struct probe probes[];
extern const size_t probe_count;

/* That of @rank (below PROBE_CANDIDATES); without a program if there is none.
 */
const struct probe_candidate *probe_candidate(const struct probe *probe,
					      bool untyped, size_t rank);

/* What @candidate of @probe is attached to. */
const char *probe_candidate_function(const struct probe *probe,
				     const struct probe_candidate *candidate);

/* The module of that; NULL: the kernel itself. */
const char *probe_candidate_module(const struct probe *probe,
				   const struct probe_candidate *candidate);

/* Is the probe of no use where types are known? */
bool probe_is_untyped_only(const struct probe *probe);

#endif
