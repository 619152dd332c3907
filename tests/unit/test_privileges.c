// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process is left with, as the kernel tells: each test does it to a
 * child. As root all sets are looked at; without, there was nothing to begin
 * with, and the bounding set has to stay.
 */
#include "support.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "privilege_needs.h"
#include "privileges.h"

struct sets {
	unsigned long long effective, permitted, inheritable, bounding, ambient;
	int no_new_privs;
};

static struct sets sets_now(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	struct sets sets = {.no_new_privs = -1};
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		(void)sscanf(line, "CapEff: %llx", &sets.effective);
		(void)sscanf(line, "CapPrm: %llx", &sets.permitted);
		(void)sscanf(line, "CapInh: %llx", &sets.inheritable);
		(void)sscanf(line, "CapBnd: %llx", &sets.bounding);
		(void)sscanf(line, "CapAmb: %llx", &sets.ambient);
		(void)sscanf(line, "NoNewPrivs: %d", &sets.no_new_privs);
	}
	if (file)
		(void)fclose(file);
	return sets;
}

/* Ends the child with the number of the line that does not hold. */
#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition))                                              \
			_exit(__LINE__ % 255 + 1);                             \
	} while (0)

static void in_child(void (*check)(const struct sets *before))
{
	struct sets before = sets_now();
	pid_t child = fork();
	int status;

	if (!child) {
		check(&before);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void check_confined(const struct sets *before)
{
	bool can = before->effective & PRIVILEGE_BIT(CAP_SETPCAP);
	uint64_t kept = privileges_useful(before->permitted);
	struct sets after;

	CHECK(!privileges_confine());
	after = sets_now();
	CHECK(after.permitted == kept && after.effective == kept);
	CHECK(!after.inheritable && !after.ambient);
	CHECK(after.no_new_privs == 1);
	CHECK(after.bounding == (can ? 0 : before->bounding));
	if (can)
		CHECK(prctl(PR_GET_SECUREBITS) & SECBIT_NOROOT_LOCKED);
	CHECK(privileges_in_effect() == kept);
}

static void check_rest(const struct sets *before)
{
	uint64_t kept = privileges_useful(before->permitted);
	struct sets after;

	CHECK(!privileges_confine() && !privileges_rest());
	after = sets_now();
	CHECK(after.permitted == kept && !after.effective);
	CHECK(!privileges_resume());
	CHECK(sets_now().effective == kept);
	CHECK(!privileges_rest());
	CHECK(!privileges_in_effect());
}

static void check_drop(const struct sets *before)
{
	struct sets after;

	(void)before;
	CHECK(!privileges_confine() && !privileges_drop());
	after = sets_now();
	CHECK(!after.permitted && !after.effective);
	/* For good: there is nothing to resume. */
	CHECK(!privileges_resume());
	CHECK(!privileges_in_effect());
}

static void what_is_of_no_use_goes(void **state)
{
	(void)state;
	in_child(check_confined);
}

static void the_rest_can_be_resumed(void **state)
{
	(void)state;
	in_child(check_rest);
}

static void what_was_dropped_cannot(void **state)
{
	(void)state;
	in_child(check_drop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_of_no_use_goes),
		cmocka_unit_test(the_rest_can_be_resumed),
		cmocka_unit_test(what_was_dropped_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
