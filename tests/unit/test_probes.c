// SPDX-License-Identifier: GPL-2.0-only
/* The table of probes: what hangs on single entries of it. */
#include "support.h"

#include <string.h>

#include "probes.h"

static bool is_among(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

/*
 * Without these there are no exact counts, so that tracing has to be refused;
 * without any other it goes on and names what is lacking.
 */
static void tracing_needs_few(void **state)
{
	static const char *const required[] = {
		"request_irq", "msi_exit",      "msi",
		"wakeup",      "inatomic_exit", NULL,
	};

	(void)state;
	for (size_t i = 0; i < probe_count; i++)
		if (probes[i].required != is_among(probes[i].name, required))
			fail_msg("%s", probes[i].name);
}

/* A program that reads a module's types is of no use once another is loaded. */
static void programs_that_read_modules(void **state)
{
	static const char *const readers[] = {"inspect", NULL};

	(void)state;
	for (size_t i = 0; i < probe_count; i++)
		if (probes[i].reads_modules !=
		    is_among(probes[i].name, readers))
			fail_msg("%s", probes[i].name);
}

static void arguments_that_differ(void **state)
{
	static const char *const updates[] = {"pi_update", NULL};

	(void)state;
	for (size_t i = 0; i < probe_count; i++)
		if (probes[i].is_pi_update != is_among(probes[i].name, updates))
			fail_msg("%s", probes[i].name);
}

static const struct probe *probe_named(const char *name)
{
	for (size_t i = 0; i < probe_count; i++)
		if (!strcmp(probes[i].name, name))
			return &probes[i];
	fail_msg("no probe %s", name);
	return NULL;
}

static void partners_are_mutual(void **state)
{
	(void)state;
	for (size_t i = 0; i < probe_count; i++) {
		const struct probe *partner;

		if (!probes[i].partner)
			continue;
		partner = probe_named(probes[i].partner);
		assert_string_equal(partner->partner, probes[i].name);
		assert_string_equal(partner->function, probes[i].function);
		assert_string_equal(partner->without, probes[i].without);
		assert_int_equal(partner->purpose, probes[i].purpose);
	}
}

static void names_are_distinct(void **state)
{
	(void)state;
	for (size_t i = 0; i < probe_count; i++)
		assert_ptr_equal(probe_named(probes[i].name), &probes[i]);
}

static void candidates_are_ranked(void **state)
{
	const struct probe *probe = probe_named("msi");

	(void)state;
	assert_string_equal(probe_candidate(probe, false, 0)->program,
			    "fentry_msi");
	assert_string_equal(probe_candidate(probe, false, 1)->program,
			    "kprobe_msi");
	assert_string_equal(probe_candidate(probe, true, 0)->program,
			    "untyped_msi");
	assert_null(probe_candidate(probe, true, 1)->program);
	assert_false(probe_is_untyped_only(probe));
	assert_true(probe_is_untyped_only(probe_named("msi_exit")));
}

/* Some are attached elsewhere, in the kernel itself. */
static void candidates_have_functions(void **state)
{
	const struct probe *probe = probe_named("irqfd_shutdown");
	const struct probe_candidate *fexit = probe_candidate(probe, false, 0);
	const struct probe_candidate *kprobe = probe_candidate(probe, false, 1);

	(void)state;
	assert_string_equal(probe_candidate_function(probe, fexit),
			    "eventfd_ctx_remove_wait_queue");
	assert_null(probe_candidate_module(probe, fexit));
	assert_string_equal(probe_candidate_function(probe, kprobe),
			    "irqfd_shutdown");
	assert_string_equal(probe_candidate_module(probe, kprobe), "kvm");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracing_needs_few),
		cmocka_unit_test(programs_that_read_modules),
		cmocka_unit_test(arguments_that_differ),
		cmocka_unit_test(partners_are_mutual),
		cmocka_unit_test(names_are_distinct),
		cmocka_unit_test(candidates_are_ranked),
		cmocka_unit_test(candidates_have_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
