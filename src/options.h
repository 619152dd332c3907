/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line. */
#ifndef PITRACE_OPTIONS_H
#define PITRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "listen_address.h"
#include "pci_address.h"

enum attach_choice {
	ATTACH_AUTO,
	ATTACH_FENTRY,
	ATTACH_KPROBE,
};

enum options_action {
	ACTION_TRACE,
	ACTION_INSPECT,
	ACTION_DOCTOR,
	ACTION_REPLAY,
	ACTION_HELP,
	ACTION_VERSION,
};

struct options {
	struct pci_address *devices; /* each once; none: all devices */
	size_t device_count;
	uint64_t interval_ns;
	bool interval_given;
	uint64_t duration_ns; /* 0: no end */
	uint64_t count; /* of intervals; 0: no end */
	bool stacks; /* folded implies it */
	bool folded;
	bool events;
	bool injections; /* other injections by their targets */
	bool json;
	bool all;
	bool exact;
	enum attach_choice attach;
	bool attach_given;
	/* Words of the command line; NULL: not given. */
	const char *btf; /* file of the kernel's types, not its own */
	const char *proc; /* where the host's procfs is */
	const char *record; /* file to save records to */
	const char *report; /* file for a report in HTML */
	const char *input; /* saved records, "-": standard input */
	const char *textfile; /* file of metrics */
	struct listen_addresses listen; /* for metrics over HTTP */
	bool per_device; /* metrics; else for each vector */
	bool per_given;
	int verbosity;
	bool two_looks; /* --inspect and --doctor, which is refused */
	enum options_action action; /* the first of -h and -V ends the parse */
};

/*
 * Reads a command line into @o, whatever it held before. @o is to be freed
 * with options_free() only on success. Can be called again and again, but
 * uses getopt's globals, so not from two threads.
 *
 * Returns 0; -EINVAL with one line in @error that names the argument and
 * says what would be right; -ENOMEM likewise.
 */
int options_parse(int argc, char **argv, struct options *o, char *error,
		  size_t error_size);
void options_free(struct options *o);

/* Is it for metrics alone, so that nothing is for standard output? */
bool options_only_export(const struct options *o);

/* Writes the help. Returns 0 or the negative errno of the write. */
int options_help(FILE *out);

#endif
