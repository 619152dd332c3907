// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "vm_names.h"

/* Beyond the largest that there can be. */
#define NOBODY (1 << 30)

static void assert_name(struct vm_names *names, pid_t pid, const char *comm)
{
	struct vm_identity vm;

	vm_names_identify(names, pid, &vm);
	assert_true(vm.known);
	assert_int_equal(vm.pid, pid);
	assert_string_equal(vm.comm, comm);
}

static void a_name_is_read_once_a_round(void **state)
{
	struct vm_names names = {0};

	(void)state;
	prctl(PR_SET_NAME, "before");
	assert_name(&names, getpid(), "before");
	prctl(PR_SET_NAME, "after");
	assert_name(&names, getpid(), "before");
	vm_names_forget(&names);
	assert_name(&names, getpid(), "after");
	/* The file ends in an end of line that is not the name's. */
	vm_names_forget(&names);
	prctl(PR_SET_NAME, "a\nb\n");
	assert_name(&names, getpid(), "a\nb\n");
	vm_names_free(&names);
}

static void each_process_has_its_own(void **state)
{
	struct vm_names names = {0};

	(void)state;
	prctl(PR_SET_NAME, "mine");
	/* In no order, some of them before and some behind it. */
	for (int i = 0; i < 100; i++)
		assert_name(&names, NOBODY + i * 37 % 100, "");
	assert_name(&names, getpid(), "mine");
	for (int i = 0; i < 100; i++)
		assert_name(&names, NOBODY + i, "");
	assert_int_equal(names.count, 101);
	assert_name(&names, getpid(), "mine");
	vm_names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_read_once_a_round),
		cmocka_unit_test(each_process_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
