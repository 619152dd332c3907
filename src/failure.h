/* SPDX-License-Identifier: GPL-2.0-only */
/* How pitrace ends: exit codes, and the one place that words errors. */
#ifndef PITRACE_FAILURE_H
#define PITRACE_FAILURE_H

/* Documented in README.md and --help; 0 is success, also after Ctrl-C. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* while running */
	EXIT_USAGE = 2,
	EXIT_PRIVILEGE = 3,
	EXIT_UNSUPPORTED = 4, /* this kernel lacks something required */
	EXIT_INPUT = 5, /* saved records: not read, damaged, cut short, newer */
};

#define FAILURE_LEN 400

struct failure {
	enum exit_code exit_code;
	char text[FAILURE_LEN]; /* one line without the program's name */
};

/*
 * Fills @failure with the formatted text, followed by what @error (negative
 * errno, or 0) means. Returns @error, or -EINVAL where that is 0, so that a
 * caller can return it.
 */
int fail(struct failure *failure, enum exit_code exit_code, int error,
	 const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same for a call into BPF: EXIT_PRIVILEGE if capabilities are missing,
 * which the text names with what they are for, or if it was refused although
 * all are there: by a container's filter of system calls or user namespace,
 * else -EPERM by lockdown or a security module.
 */
int fail_bpf(struct failure *failure, int error, const char *doing);

#endif
