/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts of vectors by CPU and target. */
#ifndef PITRACE_COLLECT_CELLS_H
#define PITRACE_COLLECT_CELLS_H

#include "collect_runs.h"
#include "snapshot.h"

/*
 * Adds all cells to the vectors of @snapshot, which are those of slots 1, 2,
 * ... in this order, and of the @open runs those that are over, with the stack
 * that each may have lost. Their order is another one afterwards. Returns 0 or
 * -ENOMEM.
 */
int collect_cells(const struct map_views *views, struct open_runs *open,
		  struct snapshot *snapshot);

#endif
