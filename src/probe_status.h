/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of each probe, as plain data for the renderers. */
#ifndef PITRACE_PROBE_STATUS_H
#define PITRACE_PROBE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

enum attach_method {
	METHOD_OFF,
	METHOD_FENTRY,
	METHOD_FEXIT,
	METHOD_KPROBE,
	METHOD_KRETPROBE,
	METHOD_TRACEPOINT,
};

struct probe_status {
	const char *name;
	const char *module; /* NULL: the kernel itself */
	const char *function;
	enum attach_method method;
	bool required;
	bool is_unverified; /* attached, but nothing shows that it is called */
	/* What the answer lacks while it is off; NULL: nothing. */
	const char *without;
	/* Off, and why nothing is lacking: it is for another vendor's CPUs, */
	bool is_foreign;
	const char *stand_in; /* or this one, which is on, tells as much */
	/* Runs that the kernel skipped, as of the last reading. */
	unsigned long long skipped_runs;
	/* Why it is off, or why a better method was not used; "" if neither. */
	char reason[320];
};

/* "off", "fentry", "fexit", "kprobe" (also kretprobes), "tracepoint". */
const char *attach_method_name(enum attach_method method);

/* Is there one of this name, and is it attached? */
bool probe_status_is_on(const struct probe_status *probes, size_t count,
			const char *name);

/*
 * Adds "METHOD: @text" to the reason, cut to what there is room for. Those of
 * all methods that failed stay, in the order of the tries.
 */
void probe_status_add_reason(struct probe_status *status,
			     enum attach_method method, const char *text);

#define PROBE_LINE_LEN 520

/* For people: name, method, function, why that is so, and what is lacking. */
void probe_status_line(const struct probe_status *status,
		       char line[PROBE_LINE_LEN]);

#endif
