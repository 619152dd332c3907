// SPDX-License-Identifier: GPL-2.0-only
/* What is lacking while probes are off, by the table of probes itself. */
#include <string.h>

#include "support.h"

#include "probe_lack.h"
#include "probes.h"

#define PROBES_MAX 64

static struct probe_status statuses[PROBES_MAX];

/* All that are of use where types are known, and all on. */
static void set_all_on(void)
{
	assert_true(probe_count <= PROBES_MAX);
	for (size_t i = 0; i < probe_count; i++)
		statuses[i] = (struct probe_status){
			.name = probes[i].name,
			.module = probes[i].module,
			.required = probes[i].required,
			.without = probes[i].without,
			.method = METHOD_FENTRY,
		};
}

static struct probe_status *named(const char *name)
{
	for (size_t i = 0; i < probe_count; i++)
		if (!strcmp(statuses[i].name, name))
			return &statuses[i];
	fail_msg("no probe %s", name);
	return NULL;
}

static void turn_off(const char *name)
{
	named(name)->method = METHOD_OFF;
}

static void turn_module_off(const char *module)
{
	for (size_t i = 0; i < probe_count; i++)
		if (statuses[i].module && !strcmp(statuses[i].module, module))
			statuses[i].method = METHOD_OFF;
}

static size_t lacks(enum cpu_vendor vendor)
{
	size_t count = 0;

	probe_lack_settle(statuses, probe_count, vendor);
	for (size_t i = 0; i < probe_count; i++)
		count +=
			statuses[i].method == METHOD_OFF && statuses[i].without;
	return count;
}

/* Of 6.1, which has only the vendors' functions for changes of entries. */
static void nothing_on_hosts_that_work(void **state)
{
	(void)state;
	set_all_on();
	turn_module_off("kvm_intel");
	turn_off("kvm_update");
	turn_off("kvm_update_exit");
	assert_int_equal(lacks(CPU_AMD), 0);
	assert_true(named("pi_wakeup")->is_foreign);
	assert_null(named("pi_wakeup")->stand_in);
	assert_true(named("vmx_update")->is_foreign);
	assert_false(named("kvm_update")->is_foreign);
	assert_string_equal(named("kvm_update")->stand_in, "avic_update_exit");
	set_all_on();
	turn_module_off("kvm_amd");
	turn_off("kvm_update");
	turn_off("kvm_update_exit");
	assert_int_equal(lacks(CPU_INTEL), 0);
	assert_true(named("svm_deliver")->is_foreign);
	assert_string_equal(named("kvm_update")->stand_in, "vmx_update_exit");
}

static void the_module_that_this_cpu_needs(void **state)
{
	(void)state;
	set_all_on();
	turn_module_off("kvm_intel");
	turn_module_off("kvm_amd");
	assert_int_equal(lacks(CPU_AMD), 1);
	assert_non_null(named("svm_deliver")->without);
	assert_null(named("vmx_deliver")->without);
	set_all_on();
	turn_module_off("kvm_intel");
	turn_module_off("kvm_amd");
	/* Whose module is of use here is not known. */
	assert_int_equal(lacks(CPU_OTHER), 3);
}

/* Built into the kernel, it is on, and no CPU ever gets there. */
static void a_foreign_one_is_no_stand_in(void **state)
{
	(void)state;
	set_all_on();
	turn_off("kvm_update");
	turn_off("kvm_update_exit");
	turn_off("vmx_update");
	turn_off("vmx_update_exit");
	assert_int_equal(lacks(CPU_INTEL), 4);
	assert_int_equal(lacks(CPU_AMD), 0);
}

static void one_that_is_off_is_no_stand_in(void **state)
{
	(void)state;
	set_all_on();
	turn_off("inject");
	turn_off("inject_exit");
	turn_off("affinity");
	assert_int_equal(lacks(CPU_AMD), 2);
	assert_non_null(named("inject")->without);
	assert_string_equal(named("affinity")->stand_in, PROBE_OF_CHANGES);
}

static bool has_its_own(const struct probe *probe)
{
	for (size_t i = 0; i < probe_count; i++)
		if (&probes[i] != probe &&
		    !strcmp(probes[i].without, probe->without))
			return false;
	return true;
}

/* Without types msi_exit and wakeup are both needed, to name two. */
static void nothing_stands_in_for_what_is_required(void **state)
{
	(void)state;
	for (size_t i = 0; i < probe_count; i++)
		if (probes[i].required && !has_its_own(&probes[i]))
			fail_msg("%s", probes[i].name);
	set_all_on();
	turn_off("msi_exit");
	assert_int_equal(lacks(CPU_AMD), 1);
	assert_non_null(named("msi_exit")->without);
}

/* It is settled anew whenever modules come or go. */
static void what_was_lacking_before_is_forgotten(void **state)
{
	(void)state;
	set_all_on();
	turn_off("affinity");
	assert_int_equal(lacks(CPU_AMD), 0);
	set_all_on();
	turn_off("affinity");
	turn_off(PROBE_OF_CHANGES);
	named("affinity")->stand_in = PROBE_OF_CHANGES;
	named("affinity")->is_foreign = true;
	assert_int_equal(lacks(CPU_AMD), 2);
	assert_null(named("affinity")->stand_in);
	assert_false(named("affinity")->is_foreign);
	/* Known beforehand, as of one that is covered. */
	named("affinity")->without = NULL;
	assert_int_equal(lacks(CPU_AMD), 1);
	assert_null(named("affinity")->stand_in);
}

static void modules_of_other_vendors(void **state)
{
	(void)state;
	assert_true(module_is_foreign("kvm_intel", CPU_AMD));
	assert_true(module_is_foreign("kvm_amd", CPU_INTEL));
	assert_false(module_is_foreign("kvm_amd", CPU_AMD));
	assert_false(module_is_foreign("kvm_intel", CPU_OTHER));
	assert_false(module_is_foreign("kvm", CPU_INTEL));
	assert_false(module_is_foreign(NULL, CPU_INTEL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_on_hosts_that_work),
		cmocka_unit_test(the_module_that_this_cpu_needs),
		cmocka_unit_test(a_foreign_one_is_no_stand_in),
		cmocka_unit_test(one_that_is_off_is_no_stand_in),
		cmocka_unit_test(nothing_stands_in_for_what_is_required),
		cmocka_unit_test(what_was_lacking_before_is_forgotten),
		cmocka_unit_test(modules_of_other_vendors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
