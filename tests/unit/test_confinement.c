// SPDX-License-Identifier: GPL-2.0-only
/* What a container keeps from a process that has all capabilities. */
#include "support.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confinement.h"

/* As a container's runtime has it. */
static bool refuse(unsigned int call, unsigned int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {ARRAY_SIZE(filter), filter};

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Bits of what is found, in a child, since a filter stays. */
static int look_behind(unsigned int call, unsigned int error)
{
	struct confinement found;
	pid_t child = fork();
	int status;

	if (!child) {
		if (!refuse(call, error))
			_exit(0x80);
		confinement_look(&found);
		_exit(found.bpf_filtered | found.perf_filtered << 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void filters_are_told_from_the_kernel(void **state)
{
	static const unsigned int errors[] = {EPERM, ENOSYS};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		assert_int_equal(look_behind(SYS_bpf, errors[i]) & ~2, 1);
		assert_int_equal(
			look_behind(SYS_perf_event_open, errors[i]) & ~1, 2);
	}
}

static void user_namespaces_are_seen(void **state)
{
	struct confinement found;
	pid_t child = fork();
	int status;

	(void)state;
	if (!child) {
		if (unshare(CLONE_NEWUSER))
			_exit(2);
		confinement_look(&found);
		_exit(found.in_user_namespace);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip();
	assert_int_equal(WEXITSTATUS(status), 1);
}

static void causes_are_worded(void **state)
{
	struct confinement c = {.bpf_filtered = false};

	(void)state;
	assert_null(confinement_of_loading(&c));
	assert_null(confinement_of_kprobes(&c));
	c.perf_filtered = true;
	assert_null(confinement_of_loading(&c));
	assert_string_equal(confinement_of_kprobes(&c),
			    "a filter of system calls (seccomp) refuses "
			    "perf_event_open(2)");
	c.in_user_namespace = true;
	assert_string_equal(confinement_of_loading(&c),
			    "they are those of a user namespace, and BPF takes "
			    "the host's");
	c.bpf_filtered = true;
	assert_string_equal(
		confinement_of_loading(&c),
		"a filter of system calls (seccomp) refuses bpf(2)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_are_told_from_the_kernel),
		cmocka_unit_test(user_namespaces_are_seen),
		cmocka_unit_test(causes_are_worded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
