// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <string.h>

#include "stack_clean.h"

#define MAX_FRAMES 24

/* Stacks are written as "symbol[module] ...", innermost first; "-": none. */
static size_t parse(char *text, struct frame *frames)
{
	size_t count = 0;
	char *rest = NULL;

	for (char *word = strtok_r(text, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		char *module = strchr(word, '[');

		if (module) {
			*module++ = '\0';
			module[strlen(module) - 1] = '\0';
		}
		frames[count] = (struct frame){
			.address = count + 1,
			.symbol = strcmp(word, "-") == 0 ? NULL : word,
			.module = module,
			.offset_bytes = 100 + count,
		};
		count++;
	}
	return count;
}

static void check(const char *before, const char *after)
{
	struct frame frames[MAX_FRAMES], expected[MAX_FRAMES];
	char a[1000], b[1000];
	size_t count, expected_count;

	snprintf(a, sizeof(a), "%s", before);
	snprintf(b, sizeof(b), "%s", after);
	count = stack_clean(frames, parse(a, frames));
	expected_count = parse(b, expected);
	assert_int_equal(count, expected_count);
	for (size_t i = 0; i < count; i++) {
		if (expected[i].symbol)
			assert_string_equal(frames[i].symbol,
					    expected[i].symbol);
		else
			assert_null(frames[i].symbol);
	}
	/* What is clean stays as it is. */
	assert_int_equal(stack_clean(frames, count), count);
}

static void clean_stack_stays(void **state)
{
	(void)state;
	check("", "");
	check("vfio_msihandler[vfio_pci_core] handle_irq_event do_idle",
	      "vfio_msihandler[vfio_pci_core] handle_irq_event do_idle");
	check("foo foo foo", "foo foo foo");
}

static void top_of_fentry_goes(void **state)
{
	(void)state;
	check("bpf_get_stackid bpf_prog_6deef7357e7b4530_handler[bpf] "
	      "bpf_trampoline_6442508829[bpf] vfio_msihandler[vfio_pci_core] "
	      "__handle_irq_event_percpu do_idle",
	      "vfio_msihandler[vfio_pci_core] __handle_irq_event_percpu "
	      "do_idle");
	check("bpf_get_stack_raw_tp __bpf_prog_enter_recur "
	      "bpf_prog_1_f[bpf] bpf_trampoline_1[bpf] foo bar",
	      "foo bar");
	check("__bpf_prog_exit foo", "foo");
}

static void top_of_tracepoint_goes(void **state)
{
	(void)state;
	check("bpf_prog_1_f[bpf] bpf_trace_run3 __bpf_trace_irq_handler_exit "
	      "__traceiter_irq_handler_exit __handle_irq_event_percpu do_idle",
	      "__handle_irq_event_percpu do_idle");
}

static void top_of_kprobe_goes(void **state)
{
	(void)state;
	check("bpf_prog_1_f[bpf] trace_call_bpf kprobe_perf_func "
	      "kprobe_dispatcher kprobe_ftrace_handler "
	      "ftrace_ops_assist_func ftrace_regs_call irqfd_wakeup[kvm] "
	      "__wake_up_common",
	      "irqfd_wakeup[kvm] __wake_up_common");
	check("bpf_prog_1_f[bpf] kretprobe_dispatcher "
	      "rethook_trampoline_handler arch_rethook_trampoline_callback "
	      "arch_rethook_trampoline eventfd_signal_mask do_idle",
	      "eventfd_signal_mask do_idle");
	check("opt_pre_handler optimized_callback "
	      "kprobe_optinsn_page[__builtin__kprobes] foo",
	      "foo");
	check("ftrace_trampoline[__builtin__ftrace] foo", "foo");
}

static void trampoline_in_the_middle_goes(void **state)
{
	(void)state;
	/* fentry only: the trampoline called nothing, foo is there once. */
	check("bar bpf_trampoline_1[bpf] baz", "bar baz");
	/* fexit: it called irqfd_wakeup, which is there twice. */
	check("kvm_arch_set_irq_inatomic[kvm] irqfd_wakeup[kvm] "
	      "bpf_trampoline_6442508829[bpf] irqfd_wakeup[kvm] "
	      "__wake_up_common do_idle",
	      "kvm_arch_set_irq_inatomic[kvm] irqfd_wakeup[kvm] "
	      "__wake_up_common do_idle");
	/* Two of them. */
	check("a b bpf_trampoline_1[bpf] b c bpf_trampoline_2[bpf] c d",
	      "a b c d");
	/* A recursion beside it is the kernel's own. */
	check("a a bpf_trampoline_1[bpf] a a b", "a a a b");
	check("a bpf_prog_1_f[bpf] bpf_trampoline_1[bpf] a b", "a b");
}

static void same_name_elsewhere_stays(void **state)
{
	(void)state;
	check("foo[kvm] bpf_trampoline_1[bpf] foo[vfio] bar",
	      "foo[kvm] foo[vfio] bar");
	check("foo bpf_trampoline_1[bpf] foo[vfio] bar", "foo foo[vfio] bar");
	/* Not in the generated code's module: functions of the kernel. */
	check("foo bpf_prog_run bar bpf_trampoline_link foo",
	      "foo bpf_prog_run bar bpf_trampoline_link foo");
}

static void frames_without_symbol_stay(void **state)
{
	(void)state;
	check("- bpf_prog_1_f[bpf] foo", "- foo");
	check("bpf_prog_1_f[bpf] - foo", "- foo");
	check("foo - bpf_trampoline_1[bpf] - bar", "foo - - bar");
	check("-", "-");
}

static void nothing_but_ours_leaves_nothing(void **state)
{
	(void)state;
	check("bpf_prog_1_f[bpf] bpf_trampoline_1[bpf]", "");
	check("foo bpf_trampoline_1[bpf]", "foo");
}

/* As 6.1 gave them, after another tracer had come and gone. */
static void trampolines_without_their_name_go(void **state)
{
	struct frame frames[] = {
		{1, "bpf_prog_1234_fentry_svm_deliver", "bpf", 30},
		{2, "__svm_sev_es_vcpu_run", "kvm_amd", 99000},
		{3, "svm_deliver_interrupt", "kvm_amd", 9},
		{4, "__apic_accept_irq", "kvm", 231},
		{5, "kvm_arch_set_irq_inatomic", "kvm", 167},
		{6, "__svm_sev_es_vcpu_run", "kvm_amd", 101582},
		{7, "kvm_arch_set_irq_inatomic", "kvm", 5},
		{8, NULL, NULL, 0},
		{9, "irqfd_wakeup", "kvm", 293},
	};
	static const uint64_t left[] = {3, 4, 5, 8, 9};
	size_t count = stack_clean(frames, 9);

	(void)state;
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(frames[i].address, left[i]);
}

/* Recursion returns behind a call of its own, never behind the patched one. */
static void recursion_stays(void **state)
{
	struct frame frames[] = {
		{1, "walk", NULL, 40},
		{2, "visit", NULL, 12},
		{3, "walk", NULL, 61},
	};

	(void)state;
	assert_int_equal(stack_clean(frames, 3), 3);
}

static void offsets_follow_their_frames(void **state)
{
	char text[] = "bpf_prog_1_f[bpf] foo bpf_trampoline_1[bpf] foo bar";
	struct frame frames[MAX_FRAMES];

	(void)state;
	assert_int_equal(stack_clean(frames, parse(text, frames)), 2);
	assert_int_equal(frames[0].address, 2);
	assert_int_equal(frames[0].offset_bytes, 101);
	assert_int_equal(frames[1].address, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_stack_stays),
		cmocka_unit_test(top_of_fentry_goes),
		cmocka_unit_test(top_of_tracepoint_goes),
		cmocka_unit_test(top_of_kprobe_goes),
		cmocka_unit_test(trampoline_in_the_middle_goes),
		cmocka_unit_test(same_name_elsewhere_stays),
		cmocka_unit_test(frames_without_symbol_stay),
		cmocka_unit_test(nothing_but_ours_leaves_nothing),
		cmocka_unit_test(trampolines_without_their_name_go),
		cmocka_unit_test(recursion_stays),
		cmocka_unit_test(offsets_follow_their_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
