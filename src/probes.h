/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of probes: what is attached where, and what it is good for. */
#ifndef PITRACE_PROBES_H
#define PITRACE_PROBES_H

#include <stdbool.h>
#include <stddef.h>

#include "probe_status.h"

#define PROBE_CANDIDATES 2

/* One way to attach a probe: with this program, by this method. */
struct probe_candidate {
	enum attach_method method;
	const char *program;
};

struct probe {
	const char *name;
	const char *module; /* NULL: the kernel itself */
	const char *function;
	/* In the order of preference. */
	struct probe_candidate candidates[PROBE_CANDIDATES];
	/* Tracing does not start without it, once its module is there. */
	bool required;
	/* Entry and exit of one function are worth nothing alone. */
	const char *partner;
	const char *without; /* what the answer lacks while it is off */
};

extern const struct probe probes[];
extern const size_t probe_count;

/* The index in probes[] of the probe with this name. */
size_t probe_index(const char *name);

#endif
