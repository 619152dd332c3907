/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps that programs write and user space reads without system calls. */
#ifndef PITRACE_MAP_VIEWS_H
#define PITRACE_MAP_VIEWS_H

#include <stddef.h>
#include <stdint.h>

#include "probe_abi.h"

struct loader;
struct map_sizes;

struct map_views {
	volatile struct globals *globals;
	const volatile struct vector_slot *slots;
	const volatile struct cell *cells;
	const volatile struct cpu_state *cpu_states;
	uint32_t slot_room, cell_room, cpus; /* entries of each */
};

/* Maps the maps of @loader. Returns 0 or a negative errno. */
int map_views_open(struct map_views *views, const struct loader *loader,
		   const struct map_sizes *sizes);
void map_views_close(struct map_views *views);

/*
 * Entries in use are those from 1 up to these. More can have been asked for
 * than there was room.
 */
static inline uint32_t map_views_slot_end(const struct map_views *views)
{
	uint32_t next = views->globals->next_slot;

	return next < views->slot_room ? next : views->slot_room;
}

static inline uint32_t map_views_cell_end(const struct map_views *views)
{
	uint32_t next = views->globals->next_cell;

	return next < views->cell_room ? next : views->cell_room;
}

#endif
