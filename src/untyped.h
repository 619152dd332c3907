/* SPDX-License-Identifier: GPL-2.0-only */
/* What user space asks of the programs of bpf/untyped.bpf.h. */
#ifndef PITRACE_UNTYPED_H
#define PITRACE_UNTYPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loader;

/*
 * Reads the first @size bytes of a function or variable of the kernel itself.
 * Its address comes from /proc/kallsyms. Returns 0, -ENOENT if no address is
 * shown, -EFAULT if nothing can be read there, or another negative errno.
 */
int untyped_read(const struct loader *loader, const char *symbol, void *bytes,
		 size_t size);

/*
 * Takes over the vector whose action has the name @action (as in
 * /proc/interrupts) and the host IRQ @irq. @alone: no other vector of VFIO has
 * that IRQ. Returns 0 or a negative errno.
 */
int untyped_register(const struct loader *loader, const char *action,
		     uint32_t irq, bool alone);

#endif
