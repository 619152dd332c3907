/* SPDX-License-Identifier: GPL-2.0-only */
/* What shows that an attach took; the part of verify.h that needs no kernel. */
#ifndef PITRACE_ATTACH_EVIDENCE_H
#define PITRACE_ATTACH_EVIDENCE_H

#include <stddef.h>

#include "probe_status.h"

enum verdict {
	ATTACH_TOOK,
	ATTACH_DID_NOT_TAKE,
	ATTACH_UNVERIFIABLE
};

/*
 * Does @text, a reading of tracefs's enabled_functions, list @function, and,
 * for fentry and fexit, with a direct call (t_show() of ftrace.c)?
 */
enum verdict verify_in_list(const char *text, const char *module,
			    const char *function, enum attach_method method);

/*
 * Are the first @size bytes of a function those of one whose ftrace site was
 * patched? The site is at the start, or behind an endbr64 or
 * what replaces it (arch/x86/kernel/ftrace.c, asm/ibt.h).
 */
enum verdict verify_in_text(const unsigned char *text, size_t size);

#endif
