/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What user space asks of the programs of bpf/untyped.bpf.h. Those for reading
 * serve as well where types are known, but the kernel refuses the programs that
 * look up symbols (bpf_kallsyms_lookup_name()).
 */
#ifndef PITRACE_UNTYPED_H
#define PITRACE_UNTYPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loader;

/*
 * The address of a function or variable of @module, NULL for the kernel itself,
 * by /proc/kallsyms. Returns 0, or -ENOENT with *@address 0 if none is shown.
 */
int untyped_address(const char *module, const char *symbol, uint64_t *address);

/*
 * Reads the first @size bytes of it. Returns 0, -ENOENT if no address is shown,
 * -EFAULT if nothing can be read there, or another negative errno.
 */
int untyped_read(const struct loader *loader, const char *module,
		 const char *symbol, void *bytes, size_t size);

/*
 * Takes over the vector whose action has the name @action (as in
 * /proc/interrupts) and the host IRQ @irq. @alone: no other vector of VFIO has
 * that IRQ. Returns 0 or a negative errno.
 */
int untyped_register(const struct loader *loader, const char *action,
		     uint32_t irq, bool alone);

#endif
