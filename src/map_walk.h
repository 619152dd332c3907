/* SPDX-License-Identifier: GPL-2.0-only */
/* Goes through a hash map of BPF. */
#ifndef PITRACE_MAP_WALK_H
#define PITRACE_MAP_WALK_H

#include <stddef.h>

/* Returns 0 to go on, a negative errno to stop with it. */
typedef int map_entry_fn(void *arg, const void *key, const void *value);

/*
 * Calls @entry for each entry of the map @fd, whose keys and values have these
 * sizes in bytes. Programs may add entries meanwhile, which it may miss; none
 * may be deleted. Returns 0, -ENOMEM, or what @entry stopped with; a map that
 * cannot be read is empty.
 */
int map_walk(int fd, size_t key_size, size_t value_size, map_entry_fn *entry,
	     void *arg);

#endif
