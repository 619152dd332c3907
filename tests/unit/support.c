// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "text_escape.h"

FILE *capture_begin(struct capture *capture)
{
	capture->file = open_memstream(&capture->text, &capture->size);
	assert_non_null(capture->file);
	return capture->file;
}

char *capture_end(struct capture *capture)
{
	assert_int_equal(fclose(capture->file), 0);
	return capture->text;
}

void temporary_template(char path[TEMPORARY_LEN])
{
	const char *directory = getenv("TMPDIR");
	int len = snprintf(path, TEMPORARY_LEN, "%s/pitrace-test-XXXXXX",
			   directory ? directory : "/tmp");

	assert_in_range(len, 1, TEMPORARY_LEN - 1);
}

char *read_fixture(const char *name)
{
	struct capture capture;
	FILE *file = fopen(name, "r"), *to;
	int c;

	assert_non_null(file);
	to = capture_begin(&capture);
	while ((c = fgetc(file)) != EOF)
		fputc(c, to);
	fclose(file);
	return capture_end(&capture);
}

size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

size_t widest(const char *text)
{
	char *copy = strdup(text), *rest = copy, *line;
	size_t most = 0;

	assert_non_null(copy);
	while ((line = strsep(&rest, "\n"))) {
		size_t columns = text_columns(line);

		most = columns > most ? columns : most;
	}
	free(copy);
	return most;
}

int each_row(const char *text, interrupt_row_fn *row, void *arg)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	int result;

	assert_non_null(file);
	result = proc_interrupts_for_each(file, row, arg);
	fclose(file);
	return result;
}

struct pci_address device_of_bus(unsigned int bus)
{
	return (struct pci_address){.bus = (uint8_t)bus};
}

void set_vector(struct vector_snapshot *vector, unsigned int bus,
		enum vector_kind kind, unsigned int number, int irq,
		enum delivery_path path, uint64_t count)
{
	vector->name = (struct vector_name){device_of_bus(bus), kind, number};
	vector->irq = irq;
	vector->paths[path] = count;
}

void set_target(struct vector_snapshot *vector, int vcpu, int guest_vector,
		unsigned int cpu)
{
	vector->targets = calloc(1, sizeof(*vector->targets));
	vector->cpus = calloc(1, sizeof(*vector->cpus));
	assert_non_null(vector->targets);
	assert_non_null(vector->cpus);
	vector->targets[0] = (struct target){vcpu, guest_vector, 1};
	vector->cpus[0] = (struct cpu_count){cpu, 1};
	vector->target_count = 1;
	vector->cpu_count = 1;
}

void add_stack(struct stack_list *list, unsigned int bus, unsigned int vector,
	       unsigned int label, uint64_t count, const struct frame *frames,
	       size_t frame_count)
{
	struct counted_stack *stack;

	list->stacks = reallocarray(list->stacks, list->count + 1,
				    sizeof(*list->stacks));
	assert_non_null(list->stacks);
	stack = &list->stacks[list->count++];
	*stack = (struct counted_stack){
		.has_vector = true,
		.vector = {device_of_bus(bus), VECTOR_MSIX, vector},
		.label = label,
		.count = count,
		.frame_count = frame_count,
	};
	if (!frame_count)
		return;
	stack->frames = calloc(frame_count, sizeof(*frames));
	assert_non_null(stack->frames);
	memcpy(stack->frames, frames, frame_count * sizeof(*frames));
}
