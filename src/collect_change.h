/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns what a program tells of a change into plain data. */
#ifndef PITRACE_COLLECT_CHANGE_H
#define PITRACE_COLLECT_CHANGE_H

#include "change.h"

struct tracer;

void collect_change(const struct tracer *tracer,
		    const struct change_event *event, struct change *change);

#endif
