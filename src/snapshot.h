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

#include "configured.h"
#include "probe_abi.h"
#include "vector_name.h"
#include "vm_identity.h"

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

struct vector_snapshot {
	struct vector_name name;
	int irq; /* host IRQ number, -1 while the vector has none */
	uint64_t count; /* the sum of paths, since tracing started */
	uint64_t count_delta; /* since the snapshot before */
	uint64_t paths[PATH_COUNT];
	uint64_t paths_delta[PATH_COUNT];
	struct vm_identity vm; /* of the irqfd that last consumed it */
	struct configured configured; /* what an interrupt would do now */
	/*
	 * Posted now or at any time since the start: then there may have been
	 * interrupts that the host cannot count.
	 */
	enum known ever_posted;
	uint64_t posting_changes; /* of its entry, since the start */
	uint64_t posting_failures; /* to change it */
	struct target *targets; /* ordered by vcpu, guest_vector */
	size_t target_count;
	struct cpu_count *cpus; /* ordered by cpu; only those with a count */
	size_t cpu_count;
};

/* Other injections into one vCPU, with one vector. */
struct injection_count {
	struct vm_identity vm; /* not known: as vCPU and vector */
	int vcpu; /* vcpu_id; -1: not known */
	int guest_vector; /* -1: not known */
	uint64_t count;
};

struct wakeup_count {
	struct vm_identity vm;
	int vcpu; /* vcpu_id */
	uint64_t count;
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
	/* Changes that were not told of one by one. */
	LOST_EVENT,
	/* Wake-ups of vCPUs that were not counted under their vCPU. */
	LOST_WAKEUP,
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
	uint64_t duration_ns; /* since tracing started */
	struct vector_snapshot *vectors; /* by device, kind, vector */
	size_t vector_count;
	uint64_t other_injections; /* since tracing started */
	/* The same by target, summing up to it; by VM, vCPU, vector. */
	struct injection_count *injections;
	size_t injection_count;
	/* Calls of Intel's deliver function for a vCPU in guest mode. */
	uint64_t running_injections;
	uint64_t host_vectors[HOST_VECTOR_COUNT]; /* since tracing started */
	/* The same by CPU; only those with a count. */
	struct cpu_count *host_vector_cpus[HOST_VECTOR_COUNT];
	size_t host_vector_cpu_count[HOST_VECTOR_COUNT];
	/* Runs of KVM's handler for wake-up events (PIW). */
	uint64_t wakeup_events;
	struct wakeup_count *wakeups; /* vCPUs it woke, by VM and vCPU */
	size_t wakeup_count;
	uint64_t lost[LOST_KIND_COUNT];
	bool has_injections; /* by target, too: it was asked for */
	/* Which of the above are known. */
	bool other_injections_known;
	bool running_injections_known;
	bool host_vector_known[HOST_VECTOR_COUNT]; /* and by CPU */
	bool wakeup_events_known;
	bool wakeups_known;
};

/* Names as they stand in every output: "irqfd_deferred", "PIN", "stack". */
const char *path_name(enum delivery_path path);
const char *host_vector_name(enum host_vector vector);
const char *loss_name(enum loss_kind kind);

/* "posted", "irqfd_assigned" */
const char *change_name(enum change_kind kind);

/*
 * Allocates a snapshot with room for @vector_count vectors, all zero.
 * Returns NULL when memory is out; the caller frees it with snapshot_free().
 */
struct snapshot *snapshot_new(size_t vector_count);
void snapshot_free(struct snapshot *snapshot);

/*
 * Add the count of a CPU to an array of them, of a target (-1: not known) to
 * @vector, of other injections to @snapshot. The same one may stand there
 * several times until snapshot_finish(). Arrays are to grow by these alone.
 * Return 0 or -ENOMEM.
 */
int snapshot_add_cpu(struct cpu_count **cpus, size_t *cpu_count,
		     unsigned int cpu, uint64_t count);
int snapshot_add_target(struct vector_snapshot *vector, int vcpu,
			int guest_vector, uint64_t count);
int snapshot_add_injections(struct snapshot *snapshot,
			    const struct injection_count *added);

/*
 * Orders vectors, targets and CPUs as the fields above say, puts together what
 * was added of the same target or CPU, sums counts from paths, and sets
 * duration against the start of tracing at @start_ns, interval and deltas
 * against @previous (NULL: against the start). Ends the building of a snapshot.
 */
void snapshot_finish(struct snapshot *snapshot, const struct snapshot *previous,
		     uint64_t start_ns);

/* Posted now: the host cannot count its interrupts. */
bool vector_is_posted(const struct vector_snapshot *vector);

/* Of the VM whose irqfd takes it, or that has the device, or took it last. */
const struct vm_identity *vector_vm(const struct vector_snapshot *vector);

uint64_t snapshot_total(const struct snapshot *snapshot);
uint64_t snapshot_lost_total(const struct snapshot *snapshot);

#endif
