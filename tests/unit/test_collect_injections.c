// SPDX-License-Identifier: GPL-2.0-only
/*
 * From maps, made up here, to other injections and where they went. The hash
 * map is what bpf_map_lookup_batch() below says, in place of libbpf's.
 */
#include "support.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "collect_injections.h"

#define CPUS   3
#define MAP_FD 77

struct entry {
	struct injection_target to;
	uint64_t count;
};

struct maps {
	struct globals globals;
	struct vector_slot slots[1];
	struct cpu_state cpu_states[CPUS];
	struct map_views views;
	struct entry entries[8];
	uint32_t entry_count;
	int walks; /* that have been made */
	/* What happens during the first one. */
	void (*meanwhile)(void);
};

static struct maps maps;

int bpf_map_lookup_batch(int fd, void *in_batch, void *out_batch, void *keys,
			 void *values, __u32 *count,
			 const struct bpf_map_batch_opts *opts)
{
	struct injection_target *to = keys;
	uint64_t *counts = values;

	(void)in_batch;
	(void)out_batch;
	(void)opts;
	assert_int_equal(fd, MAP_FD);
	assert_true(*count >= maps.entry_count);
	*count = maps.entry_count;
	for (uint32_t i = 0; i < maps.entry_count; i++) {
		to[i] = maps.entries[i].to;
		counts[i] = maps.entries[i].count;
	}
	if (!maps.walks++ && maps.meanwhile)
		maps.meanwhile();
	return -ENOENT; /* no more */
}

static int set_up(void **state)
{
	(void)state;
	memset(&maps, 0, sizeof(maps));
	maps.globals = (struct globals){.next_slot = 1, .next_cell = 1};
	maps.views = (struct map_views){
		.globals = &maps.globals,
		.slots = maps.slots,
		.cpu_states = maps.cpu_states,
		.slot_room = 1,
		.cell_room = 1,
		.cpus = CPUS,
	};
	return 0;
}

static void put(int pid, int vcpu, int guest_vector, uint64_t count)
{
	maps.entries[maps.entry_count++] = (struct entry){
		{(uint16_t)guest_vector, (uint16_t)vcpu, pid}, count};
}

/* A run that no one has claimed, with one call that it has noted. */
static void leave_open(int cpu, int pid, int vcpu, int guest_vector)
{
	struct run *run = &maps.cpu_states[cpu].run;

	run->seq = 7;
	run->begun = 7;
	run->pending = 1 + PATH_EVENTFD;
	run->deliveries[run->delivered++].to = (struct injection_target){
		(uint16_t)guest_vector, (uint16_t)vcpu, pid};
}

static struct snapshot *collect_now(int targets)
{
	struct snapshot *s = snapshot_new(0);
	struct vm_names names = {0};
	struct open_runs open;

	assert_non_null(s);
	assert_int_equal(open_runs_note(&maps.views, &open), 0);
	assert_int_equal(
		collect_injections(&maps.views, targets, &open, &names, s), 0);
	open_runs_free(&open);
	vm_names_free(&names);
	snapshot_finish(s, NULL, 0);
	return s;
}

/* The ones of @s, as "pid/vcpu:vector=count "; what is not known is -1. */
static void check_targets(const struct snapshot *s, const char *expected)
{
	char text[400] = "";
	uint64_t sum = 0;

	for (size_t i = 0; i < s->injection_count; i++) {
		const struct injection_count *injection = &s->injections[i];
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "%d/%d:%d=%llu ",
			 injection->vm.known ? (int)injection->vm.pid : -1,
			 injection->vcpu, injection->guest_vector,
			 (unsigned long long)injection->count);
		sum += injection->count;
	}
	assert_string_equal(text, expected);
	assert_true(s->has_injections);
	assert_int_equal(sum, s->other_injections);
}

static void check_collected(int walks, const char *expected)
{
	struct snapshot *s = collect_now(MAP_FD);

	check_targets(s, expected);
	assert_int_equal(maps.walks, walks);
	snapshot_free(s);
}

static void unasked_there_is_one_number(void **state)
{
	struct snapshot *s;

	(void)state;
	maps.cpu_states[0].other_injections = 5;
	maps.cpu_states[2].other_injections = 7;
	leave_open(1, 0, 0, 0x41);
	leave_open(1, 0, 0, 0x41);
	put(1, 1, 1, 100);
	s = collect_now(-ENOENT);
	assert_int_equal(s->other_injections, 14);
	assert_false(s->has_injections);
	assert_int_equal(s->injection_count, 0);
	assert_int_equal(maps.walks, 0);
	snapshot_free(s);
}

static void targets_sum_up(void **state)
{
	(void)state;
	put(200, 0, 0x41, 10);
	put(100, 16383, 0xff, UINT64_C(1) << 40);
	put(100, 3, 0xec, 3);
	check_collected(1, "100/3:236=3 100/16383:255=1099511627776 "
			   "200/0:65=10 ");
}

static void none_at_all(void **state)
{
	(void)state;
	check_collected(1, "");
}

/* Those without room in the map are told all the same. */
static void the_rest_is_without_target(void **state)
{
	(void)state;
	put(100, 0, 0x41, 10);
	maps.cpu_states[1].other_injections = 4;
	maps.cpu_states[2].other_injections = 5;
	check_collected(1, "-1/-1:-1=9 100/0:65=10 ");
}

/* What runs have noted is in no map yet, or is of a target that is. */
static void noted_ones_are_added(void **state)
{
	(void)state;
	put(100, 0, 0x41, 10);
	leave_open(0, 100, 0, 0x41);
	leave_open(0, 100, 1, 0x42);
	for (int i = 0; i < RUN_DELIVERIES; i++)
		leave_open(2, 300, 7, 0x43);
	/* Of a run whose path is known; whose they are is, too. */
	leave_open(1, 400, 0, 0x44);
	maps.cpu_states[1].run.pending = 0;
	check_collected(1, "100/0:65=11 100/1:66=1 300/7:67=16 ");
}

static void end_first_run(void)
{
	/* As a program does: the next run is another one. */
	maps.cpu_states[0].run.seq++;
	maps.cpu_states[0].run.begun++;
	maps.cpu_states[0].run.delivered = 0;
	maps.entries[0].count++;
	put(100, 1, 0x42, 1);
}

/* Read as they were, its calls would be in neither, or in both. */
static void a_run_that_ends_meanwhile_counts_once(void **state)
{
	(void)state;
	put(100, 0, 0x41, 10);
	leave_open(0, 100, 0, 0x41);
	leave_open(0, 100, 1, 0x42);
	leave_open(1, 100, 2, 0x43);
	maps.meanwhile = end_first_run;
	check_collected(2, "100/0:65=11 100/1:66=1 100/2:67=1 ");
}

static void wake_first_run(void)
{
	maps.cpu_states[0].run.pending = 1 + PATH_UNKNOWN;
	maps.cpu_states[0].run.delivered = 0;
	maps.entries[0].count++;
}

/* An irqfd that wakes makes what was noted before others' at once. */
static void a_run_that_is_woken_meanwhile_counts_once(void **state)
{
	(void)state;
	put(100, 0, 0x41, 10);
	leave_open(0, 100, 0, 0x41);
	maps.meanwhile = wake_first_run;
	check_collected(2, "100/0:65=11 ");
}

static void note_more(void)
{
	leave_open(0, 100, 5, 0x45);
}

/* One more in the same run is for the next snapshot. */
static void one_that_is_noted_meanwhile_waits(void **state)
{
	(void)state;
	leave_open(0, 100, 0, 0x41);
	maps.meanwhile = note_more;
	check_collected(1, "100/0:65=1 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(unasked_there_is_one_number, set_up),
		cmocka_unit_test_setup(targets_sum_up, set_up),
		cmocka_unit_test_setup(none_at_all, set_up),
		cmocka_unit_test_setup(the_rest_is_without_target, set_up),
		cmocka_unit_test_setup(noted_ones_are_added, set_up),
		cmocka_unit_test_setup(a_run_that_ends_meanwhile_counts_once,
				       set_up),
		cmocka_unit_test_setup(
			a_run_that_is_woken_meanwhile_counts_once, set_up),
		cmocka_unit_test_setup(one_that_is_noted_meanwhile_waits,
				       set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
