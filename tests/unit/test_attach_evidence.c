// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include "attach_evidence.h"

/* From 6.12, with fentry on vfio_msihandler and a kprobe on irqfd_wakeup. */
static const char list[] =
	"free_irq (1) R   D   M \ttramp: ftrace_regs_caller+0x0/0x65\n"
	"\tdirect-->bpf_trampoline_6442472527+0x0/0xe0\n"
	"vfio_msihandler [vfio_pci_core] (1) R   D   M \ttramp: x\n"
	"\tdirect-->bpf_trampoline_40802302302+0x0/0xac\n"
	"irqfd_wakeup [kvm] (1) R         \ttramp: y ->kprobe_ftrace_handler\n"
	"kvm_arch_set_irq_inatomic [kvm] (1) R   D   M \ttramp: x\n"
	"\tdirect-->bpf_trampoline_49392237498+0x0/0xf8\n";

static void a_direct_call_is_needed_by_fentry(void **state)
{
	(void)state;
	assert_int_equal(verify_in_list(list, NULL, "free_irq", METHOD_FEXIT),
			 ATTACH_TOOK);
	assert_int_equal(verify_in_list(list, "vfio_pci_core",
					"vfio_msihandler", METHOD_FENTRY),
			 ATTACH_TOOK);
	/* The next function's direct call is not this one's. */
	assert_int_equal(
		verify_in_list(list, "kvm", "irqfd_wakeup", METHOD_FENTRY),
		ATTACH_DID_NOT_TAKE);
	assert_int_equal(
		verify_in_list(list, "kvm", "irqfd_wakeup", METHOD_KPROBE),
		ATTACH_TOOK);
}

/* From 7.3: a trampoline that calls the function is jumped to. */
static void a_trampoline_may_be_jumped_to(void **state)
{
	static const char jumped[] =
		"free_irq (1) R   D   M \ttramp: ftrace_regs_caller+0x0/0x61\n"
		"\tdirect(jmp)-->bpf_trampoline_6442545291+0x0/0xdc\n"
		"irqfd_inject [kvm] (1) R       M \ttramp: y\n";

	(void)state;
	assert_int_equal(verify_in_list(jumped, NULL, "free_irq", METHOD_FEXIT),
			 ATTACH_TOOK);
	assert_int_equal(
		verify_in_list(jumped, "kvm", "irqfd_inject", METHOD_FEXIT),
		ATTACH_DID_NOT_TAKE);
}

static void names_are_whole_and_of_their_module(void **state)
{
	(void)state;
	assert_int_equal(
		verify_in_list(list, "kvm", "irqfd_wake", METHOD_KPROBE),
		ATTACH_DID_NOT_TAKE);
	assert_int_equal(
		verify_in_list(list, "mshv", "irqfd_wakeup", METHOD_KPROBE),
		ATTACH_DID_NOT_TAKE);
	assert_int_equal(
		verify_in_list(list, NULL, "irqfd_wakeup", METHOD_KPROBE),
		ATTACH_DID_NOT_TAKE);
	assert_int_equal(verify_in_list("", NULL, "free_irq", METHOD_KPROBE),
			 ATTACH_DID_NOT_TAKE);
}

#define CHECK_TEXT(verdict, ...)                                               \
	do {                                                                   \
		static const unsigned char text[] = {__VA_ARGS__};             \
		assert_int_equal(verify_in_text(text, sizeof(text)), verdict); \
	} while (0)

static void bytes_show_what_was_patched(void **state)
{
	(void)state;
	CHECK_TEXT(ATTACH_DID_NOT_TAKE, 0x0f, 0x1f, 0x44, 0, 0, 0x55);
	CHECK_TEXT(ATTACH_DID_NOT_TAKE, 0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x1f,
		   0x44, 0, 0);
	CHECK_TEXT(ATTACH_TOOK, 0xe8, 1, 2, 3, 4, 0x55);
	CHECK_TEXT(ATTACH_TOOK, 0xf3, 0x0f, 0x1e, 0xfa, 0xe8, 1, 2, 3, 4);
	/* An endbr64 that was sealed, and an int3. */
	CHECK_TEXT(ATTACH_TOOK, 0x66, 0x0f, 0x1f, 0, 0xcc, 0, 0, 0, 0);
	CHECK_TEXT(ATTACH_UNVERIFIABLE, 0x55, 0x48, 0x89, 0xe5, 0x41, 0x57, 0,
		   0, 0);
	CHECK_TEXT(ATTACH_UNVERIFIABLE, 0x0f, 0x1f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_direct_call_is_needed_by_fentry),
		cmocka_unit_test(a_trampoline_may_be_jumped_to),
		cmocka_unit_test(names_are_whole_and_of_their_module),
		cmocka_unit_test(bytes_show_what_was_patched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
