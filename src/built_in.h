/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the code of a module part of the kernel itself? */
#ifndef PITRACE_BUILT_IN_H
#define PITRACE_BUILT_IN_H

#include <stdbool.h>

struct kernel_btf;

/*
 * Is @module, one that tracing is about, built into the kernel? By a function
 * that each version of it has, and nothing else of the kernel by this name:
 * Xen's driver privcmd, for one, has an irqfd_wakeup() as well. False if @btf
 * is NULL.
 */
bool module_is_built_in(struct kernel_btf *btf, const char *module);

#endif
