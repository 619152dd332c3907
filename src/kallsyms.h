/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of kernel addresses, from /proc/kallsyms (kernel/kallsyms.c). */
#ifndef PITRACE_KALLSYMS_H
#define PITRACE_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct kallsyms;

struct symbol {
	const char *name; /* owned by the table, as is module */
	const char *module; /* "kvm", "bpf"; NULL for the kernel itself */
	uint64_t offset_bytes; /* of the address looked up, from the symbol */
};

/*
 * Reads all of @file and keeps the symbols of code, BPF programs and
 * trampolines among them. Malformed lines are skipped. On success *@table is
 * the caller's, to be freed with kallsyms_free().
 *
 * Returns 0, -EPERM if all addresses are hidden (kptr_restrict),
 * -ENODATA if there is no symbol, -ENOMEM, or the error of the read.
 */
int kallsyms_load(FILE *file, struct kallsyms **table);
void kallsyms_free(struct kallsyms *table);

/* Symbols kept. */
size_t kallsyms_count(const struct kallsyms *table);

/*
 * Finds the last symbol at or below @address. Of several at one address the
 * first global one is taken, else the first. Symbols have no size in the
 * file: more than 1 MiB behind one, no symbol covers the address (false).
 *
 * A return address can stand one byte behind its function, if the call never
 * returns: look it up as address - 1, as %pB does, and add 1 to the offset.
 */
bool kallsyms_find(const struct kallsyms *table, uint64_t address,
		   struct symbol *symbol);

/*
 * Reads @file from its beginning up to the first symbol @name, of any kind, of
 * @module, NULL for the kernel itself. Returns false if there is none, or its
 * address is hidden.
 */
bool kallsyms_read_address(FILE *file, const char *module, const char *name,
			   uint64_t *address);

/*
 * Finds where a function begins; @module is NULL for the kernel itself. Looks
 * at all symbols; of several of this name the one at the lowest address is
 * taken. Returns false, with *@address as it was, if there is none.
 */
bool kallsyms_address_of(const struct kallsyms *table, const char *module,
			 const char *name, uint64_t *address);

#endif
