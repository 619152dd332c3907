// SPDX-License-Identifier: GPL-2.0-only
/* Why a program was refused, as libbpf passes the verifier's log on. */
#include "support.h"

#include <string.h>

#include "verifier_log.h"

#define BEGINS "libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\n"
#define ENDS   "-- END PROG LOAD LOG --\n"

static void check(const char *message, const char *wanted)
{
	char cause[80] = "none";

	assert_int_equal(verifier_log_cause(message, cause, sizeof(cause)),
			 strcmp(wanted, "none") != 0);
	assert_string_equal(cause, wanted);
}

static void the_last_line_is_the_cause(void **state)
{
	(void)state;
	check(BEGINS "0: (85) call bpf_get_current_task_btf#158\n"
		     "R1 type=scalar expected=fp\n" ENDS,
	      "R1 type=scalar expected=fp");
	check(BEGINS "BPF_XADD uses reserved fields\n"
		     "processed 12 insns (limit 1000000)\n" ENDS,
	      "BPF_XADD uses reserved fields");
}

static void statistics_are_none(void **state)
{
	(void)state;
	check(BEGINS "math between fp pointer and register is prohibited\n"
		     "verification time 12 usec\n"
		     "stack depth 0+16\n"
		     "processed 3 insns (limit 1000000)\n"
		     "\n" ENDS,
	      "math between fp pointer and register is prohibited");
	check(BEGINS "unreachable insn 3\n"
		     "subprog 0 main insns 4 stack 0\n" ENDS,
	      "unreachable insn 3");
	check(BEGINS "processed 0 insns (limit 1000000)\n" ENDS, "none");
}

/* A kernel has no name for what came after it. */
static void an_unknown_helper_is_named(void **state)
{
	(void)state;
	check(BEGINS "invalid func unknown#181\n" ENDS,
	      "invalid func unknown#181 (bpf_loop)");
	check(BEGINS "invalid func unknown#184\n" ENDS,
	      "invalid func unknown#184 (bpf_get_func_ret)");
	check(BEGINS "invalid func unknown#1000181\n" ENDS,
	      "invalid func unknown#1000181");
	check(BEGINS "unknown func bpf_loop#181\n" ENDS,
	      "unknown func bpf_loop#181");
}

static void what_is_no_log_has_no_cause(void **state)
{
	(void)state;
	check("", "none");
	check("libbpf: prog 'x': failed to load: -22\n", "none");
	check(BEGINS, "none");
	check(BEGINS ENDS, "none");
	check(BEGINS "cut short", "none");
	check("invalid func unknown#181\n" ENDS, "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_is_the_cause),
		cmocka_unit_test(statistics_are_none),
		cmocka_unit_test(an_unknown_helper_is_named),
		cmocka_unit_test(what_is_no_log_has_no_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
