// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "name_index.h"

struct name_index {
	const struct btf *btf;
	uint32_t mask; /* of places, a power of two */
	uint32_t ids[]; /* 0: free */
};

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash(const char *name)
{
	uint32_t value = 2166136261u;

	for (; *name; name++)
		value = (value ^ (unsigned char)*name) * 16777619u;
	return value;
}

static const char *function_name(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	return btf_is_func(type) ? btf__name_by_offset(btf, type->name_off)
				 : NULL;
}

/* Where it is, or where it would have to be put. */
static uint32_t place_of(const struct name_index *index, const char *name)
{
	uint32_t place = hash(name) & index->mask;

	while (index->ids[place] &&
	       strcmp(function_name(index->btf, index->ids[place]), name) != 0)
		place = (place + 1) & index->mask;
	return place;
}

static uint32_t count_functions(const struct btf *btf, uint32_t first)
{
	uint32_t end = btf__type_cnt(btf), count = 0;

	for (uint32_t id = first; id < end; id++)
		count += btf_is_func(btf__type_by_id(btf, id));
	return count;
}

/* As many places again stay free, so that a search ends soon. */
static uint32_t places_for(uint32_t functions)
{
	uint32_t places = 16;

	while (places < 2 * functions)
		places *= 2;
	return places;
}

struct name_index *name_index_new(const struct btf *btf, uint32_t first)
{
	uint32_t places = places_for(count_functions(btf, first));
	uint32_t end = btf__type_cnt(btf), place;
	struct name_index *index =
		calloc(1, sizeof(*index) + places * sizeof(*index->ids));

	if (!index)
		return NULL;
	index->btf = btf;
	index->mask = places - 1;
	for (uint32_t id = first; id < end; id++) {
		const char *name = function_name(btf, id);

		if (!name)
			continue;
		place = place_of(index, name);
		if (!index->ids[place])
			index->ids[place] = id;
	}
	return index;
}

void name_index_free(struct name_index *index)
{
	free(index);
}

uint32_t name_index_find(const struct name_index *index, const char *name)
{
	return index->ids[place_of(index, name)];
}
