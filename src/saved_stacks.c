// SPDX-License-Identifier: GPL-2.0-only
#include "json_parts_in.h"
#include "saved_parts.h"

static const char *path_word(int number)
{
	return stack_label_name((unsigned int)number);
}

static const char *event_word(int number)
{
	return stack_label_name((unsigned int)number + PATH_COUNT);
}

/* It has a path or an event. */
static unsigned int read_label(const struct json_at *at)
{
	bool of_path, of_event;
	int path = json_in_word(at, "path", path_word, PATH_COUNT, &of_path);
	int event = json_in_word(at, "event", event_word,
				 STACK_LABEL_COUNT - PATH_COUNT, &of_event);

	json_in_both(at, "event", of_event, !of_path);
	return (unsigned int)(of_path ? path : PATH_COUNT + event);
}

static void read_frame(const struct json_at *at, void *item)
{
	struct frame *frame = item;

	frame->symbol = json_in_text(at, "symbol");
	frame->module = json_in_text(at, "module");
	json_in_both(
		at, "offset_bytes",
		json_in_uint_known(at, "offset_bytes", &frame->offset_bytes),
		frame->symbol);
	frame->address = json_in_hex(at, "address");
}

static void read_stack(const struct json_at *at, void *item)
{
	struct counted_stack *stack = item;

	stack->has_vector = json_in_name_known(at, &stack->vector);
	stack->label = read_label(at);
	stack->count = json_in_uint(at, "count");
	stack->frames =
		json_in_items(at, "frames", NULL, read_frame,
			      sizeof(*stack->frames), &stack->frame_count);
}

void saved_stacks_read(const struct json_at *at, struct saved_record *saved)
{
	struct stack_list *list = &saved->stacks;

	list->stacks = json_in_items(at, "stacks", NULL, read_stack,
				     sizeof(*list->stacks), &list->count);
	saved->record.stacks = list;
}
