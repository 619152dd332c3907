/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libbpf's messages: shown at -vv, and kept otherwise, since one of them
 * names the cause when a load or an attach fails.
 */
#ifndef PITRACE_LIBBPF_LOG_H
#define PITRACE_LIBBPF_LOG_H

#include <stddef.h>

/* Installs the callback; libbpf has one for the whole process. */
void libbpf_log_init(int verbosity);

void libbpf_log_clear(void);

/* What failed, in words: known causes as a sentence, else libbpf's own. */
void libbpf_log_reason(int error, char *reason, size_t size);

#endif
