// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <string.h>

#include "probes.h"
#include "stack_top.h"

#define PROGRAM(name)                                                          \
	{                                                                      \
		.symbol = "bpf_prog_0123456789abcdef_" name, .module = "bpf"   \
	}

static void the_program_on_top_tells(void **state)
{
	/* As 7.3 has it; above the program are functions of it. */
	const struct frame frames[] = {
		{.symbol = "__bpf_get_task_stack"},
		PROGRAM("take_run_stack"),
		PROGRAM("claim_run"),
		PROGRAM("fexit_inatomic"),
		{.symbol = "bpf_trampoline_49392258327", .module = "bpf"},
		{.symbol = "irqfd_wakeup", .module = "kvm"},
	};
	const struct frame cut[] = {PROGRAM("fentry_svm_deli")};
	const struct frame whole[] = {PROGRAM("fentry_svm_deliver")};

	(void)state;
	assert_string_equal(stack_taker(frames, 6).probe->name,
			    "inatomic_exit");
	assert_string_equal(stack_taker(cut, 1).probe->name, "svm_deliver");
	assert_string_equal(stack_taker(whole, 1).probe->name, "svm_deliver");
}

static void nothing_else_is_taken_for_it(void **state)
{
	/* A kprobe's stack, of an interrupt that hit another program. */
	const struct frame kprobe[] = {
		{.symbol = "vfio_msihandler", .module = "vfio_pci_core"},
		PROGRAM("fexit_affinity"),
	};
	const struct frame other[] = {PROGRAM("fexit_foreign")};
	const struct frame tracepoint[] = {PROGRAM("tracepoint_pi_u")};
	const struct frame no_name[] = {
		{.symbol = "bpf_prog_0123456789abcdef", .module = "bpf"}};
	const struct frame no_symbol[] = {{.address = 1}};

	(void)state;
	assert_null(stack_taker(kprobe, 2).probe);
	assert_null(stack_taker(other, 1).probe);
	assert_null(stack_taker(tracepoint, 1).probe);
	assert_null(stack_taker(no_name, 1).probe);
	assert_null(stack_taker(no_symbol, 1).probe);
	assert_null(stack_taker(NULL, 0).probe);
}

static void check_is_found(const struct probe *probe, size_t rank)
{
	const struct probe_candidate *candidate = &probe->candidates[rank];
	char symbol[64];
	const struct frame frame = {.symbol = symbol, .module = "bpf"};
	struct stack_taker taker;

	if (candidate->method != METHOD_FENTRY &&
	    candidate->method != METHOD_FEXIT)
		return;
	snprintf(symbol, sizeof(symbol), "bpf_prog_0123456789abcdef_%.15s",
		 candidate->program);
	taker = stack_taker(&frame, 1);
	assert_ptr_equal(taker.probe, probe);
	assert_int_equal(taker.rank, rank);
}

/* Each fentry and fexit program is found as its own probe's. */
static void cut_names_are_not_mixed_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < probe_count; i++)
		for (size_t j = 0; j < PROBE_CANDIDATES; j++)
			check_is_found(&probes[i], j);
}

static void another_function_may_tell(void **state)
{
	const struct frame frame = PROGRAM("fexit_waiter_re");
	struct stack_taker taker = stack_taker(&frame, 1);
	const struct probe_candidate *candidate;

	(void)state;
	candidate = &taker.probe->candidates[taker.rank];
	assert_string_equal(taker.probe->name, "irqfd_shutdown");
	assert_string_equal(probe_candidate_function(taker.probe, candidate),
			    "eventfd_ctx_remove_wait_queue");
	assert_null(probe_candidate_module(taker.probe, candidate));
	/* The next one is on the probe's own. */
	candidate++;
	assert_string_equal(probe_candidate_function(taker.probe, candidate),
			    "irqfd_shutdown");
	assert_string_equal(probe_candidate_module(taker.probe, candidate),
			    "kvm");
}

static void a_missing_function_is_put_on_top(void **state)
{
	const struct frame function = {.address = 0x1000,
				       .symbol = "kvm_arch_set_irq_inatomic",
				       .module = "kvm"};
	struct frame frames[3] = {
		{.address = 1, .symbol = "irqfd_wakeup", .module = "kvm"}};

	(void)state;
	assert_int_equal(stack_put_top(frames, 1, &function), 2);
	assert_int_equal(frames[0].address, 0x1000);
	assert_int_equal(frames[1].address, 1);
	/* Once is enough, and a frame that is there keeps its address. */
	frames[0].address = 0x1009;
	assert_int_equal(stack_put_top(frames, 2, &function), 2);
	assert_int_equal(frames[0].address, 0x1009);
	/* Another module's function of this name is another function. */
	frames[0].module = NULL;
	assert_int_equal(stack_put_top(frames, 2, &function), 3);
	assert_int_equal(stack_put_top(frames, 0, &function), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_program_on_top_tells),
		cmocka_unit_test(nothing_else_is_taken_for_it),
		cmocka_unit_test(cut_names_are_not_mixed_up),
		cmocka_unit_test(another_function_may_tell),
		cmocka_unit_test(a_missing_function_is_put_on_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
