// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loader.h"
#include "map_views.h"

/* As array_map_alloc() of kernel/bpf/arraymap.c lays out mappable arrays. */
static size_t map_length(uint32_t entries, size_t value_size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t length = entries * ((value_size + 7) & ~(size_t)7);

	return (length + page - 1) / page * page;
}

static void *open_view(const struct loader *loader, const char *name,
		       uint32_t entries, size_t value_size, int protection)
{
	void *view = mmap(NULL, map_length(entries, value_size), protection,
			  MAP_SHARED, loader_map_fd(loader, name), 0);

	return view == MAP_FAILED ? NULL : view;
}

int map_views_open(struct map_views *views, const struct loader *loader,
		   const struct map_sizes *sizes)
{
	memset(views, 0, sizeof(*views));
	views->slot_room = sizes->slots;
	views->cell_room = sizes->cells;
	views->cpus = sizes->possible_cpus;
	views->globals = open_view(loader, ".data", 1, sizeof(struct globals),
				   PROT_READ | PROT_WRITE);
	views->slots = open_view(loader, "slots", sizes->slots,
				 sizeof(struct vector_slot), PROT_READ);
	views->cells = open_view(loader, "cells", sizes->cells,
				 sizeof(struct cell), PROT_READ);
	views->cpu_states =
		open_view(loader, "cpu_states", sizes->possible_cpus,
			  sizeof(struct cpu_state), PROT_READ);
	if (views->globals && views->slots && views->cells && views->cpu_states)
		return 0;
	map_views_close(views);
	return -ENOMEM;
}

static void close_view(const volatile void *view, uint32_t entries,
		       size_t value_size)
{
	if (view)
		munmap((void *)view, map_length(entries, value_size));
}

void map_views_close(struct map_views *views)
{
	close_view(views->globals, 1, sizeof(struct globals));
	close_view(views->slots, views->slot_room, sizeof(struct vector_slot));
	close_view(views->cells, views->cell_room, sizeof(struct cell));
	close_view(views->cpu_states, views->cpus, sizeof(struct cpu_state));
	memset(views, 0, sizeof(*views));
}
