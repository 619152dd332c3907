// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "collect_runs.h"
#include "collect_stacks.h"
#include "kallsyms.h"
#include "map_walk.h"
#include "stack_clean.h"
#include "stack_top.h"
#include "tracer.h"

struct builder {
	const struct tracer *tracer;
	struct collected_stacks *stacks;
	size_t room;
	struct framed_stack *framed_stacks; /* by id */
	uint32_t framed_stack_count;
	struct frame
		*functions; /* of probes; what was looked up has a symbol */
};

static int load_symbols(const struct tracer *tracer,
			struct collected_stacks *stacks)
{
	FILE *file = tracer_symbols(tracer);
	int err;

	if (!file)
		return 0;
	err = kallsyms_load(file, &stacks->symbols);
	return err == -EPERM || err == -ENODATA ? 0 : err;
}

/*
 * An address is where its function was interrupted, which can be its first
 * instruction, or is behind a call, which can be its last.
 */
static void name_frame(const struct kallsyms *symbols, struct frame *frame,
		       bool interrupted)
{
	uint64_t back = interrupted ? 0 : 1;
	struct symbol symbol;

	if (!symbols || !kallsyms_find(symbols, frame->address - back, &symbol))
		return;
	frame->symbol = symbol.name;
	frame->module = symbol.module;
	frame->offset_bytes = symbol.offset_bytes + back;
}

/* What entered the kernel's code from whatever ran: entry_64.S, idtentry.h. */
static bool is_interrupt_entry(const struct frame *frame)
{
	return frame->symbol && (!strncmp(frame->symbol, "asm_sysvec_", 11) ||
				 !strncmp(frame->symbol, "asm_common_", 11) ||
				 !strncmp(frame->symbol, "asm_exc_", 8));
}

static int add_framed_stack(void *arg, const void *key, const void *value)
{
	struct builder *builder = arg;
	uint32_t id = *(const uint32_t *)value;

	if (id < builder->framed_stack_count)
		memcpy(&builder->framed_stacks[id], key,
		       sizeof(*builder->framed_stacks));
	return 0;
}

/* The map has them by their frames; here they are wanted by id. */
static int load_framed_stacks(struct builder *builder)
{
	uint32_t count =
		tracer_views(builder->tracer)->globals->next_framed_stack;

	builder->framed_stacks =
		calloc(count ? count : 1, sizeof(*builder->framed_stacks));
	if (!builder->framed_stacks)
		return -ENOMEM;
	builder->framed_stack_count = count;
	return map_walk(tracer_map_fd(builder->tracer, "framed_stacks"),
			sizeof(struct framed_stack), sizeof(uint32_t),
			add_framed_stack, builder);
}

/* Leaves @addresses empty if there is no such stack. */
static void find_addresses(const struct builder *builder, int id,
			   uint64_t addresses[STACK_DEPTH])
{
	static const char *const maps[STACK_WAYS] = {"stacks_0", "stacks_1",
						     "stacks_2"};
	uint32_t bucket = (uint32_t)id & STACK_BUCKET_MASK;
	int way = id >> STACK_WAY_SHIFT;

	memset(addresses, 0, STACK_DEPTH * sizeof(*addresses));
	if (id < 0 || way > STACK_WAY_FRAMED)
		return;
	if (way < STACK_WAYS)
		(void)bpf_map_lookup_elem(
			tracer_map_fd(builder->tracer, maps[way]), &bucket,
			addresses);
	else if (bucket < builder->framed_stack_count)
		memcpy(addresses, builder->framed_stacks[bucket].frames,
		       sizeof(builder->framed_stacks[bucket].frames));
}

/* Of that module, of what it was split off from, or built into the kernel. */
static bool find_function(const struct builder *builder,
			  const struct probe *probe,
			  const struct probe_candidate *candidate,
			  struct frame *function)
{
	const char *name = probe_candidate_function(probe, candidate);
	const char *const modules[] = {
		probe_candidate_module(probe, candidate),
		candidate->function ? NULL : probe->earlier_module,
		NULL,
	};

	for (size_t i = 0; i < 3; i++) {
		if (!kallsyms_address_of(builder->stacks->symbols, modules[i],
					 name, &function->address))
			continue;
		function->symbol = name;
		function->module = modules[i];
		return true;
	}
	return false;
}

/* NULL if it is not known where the function is. */
static const struct frame *function_of(const struct builder *builder,
				       const struct stack_taker *taker)
{
	const struct probe_candidate *candidate =
		&taker->probe->candidates[taker->rank];
	size_t place = (size_t)(taker->probe - probes) * PROBE_CANDIDATES;
	struct frame *function = &builder->functions[place + taker->rank];

	return function->symbol || find_function(builder, taker->probe,
						 candidate, function)
		       ? function
		       : NULL;
}

/* There is room for one more frame. */
static size_t clean(const struct builder *builder, struct frame *frames,
		    size_t count)
{
	const struct stack_taker taker = stack_taker(frames, count);
	const struct frame *function =
		taker.probe ? function_of(builder, &taker) : NULL;

	count = stack_clean(frames, count);
	return function ? stack_put_top(frames, count, function) : count;
}

static int read_frames(const struct builder *builder, int id,
		       struct counted_stack *stack)
{
	uint64_t addresses[STACK_DEPTH];
	size_t count = 0;

	find_addresses(builder, id, addresses);
	while (count < STACK_DEPTH && addresses[count])
		count++;
	if (!count)
		return 0;
	stack->frames = calloc(count + 1, sizeof(*stack->frames));
	if (!stack->frames)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		stack->frames[i].address = addresses[i];
		name_frame(builder->stacks->symbols, &stack->frames[i],
			   i && is_interrupt_entry(&stack->frames[i - 1]));
	}
	stack->frame_count = clean(builder, stack->frames, count);
	return 0;
}

static int name_stack(const struct builder *builder, uint32_t slot,
		      struct counted_stack *stack)
{
	const struct map_views *views = tracer_views(builder->tracer);
	char text[VECTOR_NAME_LEN];

	if (slot == SLOT_NONE)
		return 0;
	if (slot >= map_views_slot_end(views))
		return -EINVAL;
	stack->has_vector = true;
	memcpy(text, (const char *)views->slots[slot].name, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	return vector_name_parse(text, &stack->vector);
}

static int add_stack(struct builder *builder, uint32_t slot, unsigned int label,
		     int id, uint64_t count)
{
	struct stack_list *list = &builder->stacks->list;
	struct counted_stack *larger;
	int err;

	if (list->count == builder->room) {
		builder->room = builder->room ? 2 * builder->room : 64;
		larger = realloc(list->stacks, builder->room * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		list->stacks = larger;
	}
	list->stacks[list->count] =
		(struct counted_stack){.label = label, .count = count};
	err = name_stack(builder, slot, &list->stacks[list->count]);
	if (err)
		return err;
	return read_frames(builder, id, &list->stacks[list->count++]);
}

static int add_open_runs(struct builder *builder)
{
	const struct map_views *views = tracer_views(builder->tracer);
	struct open_runs open = {.runs = NULL};
	struct unclaimed_run run;
	int err = open_runs_note(views, &open);

	for (size_t i = 0; i < open.count && !err; i++)
		if (open_run_is_over(views, &open.runs[i], &run) && run.cell)
			err = add_stack(builder, run.slot, run.path, run.stack,
					1);
	open_runs_free(&open);
	return err;
}

static int add_counted(void *arg, const void *key, const void *value)
{
	const struct stack_key *stack = key;

	return add_stack(arg, stack->slot, stack->label, stack->stack,
			 *(const uint64_t *)value);
}

int collect_stacks(const struct tracer *tracer, struct collected_stacks *stacks)
{
	struct builder builder = {.tracer = tracer, .stacks = stacks};
	int err;

	memset(stacks, 0, sizeof(*stacks));
	builder.functions = calloc(probe_count * PROBE_CANDIDATES,
				   sizeof(*builder.functions));
	if (!builder.functions)
		return -ENOMEM;
	err = load_symbols(tracer, stacks);
	if (!err)
		err = load_framed_stacks(&builder);
	if (!err)
		err = map_walk(tracer_map_fd(tracer, "stack_counts"),
			       sizeof(struct stack_key), sizeof(uint64_t),
			       add_counted, &builder);
	if (!err)
		err = add_open_runs(&builder);
	free(builder.framed_stacks);
	free(builder.functions);
	if (!err)
		stack_list_merge(&stacks->list);
	return err;
}

void collected_stacks_free(struct collected_stacks *stacks)
{
	stack_list_free(&stacks->list);
	kallsyms_free(stacks->symbols);
}
