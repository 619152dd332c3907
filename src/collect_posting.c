// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect_configured.h"
#include "collect_posting.h"
#include "tracer.h"
#include "turns.h"

/*
 * Vectors that are asked about at each snapshot though nothing is known to
 * have happened to them. It takes three system calls each.
 */
#define ASKED_IN_TURN 128

/* What is another one whenever a probe has seen something of a vector. */
struct vector_signs {
	uint64_t irqfd;
	uint32_t irq;
	uint32_t registrations;
	uint32_t news;
	uint32_t inspections; /* that began: modules have come or gone */
};

/* The latest answer on a vector. */
struct known_vector {
	bool was_posted; /* by any answer since the start */
	bool is_known; /* there is an answer */
	struct vector_signs signs; /* from before it */
	struct configured configured;
};

struct posting_collector {
	const struct tracer *tracer;
	struct known_vector *vectors; /* by slot */
	struct turns turns;
	/* Of this round. */
	struct inspector *inspector; /* NULL: nothing can be asked */
	struct vm_names *names;
	bool at_once;
};

struct posting_collector *posting_collector_new(const struct tracer *tracer)
{
	struct posting_collector *collector = calloc(1, sizeof(*collector));

	if (!collector)
		return NULL;
	collector->tracer = tracer;
	collector->vectors = calloc(tracer_views(tracer)->slot_room,
				    sizeof(*collector->vectors));
	if (collector->vectors)
		return collector;
	free(collector);
	return NULL;
}

void posting_collector_free(struct posting_collector *collector)
{
	if (!collector)
		return;
	free(collector->vectors);
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

/* Between answers only a probe sees a vector being posted for a while. */
static enum known ever_posted(struct posting_collector *collector,
			      struct known_vector *known,
			      const struct vector_snapshot *vector)
{
	if (vector->configured.path == CONFIGURED_POSTED)
		known->was_posted = true;
	if (known->was_posted || vector->posting_changes)
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

static struct vector_signs read_signs(const struct posting_collector *collector,
				      uint32_t id,
				      const struct vector_snapshot *vector)
{
	const volatile struct vector_slot *slot =
		&tracer_views(collector->tracer)->slots[id];
	struct inspector *inspector = collector->inspector;

	return (struct vector_signs){
		.irqfd = slot->irqfd,
		.irq = (uint32_t)vector->irq,
		.registrations = slot->registrations,
		.news = slot->news,
		.inspections = inspector ? inspector_begun(inspector) : 0,
	};
}

/* Its IRQ number may be another vector's by now, or still. */
static bool is_about(const struct inspect_answer *answer,
		     const struct vector_name *name)
{
	struct vector_name told;

	return !answer->action[0] ||
	       (!vector_name_parse(answer->action, &told) &&
		!vector_name_compare(&told, name));
}

/* Asks, and tells programs of what they have not seen. */
static void ask(struct posting_collector *collector, uint32_t id,
		const struct vector_snapshot *vector)
{
	struct known_vector *known = &collector->vectors[id];
	const struct inspect_subject subject = {
		.irq = (unsigned int)vector->irq,
		.is_vfio = true,
		.device = vector->name.device,
	};
	struct inspect_answer answer;
	struct vector_facts facts = {
		.slot = id,
		.registrations = known->signs.registrations,
	};
	int err = collect_configured(
		collector->inspector, tracer_btf(collector->tracer), &subject,
		collector->names, &answer, &known->configured);

	if (!err && !is_about(&answer, &vector->name)) {
		configured_unknown(&known->configured);
		err = -EAGAIN;
	}
	known->is_known = !err && !answer.torn;
	if (err)
		return;
	facts.eventfd = answer.eventfd;
	facts.entry = entry_state(&known->configured);
	note_vector(collector->tracer, &facts);
}

/* Without an IRQ number it has no handler that could be asked for. */
static void update_known(struct posting_collector *collector,
			 const struct snapshot *snapshot, uint32_t id,
			 const struct vector_snapshot *vector)
{
	struct known_vector *known = &collector->vectors[id];
	struct vector_signs signs = read_signs(collector, id, vector);
	bool is_new = signs.news != known->signs.news;
	bool is_due = collector->at_once || !known->is_known ||
		      memcmp(&signs, &known->signs, sizeof(signs)) != 0 ||
		      turns_has(&collector->turns, id - 1,
				snapshot->vector_count, ASKED_IN_TURN);

	known->signs = signs;
	if (vector->irq < 0)
		configured_unused(&known->configured);
	else if (is_due)
		ask(collector, id, vector);
	/* Some are told of as they begin: ask again once they have happened. */
	if (is_new)
		known->is_known = false;
}

static void configure_vector(struct posting_collector *collector,
			     const struct snapshot *snapshot, uint32_t id,
			     struct vector_snapshot *vector)
{
	struct known_vector *known = &collector->vectors[id];
	const volatile struct vector_slot *slot =
		&tracer_views(collector->tracer)->slots[id];
	struct configured *configured = &vector->configured;

	update_known(collector, snapshot, id, vector);
	*configured = known->configured;
	if (configured->vm.known)
		vm_names_identify(collector->names, configured->vm.pid,
				  &configured->vm);
	keep_vm_name(vector);
	set_since(snapshot, slot, configured);
	if (slot->error)
		configured_note_failure(configured, slot->error);
	vector->posting_changes = slot->changes;
	vector->posting_failures = slot->failures;
	vector->ever_posted = ever_posted(collector, known, vector);
}

void collect_posting(struct posting_collector *collector,
		     struct snapshot *snapshot, struct vm_names *names,
		     bool at_once)
{
	const struct map_views *views = tracer_views(collector->tracer);

	collector->inspector = tracer_inspector(collector->tracer);
	collector->names = names;
	collector->at_once = at_once;
	for (size_t i = 0; i < snapshot->vector_count; i++)
		if (!views->slots[i + 1].ignored)
			configure_vector(collector, snapshot, (uint32_t)i + 1,
					 &snapshot->vectors[i]);
	turns_advance(&collector->turns, snapshot->vector_count, ASKED_IN_TURN);
}
