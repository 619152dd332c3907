/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions that a BTF describes, by name. libbpf compares one name after
 * another, which costs more than all else at the start if it is done for each
 * program.
 */
#ifndef PITRACE_NAME_INDEX_H
#define PITRACE_NAME_INDEX_H

#include <stdint.h>

struct btf;
struct name_index;

/*
 * Reads all types of @btf from the id @first on; it has to stay open as long
 * as the index. NULL when memory is out. Freed by name_index_free().
 */
struct name_index *name_index_new(const struct btf *btf, uint32_t first);
void name_index_free(struct name_index *index);

/* The id of the function @name; 0 if there is none. */
uint32_t name_index_find(const struct name_index *index, const char *name);

#endif
