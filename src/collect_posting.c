// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>

#include "collect_configured.h"
#include "collect_posting.h"
#include "tracer.h"

struct posting_collector {
	const struct tracer *tracer;
	bool *was_posted; /* by slot: at a reading since the start */
	/* Of this round. */
	struct inspector *inspector; /* NULL: nothing can be asked */
	struct vm_identity last_vm;
};

struct posting_collector *posting_collector_new(const struct tracer *tracer)
{
	struct posting_collector *collector = calloc(1, sizeof(*collector));

	if (!collector)
		return NULL;
	collector->tracer = tracer;
	collector->was_posted = calloc(tracer_views(tracer)->slot_room,
				       sizeof(*collector->was_posted));
	if (collector->was_posted)
		return collector;
	free(collector);
	return NULL;
}

void posting_collector_free(struct posting_collector *collector)
{
	if (!collector)
		return;
	free(collector->was_posted);
	free(collector);
}

static uint32_t entry_state(const struct configured *configured)
{
	switch (configured->irte.mode) {
	case IRTE_REMAPPED:
		return ENTRY_REMAPPED;
	case IRTE_POSTED:
		return ENTRY_POSTED;
	default:
		return ENTRY_UNKNOWN;
	}
}

/* Tells programs of a vector that existed before them. */
static void note_vector(const struct tracer *tracer, struct vector_facts *facts)
{
	const volatile struct vector_slot *slot =
		&tracer_views(tracer)->slots[facts->slot];
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = facts,
		    .ctx_size_in = sizeof(*facts));

	bool news =
		slot->eventfd != facts->eventfd ||
		(slot->entry == ENTRY_UNKNOWN && facts->entry != ENTRY_UNKNOWN);

	if (!facts->eventfd || !news)
		return;
	(void)bpf_prog_test_run_opts(
		bpf_program__fd(tracer_program(tracer, "note_vector")), &run);
}

static void set_since(const struct snapshot *snapshot,
		      const volatile struct vector_slot *slot,
		      struct configured *configured)
{
	bool posted = configured->path == CONFIGURED_POSTED;
	uint64_t changed_ns = slot->changed_ns;

	if (!changed_ns && posted)
		configured->since = SINCE_BEFORE_START;
	if (!changed_ns || (slot->entry == ENTRY_POSTED) != posted)
		return;
	configured->since = SINCE_TIME;
	configured->since_time_ns =
		snapshot->time_ns - (int64_t)(snapshot->ts_ns - changed_ns);
}

/*
 * As AVIC is turned on and off for a VM, KVM has AMD's driver change entries
 * without any of the functions that are watched.
 */
static bool may_flip(const struct tracer *tracer)
{
	const struct host_posting *host = tracer_host(tracer);

	return host->iommu == IOMMU_AMD && host->iommu_can_post != KNOWN_NO;
}

/* Between readings only a probe sees a vector being posted for a while. */
static enum known was_posted(struct posting_collector *collector, uint32_t slot,
			     const struct vector_snapshot *vector)
{
	if (vector->configured.path == CONFIGURED_POSTED)
		collector->was_posted[slot] = true;
	if (collector->was_posted[slot] || vector->posting_changes)
		return KNOWN_YES;
	if (!tracer_changes_known(collector->tracer) ||
	    vector->configured.irte.mode == IRTE_UNKNOWN ||
	    may_flip(collector->tracer))
		return NOT_KNOWN;
	return KNOWN_NO;
}

/* The last one that it was seen with, once its process is gone. */
static void keep_vm_name(struct vector_snapshot *vector)
{
	struct vm_identity *vm = &vector->configured.vm;

	if (vm->known && !*vm->comm && vm->pid == vector->vm.pid)
		*vm = vector->vm;
}

static void configure_vector(struct posting_collector *collector,
			     const struct snapshot *snapshot, uint32_t id,
			     struct vector_snapshot *vector)
{
	const struct tracer *tracer = collector->tracer;
	const volatile struct vector_slot *slot =
		&tracer_views(tracer)->slots[id];
	const struct inspect_subject subject = {
		.irq = (unsigned int)vector->irq,
		.is_vfio = true,
		.device = vector->name.device,
	};
	struct vector_facts facts = {
		.slot = id,
		.registrations = slot->registrations,
	};
	struct inspect_answer answer = {.count = 0};

	/* Without an IRQ number it has no handler that could be asked for. */
	if (vector->irq < 0)
		configured_unused(&vector->configured);
	else if (!collect_configured(collector->inspector, tracer_btf(tracer),
				     &subject, &collector->last_vm, &answer,
				     &vector->configured))
		facts.eventfd = answer.eventfd;
	facts.entry = entry_state(&vector->configured);
	note_vector(tracer, &facts);
	keep_vm_name(vector);
	set_since(snapshot, slot, &vector->configured);
	if (slot->error)
		configured_note_failure(&vector->configured, slot->error);
	vector->posting_changes = slot->changes;
	vector->posting_failures = slot->failures;
	vector->ever_posted = was_posted(collector, id, vector);
}

void collect_posting(struct posting_collector *collector,
		     struct snapshot *snapshot)
{
	const struct map_views *views = tracer_views(collector->tracer);

	collector->inspector = tracer_inspector(collector->tracer);
	collector->last_vm = (struct vm_identity){.known = false};
	for (size_t i = 0; i < snapshot->vector_count; i++)
		if (!views->slots[i + 1].ignored)
			configure_vector(collector, snapshot, (uint32_t)i + 1,
					 &snapshot->vectors[i]);
}
