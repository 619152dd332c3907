/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Did an attach take? On kernels built with IBT the kernel can report success
 * and patch nothing: ftrace_location() finds the disabled record of another
 * function (docs/paths.md, "An attach that succeeds proves nothing").
 */
#ifndef PITRACE_VERIFY_H
#define PITRACE_VERIFY_H

#include "probe_status.h"

struct loader;

enum verdict {
	ATTACH_TOOK,
	ATTACH_DID_NOT_TAKE,
	ATTACH_UNVERIFIABLE
};

/*
 * Looks at @function of @module (NULL: the kernel) after an attach with
 * @method: in tracefs's enabled_functions, or, where that cannot be read, at
 * the function's first bytes, by the program read_text of @loader.
 */
enum verdict verify_attach(const struct loader *loader, const char *module,
			   const char *function, enum attach_method method);

/*
 * The part that needs no kernel: does @text, a reading of enabled_functions,
 * list @function, and, for fentry and fexit, with a direct call?
 */
enum verdict verify_in_list(const char *text, const char *module,
			    const char *function, enum attach_method method);

/*
 * And the other: are the first @size bytes of a function those of one whose
 * ftrace site was patched? The site is at the start, or behind an endbr64 or
 * what replaces it (arch/x86/kernel/ftrace.c, asm/ibt.h).
 */
enum verdict verify_in_text(const unsigned char *text, size_t size);

#endif
