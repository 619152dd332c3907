/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracing as a whole: maps, programs and their attachment, from the first
 * probe to the last interrupt counted.
 */
#ifndef PITRACE_TRACER_H
#define PITRACE_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "failure.h"
#include "inspector.h"
#include "map_views.h"
#include "options.h"
#include "probe_status.h"

struct bpf_program;
struct tracer;

/*
 * Loads and attaches all that can be at once; from then on, privileges are in
 * effect only while more is attached, and given up for good once there can be
 * no more. @options is borrowed. On failure *@tracer is NULL and @failure says
 * why.
 */
int tracer_open(struct tracer **tracer, const struct options *options,
		struct failure *failure);

/*
 * Loads and attaches the same in the same way, but counts nothing. On failure
 * *@tracer is there as well, unless memory is out, for tracer_has_tried() and
 * tracer_close().
 */
int tracer_try(struct tracer **tracer, const struct options *options,
	       struct failure *failure);

/* Is there a status for each probe, for tracer_probes()? */
bool tracer_has_tried(const struct tracer *tracer);

/* Detaches and frees everything; accepts NULL. */
void tracer_close(struct tracer *tracer);

/*
 * Attaches what became possible since: a module was loaded. Begins to count
 * once the interrupt handlers' module is there. Sets *@changed if the set of
 * probes did.
 */
int tracer_update(struct tracer *tracer, bool *changed,
		  struct failure *failure);

/* Counting has begun. */
bool tracer_is_counting(const struct tracer *tracer);

/* CLOCK_MONOTONIC of that moment; 0 before. */
uint64_t tracer_start_ns(const struct tracer *tracer);

/*
 * From here on nothing more is counted; what was stays readable. Returns once
 * handlers that had begun before have ended: they count.
 */
void tracer_stop(struct tracer *tracer);

/* Readable when a module was loaded, or an interrupt's way has changed. */
int tracer_event_fd(const struct tracer *tracer);

/* Returns 0, or a negative errno: it is called no more then. */
typedef int tracer_change_fn(void *arg, const struct change_event *event);

/* From here on tracer_take_events() calls @on_change for each change. */
void tracer_on_change(struct tracer *tracer, tracer_change_fn *on_change,
		      void *arg);

/* Takes in what there is. Returns 0 or the error of on_change. */
int tracer_take_events(struct tracer *tracer);

/*
 * True while a module of ours is being loaded and not live yet: call
 * tracer_update() again shortly.
 */
bool tracer_modules_coming(struct tracer *tracer);

const struct probe_status *tracer_probes(const struct tracer *tracer,
					 size_t *count);

/* For collect.c and collect_stacks.c. */
const struct map_views *tracer_views(const struct tracer *tracer);
int tracer_map_fd(const struct tracer *tracer, const char *name);
unsigned long long tracer_skipped_runs(const struct tracer *tracer);
bool tracer_injections_known(const struct tracer *tracer);

/* The map of other injections by target; negative without --injections. */
int tracer_injection_targets(const struct tracer *tracer);

/* NULL while nothing can be asked: its probe is off. */
struct inspector *tracer_inspector(const struct tracer *tracer);

/*
 * What the host allows as a whole, as of the last time that probes were
 * attached. The tracer's; valid until it is closed.
 */
const struct host_posting *tracer_host(const struct tracer *tracer);

/*
 * The kernel's symbols, opened as privileges were in effect; to be read once.
 * NULL without --stacks, or if they cannot be read.
 */
FILE *tracer_symbols(const struct tracer *tracer);

/* NULL if it cannot be read. */
struct kernel_btf *tracer_btf(const struct tracer *tracer);

/* Are irqfds told from eventfds? */
bool tracer_irqfds_known(const struct tracer *tracer);

/* Are these probes on: Intel's deliver function, changes, wake-ups? */
bool tracer_intel_known(const struct tracer *tracer);
bool tracer_changes_known(const struct tracer *tracer);
bool tracer_wakeups_known(const struct tracer *tracer);

/* And can be seen which vCPUs are woken? */
bool tracer_sleepers_known(const struct tracer *tracer);

/* A loaded program by name; NULL if there is none. */
struct bpf_program *tracer_program(const struct tracer *tracer,
				   const char *name);

/* Are programs compiled? Returns 0, or -ENOENT if that is not to be seen. */
int tracer_is_jited(const struct tracer *tracer, bool *jited);

/* The types of modules are not known, or not used: bpf/untyped.bpf.h. */
bool tracer_is_untyped(const struct tracer *tracer);

/* What the kernel refuses, if that is why they are not used; "" else. */
const char *tracer_refusal(const struct tracer *tracer);

/* Has the kernel bpf_loop()? Without it searches are shorter. */
bool tracer_has_loop(const struct tracer *tracer);

/* VFIO's module came after pitrace: its vectors' rows began at 0. */
bool tracer_started_late(const struct tracer *tracer);

#endif
