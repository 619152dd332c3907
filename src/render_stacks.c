// SPDX-License-Identifier: GPL-2.0-only
#include "render.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "text_escape.h"

/* "0000:03:00.0 msix 2047 event:bypass_disconnected" and more. */
#define LABEL_LEN  64
#define LOST_FRAME "[lost stack]"

/* "-" is for what is of no vector. */
static void format_vector(const struct counted_stack *stack,
			  char text[LABEL_LEN])
{
	char device[PCI_ADDRESS_LEN], vector[16];

	if (!stack->has_vector) {
		snprintf(text, LABEL_LEN, "-");
		return;
	}
	pci_address_format(&stack->vector.device, device);
	vector_name_format(&stack->vector, vector, sizeof(vector));
	snprintf(text, LABEL_LEN, "%s %s", device, vector);
}

/* "0000:03:00.0 msix 3 irqfd", "0000:03:00.0 msix 3 event:posted" */
static void format_label(const struct counted_stack *stack,
			 char label[LABEL_LEN])
{
	size_t used;

	format_vector(stack, label);
	used = strlen(label);
	snprintf(label + used, LABEL_LEN - used, " %s%s",
		 stack_is_of_event(stack) ? "event:" : "",
		 stack_label_name(stack->label));
}

static int by_count(const void *left, const void *right)
{
	const struct counted_stack *a =
		*(const struct counted_stack *const *)left;
	const struct counted_stack *b =
		*(const struct counted_stack *const *)right;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	/* As they stood in the list, to give the same text each time. */
	return (a > b) - (a < b);
}

/* In the last line, "]" comes before the count. */
static void print_frame(FILE *out, const struct frame *frame)
{
	fputs("    ", out);
	text_print(out, frame->symbol, "]");
	fprintf(out, "+%" PRIu64 "\n", frame->offset_bytes);
}

static void print_stack(FILE *out, const struct counted_stack *stack)
{
	char label[LABEL_LEN];

	fputs("@[\n", out);
	for (size_t i = 0; i < stack->frame_count; i++) {
		const struct frame *frame = &stack->frames[i];

		if (frame->symbol)
			print_frame(out, frame);
		else
			fprintf(out, "    0x%" PRIx64 "\n", frame->address);
	}
	if (!stack->frame_count)
		fputs("    " LOST_FRAME "\n", out);
	format_label(stack, label);
	fprintf(out, ", %s]: %" PRIu64 "\n", label, stack->count);
}

int render_stacks(FILE *file, const struct stack_list *list)
{
	const struct counted_stack **sorted;
	struct output out;
	int error;

	sorted = calloc(list->count + 1, sizeof(const struct counted_stack *));
	if (!sorted)
		return -ENOMEM;
	error = output_begin(&out);
	if (!error) {
		for (size_t i = 0; i < list->count; i++)
			sorted[i] = &list->stacks[i];
		qsort(sorted, list->count, sizeof(const struct counted_stack *),
		      by_count);
		for (size_t i = 0; i < list->count; i++)
			print_stack(out.text, sorted[i]);
		error = output_end(&out, file);
	}
	free(sorted);
	return error;
}

struct folded {
	char *chain;
	uint64_t count;
};

static void print_chain(FILE *out, const struct counted_stack *stack)
{
	char label[LABEL_LEN];

	format_label(stack, label);
	fputs(label, out);
	for (size_t i = stack->frame_count; i-- > 0;) {
		const struct frame *frame = &stack->frames[i];

		fputc(';', out);
		if (frame->symbol)
			text_print(out, frame->symbol, ";");
		else
			fprintf(out, "0x%" PRIx64, frame->address);
	}
	if (!stack->frame_count)
		fputs(";" LOST_FRAME, out);
}

/* Returns the chain of functions, to be freed, or NULL. */
static char *make_chain(const struct counted_stack *stack)
{
	struct output out;
	int failed;

	if (output_begin(&out) < 0)
		return NULL;
	print_chain(out.text, stack);
	failed = ferror(out.text);
	if (fclose(out.text) == 0 && !failed)
		return out.buffer;
	free(out.buffer);
	return NULL;
}

static int by_chain(const void *left, const void *right)
{
	const struct folded *a = left, *b = right;

	return strcmp(a->chain, b->chain);
}

static int make_chains(struct folded *folded, const struct stack_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		folded[i].chain = make_chain(&list->stacks[i]);
		folded[i].count = list->stacks[i].count;
		if (!folded[i].chain)
			return -ENOMEM;
	}
	qsort(folded, list->count, sizeof(*folded), by_chain);
	return 0;
}

/* One line for those that differed in their offsets only. */
static int print_chains(FILE *file, const struct folded *folded, size_t count)
{
	struct output out;
	int error = output_begin(&out);
	uint64_t sum = 0;

	if (error)
		return error;
	for (size_t i = 0; i < count; i++) {
		sum += folded[i].count;
		if (i + 1 < count && by_chain(&folded[i], &folded[i + 1]) == 0)
			continue;
		fprintf(out.text, "%s %" PRIu64 "\n", folded[i].chain, sum);
		sum = 0;
	}
	return output_end(&out, file);
}

int render_folded(FILE *file, const struct stack_list *list)
{
	struct folded *folded = calloc(list->count + 1, sizeof(*folded));
	int error;

	if (!folded)
		return -ENOMEM;
	error = make_chains(folded, list);
	if (!error)
		error = print_chains(file, folded, list->count);
	for (size_t i = 0; i < list->count; i++)
		free(folded[i].chain);
	free(folded);
	return error;
}
