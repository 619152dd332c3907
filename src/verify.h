/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Did an attach take? On kernels built with IBT the kernel can report success
 * and patch nothing: ftrace_location() finds the disabled record of another
 * function (docs/paths.md, "An attach that succeeds proves nothing").
 */
#ifndef PITRACE_VERIFY_H
#define PITRACE_VERIFY_H

#include "attach_evidence.h"
#include "probe_status.h"

struct loader;

/*
 * Looks at @function of @module (NULL: the kernel) after an attach with
 * @method: in tracefs's enabled_functions, or, where that cannot be read, at
 * the function's first bytes, by the program read_text of @loader.
 */
enum verdict verify_attach(const struct loader *loader, const char *module,
			   const char *function, enum attach_method method);

#endif
