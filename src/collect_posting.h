/* SPDX-License-Identifier: GPL-2.0-only */
/* What each vector of a snapshot would do now, and since when. */
#ifndef PITRACE_COLLECT_POSTING_H
#define PITRACE_COLLECT_POSTING_H

#include "snapshot.h"
#include "vm_names.h"

struct posting_collector;
struct tracer;

/* NULL when memory is out. */
struct posting_collector *posting_collector_new(const struct tracer *tracer);
void posting_collector_free(struct posting_collector *collector);

/*
 * Sets configured, ever_posted and the counts of changes of all vectors of
 * @snapshot, which are those of slots 1, 2, ... in this order. @names are
 * those of this snapshot.
 *
 * To ask about a vector takes some system calls. Asked about are new ones,
 * those of which probes have seen that something happened to them, and in turn
 * a bounded number of the others, or all of them @at_once.
 */
void collect_posting(struct posting_collector *collector,
		     struct snapshot *snapshot, struct vm_names *names,
		     bool at_once);

#endif
