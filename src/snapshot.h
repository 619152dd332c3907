/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot: all that is known at one moment, as plain data.
 *
 * collect.c makes snapshots from maps and sysfs; every renderer is a pure
 * function of them and needs no kernel, no root and no globals. A snapshot
 * is not changed once it was handed out. Unknown is never written as 0: it
 * has its own value or flag, named at each field.
 */
#ifndef PITRACE_SNAPSHOT_H
#define PITRACE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "paths.h"
#include "pci_address.h"
#include "vector_name.h"

#define COMM_LEN 16

/* Where deliveries of a vector went. */
struct target {
	int vcpu; /* vcpu_id; -1: it was not seen */
	int guest_vector; /* -1: it was not seen */
	uint64_t count; /* calls of the deliver function */
};

struct cpu_count {
	unsigned int cpu;
	uint64_t count;
};

struct vm_identity {
	bool known;
	pid_t pid; /* that created the VM, in the initial pid namespace */
	char comm[COMM_LEN]; /* "" once the process is gone */
};

struct vector_snapshot {
	struct pci_address device;
	enum vector_kind kind;
	unsigned int vector;
	int irq; /* host IRQ number, -1 while the vector has none */
	uint64_t count; /* the sum of paths, since tracing started */
	uint64_t count_delta; /* since the snapshot before */
	uint64_t paths[PATH_COUNT];
	uint64_t paths_delta[PATH_COUNT];
	struct vm_identity vm; /* of the irqfd that last consumed it */
	struct target *targets; /* ordered by vcpu, guest_vector */
	size_t target_count;
	struct cpu_count *cpus; /* ordered by cpu; only those with a count */
	size_t cpu_count;
};

/* Vectors of /proc/interrupts that posted interrupts move, host-wide. */
enum host_vector {
	HOST_PIN,
	HOST_NPI,
	HOST_PIW,
	HOST_PMN,
	HOST_VECTOR_COUNT
};

enum loss_kind {
	LOST_VECTOR_TABLE_FULL,
	LOST_UNREGISTERED_VECTOR,
	LOST_COUNTER_TABLE_FULL,
	LOST_TARGET_TABLE_FULL,
	LOST_STACK,
	/* Runs of our programs that the kernel skipped (recursion). */
	LOST_SKIPPED_RUN,
	/* Growth of /proc/interrupts rows beyond what was counted. */
	LOST_UNSEEN_INTERRUPT,
	LOST_KIND_COUNT
};

struct snapshot {
	int64_t time_ns; /* CLOCK_REALTIME */
	uint64_t ts_ns; /* CLOCK_MONOTONIC */
	uint64_t interval_ns; /* since the snapshot before, or the start */
	struct vector_snapshot *vectors; /* by device, kind, vector */
	size_t vector_count;
	bool other_injections_known;
	uint64_t other_injections; /* since tracing started */
	bool host_vector_known[HOST_VECTOR_COUNT];
	uint64_t host_vectors[HOST_VECTOR_COUNT]; /* since tracing started */
	uint64_t lost[LOST_KIND_COUNT];
};

/* Names as they stand in every output: "irqfd_deferred", "PIN", "stack". */
const char *path_name(enum delivery_path path);
const char *host_vector_name(enum host_vector vector);
const char *loss_name(enum loss_kind kind);

/*
 * Allocates a snapshot with room for @vector_count vectors, all zero.
 * Returns NULL when memory is out; the caller frees it with snapshot_free().
 */
struct snapshot *snapshot_new(size_t vector_count);
void snapshot_free(struct snapshot *snapshot);

/*
 * Orders vectors, targets and CPUs as the fields above say, sums counts from
 * paths, and sets interval and deltas against @previous (NULL: against the
 * start of tracing at @start_ns). Ends the building of a snapshot.
 */
void snapshot_finish(struct snapshot *snapshot, const struct snapshot *previous,
		     uint64_t start_ns);

uint64_t snapshot_total(const struct snapshot *snapshot);
uint64_t snapshot_lost_total(const struct snapshot *snapshot);

#endif
