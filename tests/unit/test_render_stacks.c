// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"

static const struct frame by_irqfd[] = {
	{0xffffffffc0a81235, "vmx_deliver_interrupt", "kvm_intel", 5},
	{0xffffffffc0900013, "vfio_msihandler", "vfio_pci_core", 19},
	{0xffffffffc0003001, NULL, NULL, 0},
	{0xffffffff81000155, "handle_irq_event", NULL, 56},
};

static const struct frame by_eventfd[] = {
	{0xffffffff81000200, "eventfd_signal_mask", NULL, 112},
	{0xffffffff81000155, "handle_irq_event", NULL, 56},
};

/* The same functions, elsewhere in the last one. */
static const struct frame by_eventfd_too[] = {
	{0xffffffff81000200, "eventfd_signal_mask", NULL, 112},
	{0xffffffff81000156, "handle_irq_event", NULL, 57},
};

static void make_list(struct stack_list *list)
{
	*list = (struct stack_list){0};
	add_stack(list, 3, 3, PATH_IRQFD, 40, by_irqfd, 4);
	add_stack(list, 3, 0, PATH_EVENTFD, 2, by_eventfd, 2);
	add_stack(list, 3, 0, PATH_EVENTFD, 7, NULL, 0);
	add_stack(list, 3, 0, PATH_EVENTFD, 3, by_eventfd_too, 2);
	list->stacks[2].vector.kind = VECTOR_INTX;
}

static void stacks_read_like_bpftrace(void **state)
{
	struct stack_list list;
	struct capture capture;
	char *text;

	(void)state;
	make_list(&list);
	assert_int_equal(render_stacks(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_string_equal(text, "@[\n"
				  "    eventfd_signal_mask+112\n"
				  "    handle_irq_event+56\n"
				  ", 0000:03:00.0 msix 0 eventfd]: 2\n"
				  "@[\n"
				  "    eventfd_signal_mask+112\n"
				  "    handle_irq_event+57\n"
				  ", 0000:03:00.0 msix 0 eventfd]: 3\n"
				  "@[\n"
				  "    [lost stack]\n"
				  ", 0000:03:00.0 intx eventfd]: 7\n"
				  "@[\n"
				  "    vmx_deliver_interrupt+5\n"
				  "    vfio_msihandler+19\n"
				  "    0xffffffffc0003001\n"
				  "    handle_irq_event+56\n"
				  ", 0000:03:00.0 msix 3 irqfd]: 40\n");
	free(text);
	stack_list_free(&list);
}

static void folded_merges_functions(void **state)
{
	struct stack_list list;
	struct capture capture;
	char *text;

	(void)state;
	make_list(&list);
	assert_int_equal(render_folded(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_string_equal(
		text,
		"0000:03:00.0 intx eventfd;[lost stack] 7\n"
		"0000:03:00.0 msix 0 eventfd;handle_irq_event;"
		"eventfd_signal_mask 5\n"
		"0000:03:00.0 msix 3 irqfd;handle_irq_event;"
		"0xffffffffc0003001;vfio_msihandler;vmx_deliver_interrupt 40\n");
	free(text);
	stack_list_free(&list);
}

static void names_cannot_end_a_frame(void **state)
{
	static const struct frame odd[] = {{1, "a;b\nc\033\xff]: 9", NULL, 0}};
	struct stack_list list = {0};
	struct capture capture;
	char *text;

	(void)state;
	add_stack(&list, 3, 0, PATH_IRQFD, 1, odd, 1);
	assert_int_equal(render_folded(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_string_equal(text, "0000:03:00.0 msix 0 irqfd;"
				  "a\\x3bb\\x0ac\\x1b\\xff]: 9 1\n");
	free(text);
	assert_int_equal(render_stacks(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_string_equal(text, "@[\n"
				  "    a;b\\x0ac\\x1b\\xff\\x5d: 9+0\n"
				  ", 0000:03:00.0 msix 0 irqfd]: 1\n");
	free(text);
	stack_list_free(&list);
}

static void nothing_gives_nothing(void **state)
{
	struct stack_list list = {0};
	struct capture capture;
	char *text;

	(void)state;
	stack_list_merge(&list);
	assert_int_equal(render_stacks(capture_begin(&capture), &list), 0);
	assert_int_equal(render_folded(capture.file, &list), 0);
	text = capture_end(&capture);
	assert_string_equal(text, "");
	free(text);
	stack_list_free(&list);
}

/*
 * What FlameGraph's stackcollapse-bpftrace.pl makes of a text: "@[" alone
 * begins a stack; "(,?)(blank?)LABEL]: COUNT" ends it, and LABEL becomes its
 * root; every line between is a frame. Returns the sum of the counts.
 */
static uint64_t collapse(char *text, size_t *stacks, size_t *frames)
{
	bool inside = false;
	char *rest = text, *line;
	uint64_t sum = 0;

	*stacks = *frames = 0;
	while ((line = strsep(&rest, "\n")) && (*line || rest)) {
		char *end = strstr(line, "]: ");

		if (!inside) {
			assert_string_equal(line, "@[");
			inside = true;
		} else if (end && isdigit((unsigned char)end[3])) {
			assert_memory_equal(line, ", 0000:", 7);
			sum += strtoull(end + 3, NULL, 10);
			(*stacks)++;
			inside = false;
		} else {
			assert_memory_equal(line, "    ", 4);
			assert_int_equal(strcspn(line + 4, "@, "),
					 strlen(line + 4));
			(*frames)++;
		}
	}
	assert_false(inside);
	return sum;
}

static void stacks_can_be_collapsed(void **state)
{
	struct stack_list list = {0};
	struct capture capture;
	size_t stacks, frames;
	char *text;

	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		add_stack(&list, 3, i, i % PATH_COUNT, i + 1, by_irqfd,
			  1 + i % 4);
	assert_int_equal(render_stacks(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_int_equal(collapse(text, &stacks, &frames), 5050);
	assert_int_equal(stacks, 100);
	assert_int_equal(frames, 250);
	free(text);
	stack_list_free(&list);
}

static uint64_t sum_of(const struct stack_list *list)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < list->count; i++)
		sum += list->stacks[i].count;
	return sum;
}

static void two_stacks_are_merged(void **state)
{
	struct stack_list list = {0};

	(void)state;
	add_stack(&list, 3, 0, PATH_IRQFD, 1, by_irqfd, 4);
	add_stack(&list, 3, 0, PATH_IRQFD, 2, by_irqfd, 4);
	stack_list_merge(&list);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.stacks[0].count, 3);
	stack_list_free(&list);
}

static void same_stacks_are_merged(void **state)
{
	struct stack_list list = {0};

	(void)state;
	for (unsigned int round = 0; round < 3; round++) {
		add_stack(&list, 3, 0, PATH_IRQFD, 1, by_irqfd, 4);
		add_stack(&list, 3, 0, PATH_IRQFD, 10, by_irqfd, 3);
		add_stack(&list, 3, 0, PATH_EVENTFD, 100, by_irqfd, 4);
		add_stack(&list, 3, 1, PATH_IRQFD, 1000, by_irqfd, 4);
		add_stack(&list, 4, 0, PATH_IRQFD, 10000, by_irqfd, 4);
		add_stack(&list, 3, 0, PATH_IRQFD, 100000, NULL, 0);
		add_stack(&list, 3, 0, PATH_EVENTFD, 1000000, by_eventfd, 2);
		add_stack(&list, 3, 0, PATH_EVENTFD, 10000000, by_eventfd_too,
			  2);
	}
	for (int again = 0; again < 2; again++) {
		stack_list_merge(&list);
		assert_int_equal(list.count, 8);
		assert_int_equal(sum_of(&list), 33333333);
	}
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.stacks[i].count % 3, 0);
	stack_list_free(&list);
	assert_int_equal(list.count, 0);
	stack_list_free(&list);
}

static void labels_are_distinct_words(void **state)
{
	static const struct {
		unsigned int label;
		const char *name;
	} some[] = {
		{PATH_IRQFD, "irqfd"},
		{PATH_UNKNOWN, "unknown"},
		{STACK_OF_CHANGE + CHANGE_POSTED, "posted"},
		{STACK_OF_CHANGE + CHANGE_BYPASS_DISCONNECTED,
		 "bypass_disconnected"},
		{STACK_OF_WAKEUP, "wakeup"},
		{STACK_OF_NOTIFICATION, "notification"},
		{STACK_OF_NESTED_NOTIFICATION, "nested_notification"},
	};

	(void)state;
	for (unsigned int i = 0; i < STACK_LABEL_COUNT; i++) {
		const struct counted_stack stack = {.label = i};
		const char *name = stack_label_name(i);

		assert_non_null(name);
		assert_int_equal(stack_is_of_event(&stack), i >= PATH_COUNT);
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(name, stack_label_name(j));
	}
	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		assert_string_equal(stack_label_name(some[i].label),
				    some[i].name);
}

/* Of events, of no vector, and the longest label that there is. */
static void make_event_list(struct stack_list *list)
{
	*list = (struct stack_list){0};
	add_stack(list, 3, 3, STACK_OF_CHANGE + CHANGE_POSTED, 1, by_eventfd,
		  1);
	add_stack(list, 0, 0, STACK_OF_WAKEUP, 2, by_eventfd, 1);
	list->stacks[1].has_vector = false;
	add_stack(list, 0xff, 2047,
		  STACK_OF_CHANGE + CHANGE_BYPASS_DISCONNECTED, 3, NULL, 0);
	list->stacks[2].vector.device.domain = UINT32_MAX;
	add_stack(list, 0, 0, STACK_OF_CHANGE + CHANGE_REMAPPED, 4, NULL, 0);
	list->stacks[3].has_vector = false;
}

static void events_have_labels_of_their_own(void **state)
{
	struct stack_list list;
	struct capture capture;
	char *text;

	(void)state;
	make_event_list(&list);
	assert_int_equal(render_stacks(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_string_equal(text, "@[\n"
				  "    eventfd_signal_mask+112\n"
				  ", 0000:03:00.0 msix 3 event:posted]: 1\n"
				  "@[\n"
				  "    eventfd_signal_mask+112\n"
				  ", - event:wakeup]: 2\n"
				  "@[\n"
				  "    [lost stack]\n"
				  ", ffffffff:ff:00.0 msix 2047 "
				  "event:bypass_disconnected]: 3\n"
				  "@[\n"
				  "    [lost stack]\n"
				  ", - event:remapped]: 4\n");
	free(text);

	assert_int_equal(render_folded(capture_begin(&capture), &list), 0);
	text = capture_end(&capture);
	assert_string_equal(text, "- event:remapped;[lost stack] 4\n"
				  "- event:wakeup;eventfd_signal_mask 2\n"
				  "0000:03:00.0 msix 3 event:posted;"
				  "eventfd_signal_mask 1\n"
				  "ffffffff:ff:00.0 msix 2047 "
				  "event:bypass_disconnected;[lost stack] 3\n");
	free(text);
	stack_list_free(&list);
}

/* Neither an event and a path nor a vector and none are the same. */
static void events_are_not_merged_with_others(void **state)
{
	struct stack_list list = {0};

	(void)state;
	for (unsigned int round = 0; round < 2; round++) {
		size_t first = list.count;

		add_stack(&list, 0, 0, PATH_IRQFD, 1, by_irqfd, 4);
		add_stack(&list, 0, 0, STACK_OF_CHANGE + CHANGE_POSTED, 10,
			  by_irqfd, 4);
		add_stack(&list, 0, 0, STACK_OF_CHANGE + CHANGE_REMAPPED, 100,
			  by_irqfd, 4);
		add_stack(&list, 0, 0, STACK_OF_WAKEUP, 1000, by_irqfd, 4);
		add_stack(&list, 0, 0, STACK_OF_WAKEUP, 10000, by_irqfd, 4);
		list.stacks[first + 4].has_vector = false;
		add_stack(&list, 0, 0, STACK_OF_NOTIFICATION, 100000, by_irqfd,
			  4);
		list.stacks[first + 5].has_vector = false;
	}
	stack_list_merge(&list);
	assert_int_equal(list.count, 6);
	assert_int_equal(sum_of(&list), 222222);
	/* What is of no vector comes first. */
	assert_int_equal(list.stacks[0].count, 20000);
	assert_int_equal(list.stacks[1].count, 200000);
	assert_int_equal(list.stacks[2].count, 2);
	assert_int_equal(list.stacks[3].count, 20);
	stack_list_free(&list);
}

static void write_errors_are_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct stack_list list;

	(void)state;
	assert_non_null(full);
	make_list(&list);
	assert_int_equal(render_stacks(full, &list), -ENOSPC);
	assert_int_equal(render_folded(full, &list), -ENOSPC);
	fclose(full);
	stack_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_read_like_bpftrace),
		cmocka_unit_test(folded_merges_functions),
		cmocka_unit_test(names_cannot_end_a_frame),
		cmocka_unit_test(nothing_gives_nothing),
		cmocka_unit_test(stacks_can_be_collapsed),
		cmocka_unit_test(same_stacks_are_merged),
		cmocka_unit_test(two_stacks_are_merged),
		cmocka_unit_test(labels_are_distinct_words),
		cmocka_unit_test(events_have_labels_of_their_own),
		cmocka_unit_test(events_are_not_merged_with_others),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
