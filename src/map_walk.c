// SPDX-License-Identifier: GPL-2.0-only
#include "map_walk.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Entries a system call, to begin with. */
#define BATCH 256

struct walk {
	int fd;
	size_t key_size, value_size;
	map_entry_fn *entry;
	void *arg;
	char *keys, *values;
	uint32_t room; /* of both, in entries */
	uint32_t at; /* bucket that comes next */
	bool began; /* it is not the first one */
};

static int make_room(struct walk *walk, uint32_t room)
{
	char *keys = reallocarray(walk->keys, room, walk->key_size);
	char *values;

	if (keys)
		walk->keys = keys;
	values = keys ? reallocarray(walk->values, room, walk->value_size)
		      : NULL;
	if (!values)
		return -ENOMEM;
	walk->values = values;
	walk->room = room;
	return 0;
}

static int pass_on(const struct walk *walk, uint32_t count)
{
	int err = 0;

	for (uint32_t i = 0; i < count && !err; i++)
		err = walk->entry(walk->arg, walk->keys + i * walk->key_size,
				  walk->values + i * walk->value_size);
	return err;
}

/* Two system calls an entry, where there is nothing better. */
static int walk_keys(struct walk *walk)
{
	const char *at = NULL;
	int err;

	while (!(err = bpf_map_get_next_key(walk->fd, at, walk->keys))) {
		at = walk->keys;
		if (bpf_map_lookup_elem(walk->fd, at, walk->values))
			continue;
		err = pass_on(walk, 1);
		if (err)
			return err;
	}
	return err == -ENOENT ? 0 : err;
}

/* Sets *@more while there are buckets left. */
static int walk_batch(struct walk *walk, bool *more)
{
	uint32_t count = walk->room, next = 0;
	int err = bpf_map_lookup_batch(walk->fd, walk->began ? &walk->at : NULL,
				       &next, walk->keys, walk->values, &count,
				       NULL);

	*more = !err;
	/* The next bucket has more entries than there is room for. */
	if (err == -ENOSPC) {
		*more = true;
		return make_room(walk, 2 * walk->room);
	}
	if (err && err != -ENOENT)
		return walk->began ? err : walk_keys(walk);
	walk->at = next;
	walk->began = true;
	return pass_on(walk, count);
}

int map_walk(int fd, size_t key_size, size_t value_size, map_entry_fn *entry,
	     void *arg)
{
	struct walk walk = {
		.fd = fd,
		.key_size = key_size,
		.value_size = value_size,
		.entry = entry,
		.arg = arg,
	};
	bool more = true;
	int err = make_room(&walk, BATCH);

	while (!err && more)
		err = walk_batch(&walk, &more);
	free(walk.keys);
	free(walk.values);
	return err;
}
