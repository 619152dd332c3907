// SPDX-License-Identifier: GPL-2.0-only
/* From maps, made up here, to the counts of a snapshot's vectors. */
#include "support.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collect_cells.h"

#define SLOTS 5
#define CELLS 8
#define CPUS  3

struct maps {
	struct globals globals;
	struct vector_slot slots[SLOTS];
	struct cell cells[CELLS];
	struct cpu_state cpu_states[CPUS];
	struct map_views views;
};

/* Cell 1: slot 1, CPU 2. Cells 2 and 3: slot 2, CPUs 0 and 1. */
static void set_up(struct maps *maps)
{
	memset(maps, 0, sizeof(*maps));
	maps->globals = (struct globals){.next_slot = 4, .next_cell = 4};
	maps->views = (struct map_views){
		.globals = &maps->globals,
		.slots = maps->slots,
		.cells = maps->cells,
		.cpu_states = maps->cpu_states,
		.slot_room = SLOTS,
		.cell_room = CELLS,
		.cpus = CPUS,
	};
	maps->cells[1] = (struct cell){.slot = 1, .cpu = 2};
	maps->cells[2] = (struct cell){.slot = 2, .cpu = 0};
	maps->cells[3] = (struct cell){.slot = 2, .cpu = 1};
}

static struct snapshot *collected(struct maps *maps, struct open_runs *open)
{
	struct snapshot *s = snapshot_new(3);

	assert_non_null(s);
	assert_int_equal(collect_cells(&maps->views, open, s), 0);
	open_runs_free(open);
	snapshot_finish(s, NULL, 0);
	return s;
}

static struct snapshot *collect_now(struct maps *maps)
{
	struct open_runs open;

	assert_int_equal(open_runs_note(&maps->views, &open), 0);
	return collected(maps, &open);
}

static void leave_open(struct maps *maps, int cpu, uint32_t cell)
{
	maps->cpu_states[cpu].run = (struct run){
		.seq = 7,
		.begun = 7,
		.pending = 1 + PATH_EVENTFD,
		.slot = maps->cells[cell].slot,
		.cell = cell,
		.cpu = (uint32_t)cpu,
	};
}

static void cells_add_up_by_vector(void **state)
{
	struct maps maps;
	struct snapshot *s;

	(void)state;
	set_up(&maps);
	maps.cells[1].paths[PATH_EVENTFD] = 3;
	maps.cells[2].paths[PATH_IRQFD] = 10;
	maps.cells[3].paths[PATH_IRQFD] = 5;
	maps.cells[3].paths[PATH_UNCLAIMED] = 1;
	s = collect_now(&maps);
	assert_int_equal(s->vectors[0].count, 3);
	assert_int_equal(s->vectors[1].count, 16);
	assert_int_equal(s->vectors[1].paths[PATH_IRQFD], 15);
	assert_int_equal(s->vectors[1].cpu_count, 2);
	assert_int_equal(s->vectors[1].cpus[0].count, 10);
	assert_int_equal(s->vectors[1].cpus[1].count, 6);
	assert_int_equal(s->vectors[2].count, 0);
	assert_int_equal(s->vectors[2].cpu_count, 0);
	snapshot_free(s);
}

static void targets_of_all_cpus_are_one(void **state)
{
	struct maps maps;
	struct snapshot *s;

	(void)state;
	set_up(&maps);
	maps.cells[2].targets[0] = (struct cell_target){3, 0x41, 10, 0};
	maps.cells[2].targets[1] = (struct cell_target){4, 0x41, 1, 0};
	maps.cells[3].targets[0] = (struct cell_target){4, 0x41, 2, 0};
	maps.cells[3].targets[1] = (struct cell_target){3, 0x41, 20, 0};
	maps.cells[3].unseen_targets = 6;
	s = collect_now(&maps);
	assert_int_equal(s->vectors[1].target_count, 3);
	assert_int_equal(s->vectors[1].targets[0].vcpu, -1);
	assert_int_equal(s->vectors[1].targets[0].count, 6);
	assert_int_equal(s->vectors[1].targets[1].count, 30);
	assert_int_equal(s->vectors[1].targets[2].count, 3);
	snapshot_free(s);
}

static void a_run_that_is_over_is_added(void **state)
{
	struct maps maps;
	struct snapshot *s;

	(void)state;
	set_up(&maps);
	maps.cells[2].paths[PATH_EVENTFD] = 4;
	leave_open(&maps, 0, 2);
	leave_open(&maps, 2, 1);
	/* Of no vector that is counted. */
	leave_open(&maps, 1, 0);
	s = collect_now(&maps);
	assert_int_equal(s->vectors[0].count, 1);
	assert_int_equal(s->vectors[0].cpus[0].cpu, 2);
	assert_int_equal(s->vectors[1].count, 5);
	assert_int_equal(s->vectors[1].cpu_count, 1);
	assert_int_equal(s->vectors[1].cpus[0].count, 5);
	snapshot_free(s);
}

static void a_run_that_is_over_can_have_lost_its_stack(void **state)
{
	struct snapshot *s;
	struct maps maps;

	(void)state;
	set_up(&maps);
	leave_open(&maps, 0, 2);
	leave_open(&maps, 1, 0);
	leave_open(&maps, 2, 1);
	maps.cpu_states[0].run.stack = -1;
	/* It is not counted. */
	maps.cpu_states[1].run.stack = -1;
	s = collect_now(&maps);
	assert_int_equal(s->vectors[0].count, 1);
	assert_int_equal(s->vectors[1].count, 1);
	assert_int_equal(s->lost[LOST_STACK], 1);
	snapshot_free(s);
}

static void a_run_closed_meanwhile_is_in_its_cell(void **state)
{
	struct open_runs open;
	struct snapshot *s;
	struct maps maps;

	(void)state;
	set_up(&maps);
	leave_open(&maps, 0, 2);
	leave_open(&maps, 2, 1);
	assert_int_equal(open_runs_note(&maps.views, &open), 0);
	maps.cpu_states[0].run.pending = 0;
	maps.cells[2].paths[PATH_IRQFD]++;
	/* Closed by its successor, which is of the same vector. */
	maps.cpu_states[2].run.seq++;
	maps.cpu_states[2].run.begun++;
	maps.cells[1].paths[PATH_EVENTFD]++;
	s = collected(&maps, &open);
	assert_int_equal(s->vectors[0].count, 1);
	assert_int_equal(s->vectors[0].cpu_count, 1);
	assert_int_equal(s->vectors[1].count, 1);
	assert_int_equal(s->vectors[1].paths[PATH_IRQFD], 1);
	snapshot_free(s);
}

static void begin_another(struct maps *maps, uint32_t cell)
{
	struct run *run = &maps->cpu_states[0].run;

	run->slot = maps->cells[cell].slot;
	run->cell = cell;
	run->pending = 1 + PATH_EVENTFD;
	run->begun = (uint32_t)run->seq;
}

/*
 * CPU 0 has just counted an interrupt of cell 2, and the run that did so is
 * still to say of which vector it is itself.
 */
static void leave_between(struct maps *maps)
{
	leave_open(maps, 0, 2);
	maps->cells[2].paths[PATH_EVENTFD] = 1;
	maps->cpu_states[0].run.seq++;
}

static void a_run_seen_while_it_is_counted_counts_once(void **state)
{
	struct open_runs open;
	struct snapshot *s;
	struct maps maps;

	(void)state;
	set_up(&maps);
	leave_between(&maps);
	assert_int_equal(open_runs_note(&maps.views, &open), 0);
	begin_another(&maps, 1);
	s = collected(&maps, &open);
	assert_int_equal(s->vectors[1].count, 1);
	snapshot_free(s);
	/* That one in turn counts from the next snapshot on. */
	s = collect_now(&maps);
	assert_int_equal(s->vectors[0].count, 1);
	assert_int_equal(s->vectors[1].count, 1);
	snapshot_free(s);
}

static void *begin_late(void *maps)
{
	static const struct timespec late = {.tv_nsec = 30000000};

	(void)nanosleep(&late, NULL);
	begin_another(maps, 1);
	return NULL;
}

static void *count_late(void *arg)
{
	static const struct timespec late = {.tv_nsec = 30000000};
	struct maps *maps = arg;

	(void)nanosleep(&late, NULL);
	maps->cells[2].paths[PATH_EVENTFD]++;
	begin_another(maps, 1);
	return NULL;
}

/* What is counted for cell 2's vector while a CPU goes on with @cpu. */
static uint64_t collected_beside(struct maps *maps, struct open_runs *open,
				 void *(*cpu)(void *))
{
	struct snapshot *s;
	pthread_t thread;
	uint64_t count;

	assert_int_equal(pthread_create(&thread, NULL, cpu, maps), 0);
	s = collected(maps, open);
	assert_int_equal(pthread_join(thread, NULL), 0);
	count = s->vectors[1].count;
	snapshot_free(s);
	return count;
}

/* A CPU can be held up at any instruction, for longer than we look. */
static void a_cpu_held_up_before_the_next_run_is_waited_for(void **state)
{
	struct open_runs open;
	struct maps maps;

	(void)state;
	set_up(&maps);
	leave_between(&maps);
	assert_int_equal(open_runs_note(&maps.views, &open), 0);
	assert_int_equal(collected_beside(&maps, &open, begin_late), 1);
}

static void a_cpu_held_up_before_it_counts_is_waited_for(void **state)
{
	struct open_runs open;
	struct maps maps;

	(void)state;
	set_up(&maps);
	leave_open(&maps, 0, 2);
	assert_int_equal(open_runs_note(&maps.views, &open), 0);
	maps.cpu_states[0].run.seq++;
	assert_int_equal(collected_beside(&maps, &open, count_late), 1);
}

static void no_more_than_there_is_room(void **state)
{
	struct snapshot *s;
	struct maps maps;

	(void)state;
	set_up(&maps);
	maps.globals.next_cell = CELLS + 100;
	for (int i = 4; i < CELLS; i++) {
		maps.cells[i] = (struct cell){.slot = 3, .cpu = 1};
		maps.cells[i].paths[PATH_IRQFD] = 1;
	}
	s = collect_now(&maps);
	assert_int_equal(s->vectors[2].count, CELLS - 4);
	assert_int_equal(s->vectors[2].cpu_count, 1);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_add_up_by_vector),
		cmocka_unit_test(targets_of_all_cpus_are_one),
		cmocka_unit_test(a_run_that_is_over_is_added),
		cmocka_unit_test(a_run_that_is_over_can_have_lost_its_stack),
		cmocka_unit_test(a_run_closed_meanwhile_is_in_its_cell),
		cmocka_unit_test(a_run_seen_while_it_is_counted_counts_once),
		cmocka_unit_test(
			a_cpu_held_up_before_the_next_run_is_waited_for),
		cmocka_unit_test(a_cpu_held_up_before_it_counts_is_waited_for),
		cmocka_unit_test(no_more_than_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
