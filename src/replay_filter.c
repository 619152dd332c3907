// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "replay_filter.h"

static bool is_wanted(const struct options *o, const struct pci_address *device)
{
	for (size_t i = 0; i < o->device_count; i++)
		if (pci_address_compare(&o->devices[i], device) == 0)
			return true;
	return !o->device_count;
}

static void filter_snapshot(const struct options *o, struct snapshot *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->vector_count; i++) {
		struct vector_snapshot *vector = &s->vectors[i];

		if (is_wanted(o, &vector->name.device)) {
			s->vectors[kept++] = *vector;
			continue;
		}
		free(vector->targets);
		free(vector->cpus);
	}
	s->vector_count = kept;
}

/* As live, changes of no known device are not wanted, what wakes vCPUs is. */
static bool is_of_host(const struct counted_stack *stack)
{
	return !stack->has_vector && stack->label >= STACK_OF_WAKEUP;
}

static void filter_stacks(const struct options *o, struct stack_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct counted_stack *stack = &list->stacks[i];

		if (is_of_host(stack) ||
		    (stack->has_vector && is_wanted(o, &stack->vector.device)))
			list->stacks[kept++] = *stack;
		else
			free(stack->frames);
	}
	list->count = kept;
}

static void filter_inspection(const struct options *o,
			      struct inspect_report *report)
{
	size_t devices = 0, vectors = 0;

	for (size_t i = 0; i < report->device_count; i++)
		if (is_wanted(o, &report->devices[i].device))
			report->devices[devices++] = report->devices[i];
	for (size_t i = 0; i < report->vector_count; i++)
		if (is_wanted(o, &report->vectors[i].name.device))
			report->vectors[vectors++] = report->vectors[i];
	report->device_count = devices;
	report->vector_count = vectors;
}

/* That there is none, or that none could be found, is of the host. */
static bool is_of_others(const struct options *o,
			 const struct doctor_fact *fact)
{
	struct pci_address device;

	return !strcmp(fact->name, "device") &&
	       !pci_address_parse(fact->subject, &device) &&
	       !is_wanted(o, &device);
}

static void filter_doctor(const struct options *o, struct doctor_report *report,
			  struct doctor_findings *findings)
{
	size_t facts = 0, devices = 0;

	for (size_t i = 0; i < report->fact_count; i++)
		if (!is_of_others(o, &report->facts[i]))
			report->facts[facts++] = report->facts[i];
	for (size_t i = 0; i < findings->device_count; i++)
		if (is_wanted(o, &findings->devices[i].device))
			findings->devices[devices++] = findings->devices[i];
	report->fact_count = facts;
	findings->device_count = devices;
}

bool replay_filter(const struct options *o, struct saved_record *saved)
{
	if (!o->device_count)
		return true;
	if (saved->snapshot)
		filter_snapshot(o, saved->snapshot);
	filter_stacks(o, &saved->stacks);
	filter_inspection(o, &saved->inspection);
	filter_doctor(o, &saved->report, &saved->findings);
	return saved->record.type != RECORD_EVENT ||
	       (saved->change.has_vector &&
		is_wanted(o, &saved->change.vector.device));
}
