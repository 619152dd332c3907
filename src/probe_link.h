/* SPDX-License-Identifier: GPL-2.0-only */
/* Attaches one loaded program to its function, and looks whether it took. */
#ifndef PITRACE_PROBE_LINK_H
#define PITRACE_PROBE_LINK_H

#include <stdbool.h>

#include "probe_status.h"

struct bpf_link;
struct bpf_program;
struct loader;

/*
 * @module: that of @function; NULL if it is in the kernel itself. Returns a
 * link, the caller's to destroy, or NULL with errno set.
 */
struct bpf_link *probe_link(struct bpf_program *program,
			    enum attach_method method, const char *module,
			    const char *function);

/*
 * Is the function of @status, just linked to by its method, known to call the
 * program? If that cannot be told the answer is yes. Whatever is not as it
 * should be is added to the status's reason.
 */
bool probe_link_took(const struct loader *loader, const char *module,
		     struct probe_status *status);

#endif
