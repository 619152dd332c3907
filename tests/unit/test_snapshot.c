// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <stdlib.h>
#include <string.h>

static void names_are_distinct_words(void **state)
{
	const char *names[PATH_COUNT + (int)LOST_KIND_COUNT +
			  (int)HOST_VECTOR_COUNT];
	size_t count = 0;

	(void)state;
	for (int i = 0; i < PATH_COUNT; i++)
		names[count++] = path_name(i);
	for (int i = 0; i < LOST_KIND_COUNT; i++)
		names[count++] = loss_name(i);
	for (int i = 0; i < HOST_VECTOR_COUNT; i++)
		names[count++] = host_vector_name(i);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(names[i]);
		assert_int_equal(strcspn(names[i], " -"), strlen(names[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
	assert_string_equal(path_name(PATH_IRQFD_DEFERRED), "irqfd_deferred");
	assert_string_equal(host_vector_name(HOST_PIW), "PIW");
	assert_string_equal(loss_name(LOST_STACK), "stack");
	assert_string_equal(loss_name(LOST_EVENT), "event");
	assert_string_equal(loss_name(LOST_WAKEUP), "wakeup");
}

static void changes_have_distinct_names(void **state)
{
	(void)state;
	for (int i = 0; i < CHANGE_KIND_COUNT; i++) {
		const char *name = change_name((enum change_kind)i);

		assert_non_null(name);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"),
				 strlen(name));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				name, change_name((enum change_kind)j));
	}
	assert_string_equal(change_name(CHANGE_IRQFD_ASSIGNED),
			    "irqfd_assigned");
}

static void empty_snapshot(void **state)
{
	struct snapshot *s = snapshot_new(0);

	(void)state;
	assert_non_null(s);
	s->ts_ns = 30;
	snapshot_finish(s, NULL, 10);
	assert_int_equal(s->interval_ns, 20);
	assert_int_equal(snapshot_total(s), 0);
	assert_int_equal(snapshot_lost_total(s), 0);
	snapshot_free(s);
	snapshot_free(NULL);
}

static void vectors_are_ordered(void **state)
{
	struct snapshot *s = snapshot_new(5);

	(void)state;
	set_vector(&s->vectors[0], 4, VECTOR_MSIX, 0, 1, PATH_IRQFD, 1);
	set_vector(&s->vectors[1], 3, VECTOR_INTX, 0, 2, PATH_IRQFD, 1);
	set_vector(&s->vectors[2], 3, VECTOR_MSI, 0, 3, PATH_IRQFD, 1);
	set_vector(&s->vectors[3], 3, VECTOR_MSIX, 10, 4, PATH_IRQFD, 1);
	set_vector(&s->vectors[4], 3, VECTOR_MSIX, 9, 5, PATH_IRQFD, 1);
	snapshot_finish(s, NULL, 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(s->vectors[i].irq, 5 - i);
	snapshot_free(s);
}

static void targets_and_cpus_are_ordered(void **state)
{
	static const struct target targets[] = {
		{1, 0x41, 5}, {-1, -1, 1}, {0, 0x42, 3}, {0, 0x41, 2}};
	struct snapshot *s = snapshot_new(1);
	struct vector_snapshot *v = &s->vectors[0];

	(void)state;
	v->targets = malloc(sizeof(targets));
	memcpy(v->targets, targets, sizeof(targets));
	v->target_count = ARRAY_SIZE(targets);
	v->cpus = calloc(2, sizeof(*v->cpus));
	v->cpus[0] = (struct cpu_count){11, 7};
	v->cpus[1] = (struct cpu_count){2, 8};
	v->cpu_count = 2;
	snapshot_finish(s, NULL, 0);
	assert_int_equal(v->targets[0].count, 1);
	assert_int_equal(v->targets[1].count, 2);
	assert_int_equal(v->targets[2].count, 3);
	assert_int_equal(v->targets[3].count, 5);
	assert_int_equal(v->cpus[0].count, 8);
	assert_int_equal(v->cpus[1].count, 7);
	snapshot_free(s);
}

static void counts_are_sums_of_paths(void **state)
{
	struct snapshot *s = snapshot_new(2);

	(void)state;
	for (int i = 0; i < PATH_COUNT; i++)
		s->vectors[0].paths[i] = UINT64_C(1) << (8 * i);
	set_vector(&s->vectors[1], 9, VECTOR_INTX, 0, 9, PATH_UNCLAIMED, 3);
	s->vectors[1].count = 77; /* whatever stood there */
	s->lost[LOST_STACK] = 2;
	s->lost[LOST_SKIPPED_RUN] = 5;
	s->ts_ns = 10;
	snapshot_finish(s, NULL, 20);
	assert_int_equal(s->vectors[0].count, 0x10101010101);
	assert_int_equal(s->vectors[0].count_delta, 0x10101010101);
	assert_int_equal(s->vectors[0].paths_delta[PATH_UNKNOWN],
			 UINT64_C(1) << (8 * PATH_UNKNOWN));
	assert_int_equal(s->vectors[1].count, 3);
	assert_int_equal(snapshot_total(s), 0x10101010104);
	assert_int_equal(snapshot_lost_total(s), 7);
	/* A clock that stood before the start gives no huge interval. */
	assert_int_equal(s->interval_ns, 0);
	snapshot_free(s);
}

/* Vectors may come later, before, between and behind the others, and go. */
static void deltas_are_since_the_snapshot_before(void **state)
{
	struct snapshot *before = snapshot_new(3), *now = snapshot_new(4);

	(void)state;
	set_vector(&before->vectors[0], 6, VECTOR_MSIX, 1, 1, PATH_IRQFD, 10);
	set_vector(&before->vectors[1], 3, VECTOR_MSIX, 1, 2, PATH_IRQFD, 20);
	set_vector(&before->vectors[2], 4, VECTOR_MSIX, 1, 3, PATH_IRQFD, 30);
	before->ts_ns = 1000;
	snapshot_finish(before, NULL, 400);
	assert_int_equal(before->interval_ns, 600);
	assert_int_equal(before->duration_ns, 600);

	set_vector(&now->vectors[0], 7, VECTOR_MSIX, 0, 4, PATH_EVENTFD, 5);
	set_vector(&now->vectors[1], 6, VECTOR_MSIX, 1, 1, PATH_IRQFD, 15);
	set_vector(&now->vectors[2], 3, VECTOR_MSIX, 1, 2, PATH_IRQFD, 20);
	now->vectors[2].paths[PATH_EVENTFD] = 4;
	set_vector(&now->vectors[3], 1, VECTOR_INTX, 0, 5, PATH_EVENTFD, 6);
	now->ts_ns = 3000;
	snapshot_finish(now, before, 400);
	assert_int_equal(now->interval_ns, 2000);
	assert_int_equal(now->duration_ns, 2600);
	assert_int_equal(now->vectors[0].count_delta, 6);
	assert_int_equal(now->vectors[1].count_delta, 4);
	assert_int_equal(now->vectors[1].paths_delta[PATH_EVENTFD], 4);
	assert_int_equal(now->vectors[1].paths_delta[PATH_IRQFD], 0);
	assert_int_equal(now->vectors[1].count, 24);
	assert_int_equal(now->vectors[2].count_delta, 5);
	assert_int_equal(now->vectors[3].count_delta, 5);
	snapshot_free(before);
	snapshot_free(now);
}

/* Finishing again changes nothing; a count that shrank gives no delta. */
static void finish_is_idempotent(void **state)
{
	struct snapshot *before = snapshot_new(1), *now = snapshot_new(1);

	(void)state;
	set_vector(&before->vectors[0], 3, VECTOR_MSI, 0, 1, PATH_IRQFD, 10);
	set_vector(&now->vectors[0], 3, VECTOR_MSI, 0, 1, PATH_IRQFD, 4);
	now->vectors[0].paths[PATH_EVENTFD] = 1;
	snapshot_finish(before, NULL, 0);
	for (int i = 0; i < 2; i++) {
		snapshot_finish(now, before, 0);
		assert_int_equal(now->vectors[0].count, 5);
		assert_int_equal(now->vectors[0].count_delta, 1);
	}
	snapshot_free(before);
	snapshot_free(now);
}

static void counts_are_added_by_cpu(void **state)
{
	static const struct cpu_count added[] = {
		{300, 7}, {2, 1}, {300, 3}, {0, UINT64_C(1) << 40}, {2, 0},
	};
	static const struct cpu_count sums[] = {
		{0, UINT64_C(1) << 40}, {2, 1}, {300, 10}};
	struct snapshot *s = snapshot_new(1);
	struct vector_snapshot *v = &s->vectors[0];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(added); i++)
		assert_int_equal(snapshot_add_cpu(&v->cpus, &v->cpu_count,
						  added[i].cpu, added[i].count),
				 0);
	snapshot_finish(s, NULL, 0);
	assert_int_equal(v->cpu_count, ARRAY_SIZE(sums));
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		assert_int_equal(v->cpus[i].cpu, sums[i].cpu);
		assert_true(v->cpus[i].count == sums[i].count);
	}
	snapshot_free(s);
}

static void counts_are_added_by_target(void **state)
{
	static const struct target sums[] = {
		{-1, -1, 4}, {0, 0x41, 5}, {0, 0x42, 1}, {7, 0x41, 9}};
	static const struct target added[] = {
		{7, 0x41, 5}, {7, 0x41, 3}, {0, 0x42, 1},
		{-1, -1, 4},  {0, 0x41, 5}, {7, 0x41, 1},
	};
	struct snapshot *s = snapshot_new(1);
	struct vector_snapshot *v = &s->vectors[0];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(added); i++)
		assert_int_equal(snapshot_add_target(v, added[i].vcpu,
						     added[i].guest_vector,
						     added[i].count),
				 0);
	snapshot_finish(s, NULL, 0);
	assert_int_equal(v->target_count, ARRAY_SIZE(sums));
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		assert_int_equal(v->targets[i].vcpu, sums[i].vcpu);
		assert_int_equal(v->targets[i].guest_vector,
				 sums[i].guest_vector);
		assert_int_equal(v->targets[i].count, sums[i].count);
	}
	snapshot_free(s);
}

static void injections_are_added_by_target(void **state)
{
	static const struct injection_count added[] = {
		{{true, 200, "b"}, 0, 0x41, 5}, {{true, 100, "a"}, 10, 0x41, 3},
		{{true, 100, "a"}, 2, 0xfd, 2}, {{true, 100, "a"}, 2, 0xec, 1},
		{{false, 0, ""}, -1, -1, 7},    {{true, 100, "a"}, 10, 0x41, 4},
		{{true, 200, "b"}, 0, 0x41, 6},
	};
	static const struct injection_count sums[] = {
		{{false, 0, ""}, -1, -1, 7},
		{{true, 100, "a"}, 2, 0xec, 1},
		{{true, 100, "a"}, 2, 0xfd, 2},
		{{true, 100, "a"}, 10, 0x41, 7},
		{{true, 200, "b"}, 0, 0x41, 11},
	};
	struct snapshot *s = snapshot_new(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(added); i++)
		assert_int_equal(snapshot_add_injections(s, &added[i]), 0);
	snapshot_finish(s, NULL, 0);
	assert_int_equal(s->injection_count, ARRAY_SIZE(sums));
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		assert_int_equal(s->injections[i].vm.pid, sums[i].vm.pid);
		assert_int_equal(s->injections[i].vcpu, sums[i].vcpu);
		assert_int_equal(s->injections[i].guest_vector,
				 sums[i].guest_vector);
		assert_int_equal(s->injections[i].count, sums[i].count);
	}
	snapshot_free(s);
}

static void woken_vcpus_are_ordered(void **state)
{
	static const struct wakeup_count mixed[] = {
		{{true, 200, "b"}, 0, 4},
		{{true, 100, "a"}, 10, 3},
		{{false, 0, ""}, 7, 1},
		{{true, 100, "a"}, 2, 2},
	};
	struct snapshot *s = snapshot_new(0);

	(void)state;
	s->wakeups = malloc(sizeof(mixed));
	memcpy(s->wakeups, mixed, sizeof(mixed));
	s->wakeup_count = ARRAY_SIZE(mixed);
	/* They belong to the snapshot, as these do. */
	for (int i = 0; i < HOST_VECTOR_COUNT; i++)
		snapshot_add_cpu(&s->host_vector_cpus[i],
				 &s->host_vector_cpu_count[i], 1, 1);
	snapshot_finish(s, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(mixed); i++)
		assert_int_equal(s->wakeups[i].count, i + 1);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_distinct_words),
		cmocka_unit_test(changes_have_distinct_names),
		cmocka_unit_test(empty_snapshot),
		cmocka_unit_test(vectors_are_ordered),
		cmocka_unit_test(targets_and_cpus_are_ordered),
		cmocka_unit_test(counts_are_sums_of_paths),
		cmocka_unit_test(deltas_are_since_the_snapshot_before),
		cmocka_unit_test(finish_is_idempotent),
		cmocka_unit_test(counts_are_added_by_cpu),
		cmocka_unit_test(counts_are_added_by_target),
		cmocka_unit_test(injections_are_added_by_target),
		cmocka_unit_test(woken_vcpus_are_ordered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
