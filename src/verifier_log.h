/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's verifier writes about a program. */
#ifndef PITRACE_VERIFIER_LOG_H
#define PITRACE_VERIFIER_LOG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Finds why a program was refused in a message of libbpf that holds the
 * verifier's log: its last line but for statistics. A helper that the kernel
 * does not know, and so has no name for, is named as well. Returns false, with
 * @cause as it was, if there is no log in @message, or no such line.
 */
bool verifier_log_cause(const char *message, char *cause, size_t size);

#endif
