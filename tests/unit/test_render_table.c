// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render.h"
#include "text_escape.h"

/* 2026-01-31T23:59:58Z */
#define TIME_NS INT64_C(1769903998000000000)

static const struct table_options screen = {.width = 80};

typedef int render_fn(FILE *, const struct snapshot *,
		      const struct table_options *);

static int summary_of_10_s(FILE *out, const struct snapshot *s,
			   const struct table_options *o)
{
	struct snapshot of_10_s = *s;

	of_10_s.duration_ns = 10000000000;
	return render_summary(out, &of_10_s, o);
}

static char *render(render_fn *fn, const struct snapshot *s,
		    const struct table_options *o)
{
	struct capture capture;

	assert_int_equal(fn(capture_begin(&capture), s, o), 0);
	return capture_end(&capture);
}

static void check(render_fn *fn, const struct snapshot *s,
		  const struct table_options *o, const char *expected)
{
	char *text = render(fn, s, o);

	assert_string_equal(text, expected);
	free(text);
}

static void set_vm(struct vector_snapshot *vector, pid_t pid, const char *comm)
{
	vector->vm.known = true;
	vector->vm.pid = pid;
	snprintf(vector->vm.comm, COMM_LEN, "%s", comm);
}

/* Two seconds: one vector busy on two paths, one busy, one that paused. */
static struct snapshot *make_snapshot(void)
{
	struct snapshot *before = snapshot_new(1), *s = snapshot_new(4);

	set_vector(&before->vectors[0], 4, VECTOR_MSI, 0, 200, PATH_IRQFD, 340);
	snapshot_finish(before, NULL, 0);

	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 137, PATH_EVENTFD, 3);
	s->vectors[0].paths[PATH_IRQFD_DEFERRED] = 24690;
	set_target(&s->vectors[0], 1, 0x41, 5);
	set_vm(&s->vectors[0], 4321, "qemu-system-x86");
	set_vector(&s->vectors[1], 3, VECTOR_MSIX, 12, 138, PATH_IRQFD,
		   2400000);
	set_vm(&s->vectors[1], 4321, "");
	set_vector(&s->vectors[2], 3, VECTOR_INTX, 0, -1, PATH_EVENTFD, 0);
	set_vector(&s->vectors[3], 4, VECTOR_MSI, 0, 200, PATH_IRQFD, 340);
	s->time_ns = TIME_NS;
	s->ts_ns = 2000000000;
	snapshot_finish(s, before, 0);
	snapshot_free(before);
	return s;
}

static void live_view(void **state)
{
	struct snapshot *s = make_snapshot();

	(void)state;
	check(render_table, s, &screen,
	      "23:59:58Z  1.2M/s from 2 of 4 vectors, 2.4M interrupts so far\n"
	      "DEVICE       VECTOR  IRQ PATH              RATE COUNT VM"
	      "                TARGET\n"
	      "0000:03:00.0 msix 12 138 irqfd           1.2M/s  2.4M "
	      "4321 (gone)       -\n"
	      "0000:03:00.0 msix 0  137 irqfd_deferred 12.3k/s 24.6k "
	      "4321 qemu-system~ v1:0x41\n"
	      "                         eventfd          1.5/s     3\n"
	      "  2 idle vectors, 340 interrupts in total "
	      "(--all shows them)\n");
	snapshot_free(s);
}

static void all_and_exact(void **state)
{
	const struct table_options o = {.all = true, .exact = true};
	struct snapshot *s = make_snapshot();

	(void)state;
	check(render_table, s, &o,
	      "23:59:58Z  1212347/s from 2 of 4 vectors, 2425033 interrupts "
	      "so far\n"
	      "DEVICE       VECTOR  IRQ PATH                RATE   COUNT VM"
	      "                   TARGET\n"
	      "0000:03:00.0 msix 12 138 irqfd          1200000/s 2400000 "
	      "4321 (gone)          -\n"
	      "0000:03:00.0 msix 0  137 irqfd_deferred   12345/s   24690 "
	      "4321 qemu-system-x86 v1:0x41\n"
	      "                         eventfd            1.5/s       3\n"
	      "0000:03:00.0 intx      - -                    0/s       0 -"
	      "                    -\n"
	      "0000:04:00.0 msi 0   200 irqfd                0/s     340 -"
	      "                    -\n");
	snapshot_free(s);
}

static void last_view(void **state)
{
	struct snapshot *s = make_snapshot();

	(void)state;
	s->other_injections_known = true;
	s->other_injections = 123456;
	s->host_vector_known[HOST_PIN] = true;
	s->host_vector_known[HOST_PIW] = true;
	s->host_vectors[HOST_PIW] = 7;
	s->lost[LOST_STACK] = 1;
	s->lost[LOST_UNSEEN_INTERRUPT] = 123456;
	check(summary_of_10_s, s, &screen,
	      "2.4M interrupts in 10.0 s, 242k/s on average, from 3 of 4 "
	      "vectors\n"
	      "by path: eventfd 3, irqfd 2.4M, irqfd_deferred 24.6k\n"
	      "KVM injected 123k other interrupts (virtio, IPIs, timers)\n"
	      "posted-interrupt events of the host: PIN 0, PIW 7\n"
	      "lost: interrupts counted without their stack: 1\n"
	      "lost: interrupts that only /proc/interrupts has seen: 123k\n"
	      "DEVICE       VECTOR  IRQ PATH             RATE COUNT VM"
	      "                 TARGET\n"
	      "0000:03:00.0 msix 12 138 irqfd          240k/s  2.4M "
	      "4321 (gone)        -\n"
	      "0000:03:00.0 msix 0  137 irqfd_deferred 2469/s 24.6k "
	      "4321 qemu-system-~ v1:0x41\n"
	      "                         eventfd         0.3/s     3\n"
	      "0000:04:00.0 msi 0   200 irqfd            34/s   340 -"
	      "                  -\n"
	      "  1 idle vector, no interrupts in total (--all shows them)\n");
	snapshot_free(s);
}

static void no_vectors(void **state)
{
	struct snapshot *s = snapshot_new(0);

	(void)state;
	s->time_ns = TIME_NS;
	snapshot_finish(s, NULL, 0);
	check(render_table, s, &screen,
	      "23:59:58Z  - from 0 of 0 vectors, 0 interrupts so far\n"
	      "  no interrupt vector of a VFIO device seen\n");
	check(summary_of_10_s, s, &screen,
	      "0 interrupts in 10.0 s, 0/s on average, from 0 of 0 vectors\n"
	      "  no interrupt vector of a VFIO device seen\n");
	snapshot_free(s);
}

static void one_vector(void **state)
{
	struct snapshot *s = snapshot_new(1);

	(void)state;
	set_vector(&s->vectors[0], 3, VECTOR_INTX, 0, 16, PATH_UNCLAIMED, 1);
	s->time_ns = TIME_NS;
	s->ts_ns = 1000000000;
	snapshot_finish(s, NULL, 0);
	check(render_table, s, &screen,
	      "23:59:58Z  1.0/s from 1 of 1 vector, 1 interrupt so far\n"
	      "DEVICE        VECTOR  IRQ  PATH        RATE  COUNT  VM  "
	      "TARGET\n"
	      "0000:03:00.0  intx     16  unclaimed  1.0/s      1  -   -\n");
	snapshot_free(s);
}

/* The longest of what is usual: 5-digit IRQs, 15 characters of a name. */
static struct snapshot *make_many(size_t vectors)
{
	struct snapshot *s = snapshot_new(vectors);

	for (size_t i = 0; i < vectors; i++) {
		struct vector_snapshot *v = &s->vectors[i];

		set_vector(v, 3 + (unsigned int)i / 1000, VECTOR_MSIX, i % 1000,
			   10000 + (int)i, PATH_IRQFD_DEFERRED, 99999 + i);
		set_target(v, (int)i % 200, 0x41, 1);
		set_vm(v, 1234567, "qemu-system-x86");
		v->paths[PATH_UNKNOWN] = i % 3 == 0 ? 5 : 0;
	}
	s->ts_ns = 1000000000;
	snapshot_finish(s, NULL, 0);
	return s;
}

static void ordinary_lines_fit_80_columns(void **state)
{
	struct snapshot *s = make_many(2000);
	struct table_options o = screen;
	char *text;

	(void)state;
	for (int all = 0; all < 2; all++) {
		o.all = all;
		text = render(render_table, s, &o);
		assert_true(widest(text) < 80);
		assert_int_equal(count_lines(text), 2 + 2000 + 667);
		assert_non_null(strstr(text, "1234567"));
		assert_non_null(strstr(text, "v199:0x41\n"));
		free(text);
	}
	text = render(summary_of_10_s, s, &o);
	assert_true(widest(text) < 80);
	free(text);
	snapshot_free(s);
}

static void any_width_is_kept(void **state)
{
	struct snapshot *s = make_many(10);

	(void)state;
	s->lost[LOST_TARGET_TABLE_FULL] = 1;
	for (unsigned int width = 1; width < 200; width++) {
		const struct table_options o = {.width = width};
		char *text = render(render_table, s, &o);

		assert_true(widest(text) < width);
		free(text);
	}
	snapshot_free(s);
}

static void any_height_is_kept(void **state)
{
	struct snapshot *s = make_many(50);

	(void)state;
	s->vectors[7].count_delta = 0; /* an idle one, for its line */
	for (unsigned int height = 1; height < 100; height++) {
		const struct table_options o = {.width = 80, .height = height};
		char *text = render(render_table, s, &o), *more;
		unsigned int hidden = 0;

		/* Titles, one row, what is left out: less is no table. */
		assert_true(count_lines(text) <= (height > 6 ? height - 1 : 5));
		assert_non_null(strstr(text, "1 idle vector,"));
		more = strstr(text, "...");
		if (more)
			assert_int_equal(
				sscanf(more, "... %u more busy", &hidden), 1);
		assert_true(hidden < 49);
		assert_int_equal(hidden == 0, height >= 2 + 49 + 17 + 2);
		free(text);
	}
	snapshot_free(s);
}

static void busiest_come_first(void **state)
{
	struct snapshot *s = snapshot_new(4);
	const char *at[4];
	char *text;

	(void)state;
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 1, 1001, PATH_IRQFD, 10);
	set_vector(&s->vectors[1], 3, VECTOR_MSIX, 2, 1002, PATH_IRQFD, 30);
	set_vector(&s->vectors[2], 3, VECTOR_MSIX, 3, 1003, PATH_IRQFD, 30);
	set_vector(&s->vectors[3], 3, VECTOR_MSIX, 4, 1004, PATH_IRQFD, 20);
	snapshot_finish(s, NULL, 0);
	s->vectors[0].count_delta = 9;
	s->vectors[1].count_delta = s->vectors[2].count_delta = 3;
	s->vectors[3].count_delta = 1;

	text = render(render_table, s, &screen);
	for (int i = 0; i < 4; i++) {
		const char *irqs[] = {"1001", "1002", "1003", "1004"};

		at[i] = strstr(text, irqs[i]);
		assert_non_null(at[i]);
	}
	assert_true(at[0] < at[1] && at[1] < at[2] && at[2] < at[3]);
	free(text);

	text = render(summary_of_10_s, s, &screen);
	assert_true(strstr(text, "1002") < strstr(text, "1003"));
	assert_true(strstr(text, "1003") < strstr(text, "1004"));
	assert_true(strstr(text, "1004") < strstr(text, "1001"));
	free(text);
	snapshot_free(s);
}

static void targets_are_summed_up(void **state)
{
	static const struct {
		struct target targets[3];
		size_t count;
		const char *cell;
	} cases[] = {
		{{{0}}, 0, " -\n"},
		{{{1, 0x41, 5}}, 1, " v1:0x41\n"},
		{{{1, 0x41, 5}, {2, 5, 9}, {3, 0x41, 1}}, 3, " v2:0x05 +2\n"},
		{{{-1, -1, 5}}, 1, " v?:?\n"},
		{{{7, -1, 5}, {8, 255, 5}}, 2, " v7:? +1\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct snapshot *s = snapshot_new(1);
		size_t size = sizeof(cases[i].targets);
		char *text;

		set_vector(&s->vectors[0], 3, VECTOR_MSI, 0, 9, PATH_IRQFD, 9);
		s->vectors[0].targets = malloc(size);
		memcpy(s->vectors[0].targets, cases[i].targets, size);
		s->vectors[0].target_count = cases[i].count;
		snapshot_finish(s, NULL, 0);
		text = render(render_table, s, &screen);
		assert_non_null(strstr(text, cases[i].cell));
		free(text);
		snapshot_free(s);
	}
}

static void all_paths_of_a_vector(void **state)
{
	struct snapshot *s = snapshot_new(1);
	char *text, *rest;

	(void)state;
	for (int i = 0; i < PATH_COUNT; i++)
		set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 9, i,
			   (uint64_t)i + 1);
	snapshot_finish(s, NULL, 0);
	text = rest = render(render_table, s, &screen);
	assert_int_equal(count_lines(text), 2 + PATH_COUNT);
	/* Named on the first row alone, and the busiest path is first. */
	assert_null(strstr(strstr(text, "0000:03") + 1, "0000:03"));
	for (int i = PATH_COUNT - 1; i >= 0; i--) {
		char name[32];

		snprintf(name, sizeof(name), " %s ", path_name(i));
		rest = strstr(rest, name);
		assert_non_null(rest);
	}
	free(text);
	snapshot_free(s);
}

static void names_can_do_no_harm(void **state)
{
	struct snapshot *s = make_many(1);
	struct table_options o = {0};
	char *text;

	(void)state;
	set_vm(&s->vectors[0], 1, "\033]0;x\a\n\xff\x9b");
	text = render(render_table, s, &o);
	assert_non_null(strstr(text, "1 \\x1b]0;x\\x07\\x0a\\xff\\x9b"));
	assert_null(strchr(text, '\033'));
	free(text);
	snapshot_free(s);
}

static void color_changes_nothing_else(void **state)
{
	struct snapshot *s = make_snapshot();
	struct table_options o = screen;
	char *plain = render(render_table, s, &o), *colored, *to;

	(void)state;
	s->lost[LOST_STACK] = 0;
	o.color = true;
	colored = render(render_table, s, &o);
	assert_non_null(strstr(colored, "\033[1m23:59:58Z"));
	to = colored;
	for (char *from = colored; *from; from++) {
		if (*from == '\033')
			from = strchr(from, 'm');
		else
			*to++ = *from;
	}
	*to = '\0';
	assert_string_equal(colored, plain);
	free(plain);
	free(colored);
	snapshot_free(s);
}

static void write_errors_are_told(void **state)
{
	struct snapshot *s = make_many(2000);
	FILE *full = fopen("/dev/full", "w"), *pipe_end;
	int ends[2];

	(void)state;
	assert_non_null(full);
	assert_int_equal(render_table(full, s, &screen), -ENOSPC);
	assert_int_equal(render_summary(full, s, &screen), -ENOSPC);
	fclose(full);

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	pipe_end = fdopen(ends[1], "w");
	assert_int_equal(render_table(pipe_end, s, &screen), -EPIPE);
	fclose(pipe_end);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_view),
		cmocka_unit_test(all_and_exact),
		cmocka_unit_test(last_view),
		cmocka_unit_test(no_vectors),
		cmocka_unit_test(one_vector),
		cmocka_unit_test(ordinary_lines_fit_80_columns),
		cmocka_unit_test(any_width_is_kept),
		cmocka_unit_test(any_height_is_kept),
		cmocka_unit_test(busiest_come_first),
		cmocka_unit_test(targets_are_summed_up),
		cmocka_unit_test(all_paths_of_a_vector),
		cmocka_unit_test(names_can_do_no_harm),
		cmocka_unit_test(color_changes_nothing_else),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
