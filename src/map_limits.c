// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "map_limits.h"

static const struct {
	const char *name;
	size_t offset;
} members[] = {
	{"irqs", offsetof(struct map_sizes, irqs)},
	{"slots", offsetof(struct map_sizes, slots)},
	{"cells", offsetof(struct map_sizes, cells)},
	{"targets", offsetof(struct map_sizes, targets)},
	{"injections", offsetof(struct map_sizes, injections)},
	{"stacks", offsetof(struct map_sizes, stacks)},
	{"framed_stacks", offsetof(struct map_sizes, framed_stacks)},
	{"stack_counts", offsetof(struct map_sizes, stack_counts)},
};

static uint32_t *find_member(struct map_sizes *sizes, const char *name,
			     size_t length)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (strlen(members[i].name) == length &&
		    !memcmp(members[i].name, name, length))
			return (uint32_t *)((char *)sizes + members[i].offset);
	return NULL;
}

/* One limit; *@at is moved behind it. */
static int apply_one(const char **at, struct map_sizes *sizes)
{
	size_t length = strcspn(*at, "=");
	uint32_t *member = find_member(sizes, *at, length);
	unsigned long limit;
	char *end;

	if (!member || (*at)[length] != '=')
		return -EINVAL;
	*at += length + 1;
	limit = strtoul(*at, &end, 10);
	if (end == *at || !limit || (*end && *end != ','))
		return -EINVAL;
	if (limit < *member)
		*member = (uint32_t)limit;
	*at = *end ? end + 1 : end;
	return 0;
}

int map_limits_apply(const char *limits, struct map_sizes *sizes)
{
	int err = 0;

	while (*limits && !err)
		err = apply_one(&limits, sizes);
	return err;
}
