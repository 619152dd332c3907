// SPDX-License-Identifier: GPL-2.0-only
/* What the table says of posting: rows without counts, and the accounts. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "table_cells.h"

/* 2026-01-31T23:59:58Z */
#define TIME_NS INT64_C(1769903998000000000)

static const struct table_options screen = {.width = 80};
static const struct table_options all = {.width = 80, .all = true};

static char *live(const struct snapshot *s, const struct table_options *o)
{
	struct capture capture;

	assert_int_equal(render_table(capture_begin(&capture), s, o), 0);
	return capture_end(&capture);
}

static char *summary(const struct snapshot *s, const struct table_options *o)
{
	struct snapshot of_10_s = *s;
	struct capture capture;

	of_10_s.duration_ns = 10000000000;
	assert_int_equal(render_summary(capture_begin(&capture), &of_10_s, o),
			 0);
	return capture_end(&capture);
}

static void set_posted(struct vector_snapshot *vector, int vcpu)
{
	struct configured *c = &vector->configured;

	configured_unknown(c);
	c->path = CONFIGURED_POSTED;
	c->reasons = 0;
	c->since = SINCE_BEFORE_START;
	c->guest_vector = 0x41;
	c->vcpu = vcpu;
	c->vm = (struct vm_identity){true, 4321, "qemu-system-x86"};
	vector->ever_posted = KNOWN_YES;
}

static struct snapshot *finish(struct snapshot *s)
{
	s->time_ns = TIME_NS;
	s->ts_ns = 1000000000;
	snapshot_finish(s, NULL, 0);
	return s;
}

/* Posted ones come behind those that counted, before those that are idle. */
static struct snapshot *make_snapshot(void)
{
	struct snapshot *s = snapshot_new(4);

	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 100, PATH_IRQFD, 0);
	configured_unknown(&s->vectors[0].configured);
	s->vectors[0].configured.path = CONFIGURED_IRQFD;
	set_vector(&s->vectors[1], 3, VECTOR_MSIX, 1, 101, PATH_IRQFD, 0);
	set_posted(&s->vectors[1], 1);
	set_vector(&s->vectors[2], 3, VECTOR_MSIX, 2, 102, PATH_IRQFD, 50);
	set_posted(&s->vectors[2], -1);
	s->vectors[2].paths[PATH_EVENTFD] = 60;
	set_vector(&s->vectors[3], 3, VECTOR_MSIX, 3, 103, PATH_EVENTFD, 20);
	configured_unknown(&s->vectors[3].configured);
	return finish(s);
}

static void posted_rows_have_no_counts(void **state)
{
	struct snapshot *s = make_snapshot();
	char *text = live(s, &screen);

	(void)state;
	assert_string_equal(
		text,
		"23:59:58Z  130/s from 2 of 4 vectors, 130 interrupts so far\n"
		"posted, not countable (n/c): 2 vectors, since before the "
		"start\n"
		"DEVICE        VECTOR  IRQ  PATH     RATE  COUNT  VM"
		"                    TARGET\n"
		"0000:03:00.0  msix 2  102  posted    n/c    n/c  "
		"4321 qemu-system-x86  v?:0x41\n"
		"                           eventfd  60/s     60\n"
		"                           irqfd    50/s     50\n"
		"0000:03:00.0  msix 3  103  eventfd  20/s     20  -"
		"                     -\n"
		"0000:03:00.0  msix 1  101  posted    n/c    n/c  "
		"4321 qemu-system-x86  v1:0x41\n"
		"  1 idle vector, no interrupts in total (--all shows them)\n");
	free(text);
	snapshot_free(s);
}

static void summary_has_them_too(void **state)
{
	struct snapshot *s = make_snapshot();
	char *text = summary(s, &all);

	(void)state;
	assert_string_equal(
		text,
		"130 interrupts in 10.0 s, 13/s on average, from 2 of 4 "
		"vectors\n"
		"by path: eventfd 80, irqfd 50\n"
		"posted, not countable (n/c): 2 vectors, since before the "
		"start\n"
		"DEVICE        VECTOR  IRQ  PATH      RATE  COUNT  VM"
		"                    TARGET\n"
		"0000:03:00.0  msix 2  102  posted     n/c    n/c  "
		"4321 qemu-system-x86  v?:0x41\n"
		"                           eventfd  6.0/s     60\n"
		"                           irqfd    5.0/s     50\n"
		"0000:03:00.0  msix 3  103  eventfd  2.0/s     20  -"
		"                     -\n"
		"0000:03:00.0  msix 1  101  posted     n/c    n/c  "
		"4321 qemu-system-x86  v1:0x41\n"
		"0000:03:00.0  msix 0  100  (irqfd)    0/s      0  -"
		"                     -\n");
	free(text);
	snapshot_free(s);
}

/* What it counted before it was posted has no rate of 0 meanwhile. */
static void earlier_paths_have_no_rate(void **state)
{
	struct snapshot *before = make_snapshot(), *s = make_snapshot();
	char *text;

	(void)state;
	s->ts_ns = 2000000000;
	snapshot_finish(s, before, 0);
	text = live(s, &all);
	assert_non_null(strstr(text, "\n                           irqfd"
				     "       -     50\n"));
	/* Of what is not posted it is one. */
	assert_non_null(strstr(text, "eventfd   0/s     20"));
	free(text);
	snapshot_free(before);
	snapshot_free(s);
}

/* Of several, the one that changed last; of others nobody asks. */
static void when_it_was_posted_is_told(void **state)
{
	struct snapshot *s = make_snapshot();
	struct configured *first = &s->vectors[1].configured;
	struct configured *second = &s->vectors[2].configured;
	char *text;

	(void)state;
	first->since = SINCE_BEFORE_START;
	second->since = SINCE_TIME;
	second->since_time_ns = TIME_NS - 2000000001;
	s->vectors[3].configured.since = SINCE_TIME;
	s->vectors[3].configured.since_time_ns = TIME_NS;
	text = live(s, &screen);
	assert_non_null(strstr(text, " (n/c): 2 vectors, the last at "
				     "23:59:55Z\n"));
	free(text);

	first->since = SINCE_TIME;
	first->since_time_ns = TIME_NS - 1000000000;
	text = live(s, &screen);
	assert_non_null(strstr(text, "the last at 23:59:57Z\n"));
	free(text);
	snapshot_free(s);
}

/* Also if the first row of all is the last one that was posted. */
static void the_first_vector_counts(void **state)
{
	struct snapshot *s = snapshot_new(2);
	char *text;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		set_vector(&s->vectors[i], 3, VECTOR_MSIX, i, 100 + (int)i,
			   PATH_IRQFD, 0);
		set_posted(&s->vectors[i], 0);
		s->vectors[i].configured.since = SINCE_TIME;
		s->vectors[i].configured.since_time_ns =
			TIME_NS - (i + 1) * INT64_C(1000000000);
	}
	text = live(finish(s), &screen);
	assert_non_null(strstr(text, "the last at 23:59:57Z\n"));
	free(text);
	snapshot_free(s);
}

static void one_posted_vector(void **state)
{
	struct snapshot *s = snapshot_new(1);
	char *text;

	(void)state;
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 100, PATH_IRQFD, 0);
	set_posted(&s->vectors[0], 0);
	text = live(finish(s), &screen);
	assert_non_null(strstr(text, "from 0 of 1 vector, 0 interrupts"));
	assert_non_null(
		strstr(text, "\nposted, not countable (n/c): 1 vector, "));
	assert_non_null(strstr(text, " v0:0x41\n"));
	assert_null(strstr(text, "idle"));
	free(text);
	snapshot_free(s);
}

/* What it would do stands in brackets: it is not what it did. */
static void uncounted_vectors_say_what_they_would_do(void **state)
{
	static const struct {
		enum configured_path path;
		const char *cell;
	} cases[] = {
		{CONFIGURED_UNKNOWN, " -  "},
		{CONFIGURED_IRQFD, " (irqfd)  "},
		{CONFIGURED_EVENTFD, " (eventfd)  "},
		{CONFIGURED_MASKED, " (masked)  "},
		{CONFIGURED_UNUSED, " (unused)  "},
		{CONFIGURED_HOST, " (host)  "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct snapshot *s = snapshot_new(1);
		struct vector_snapshot *v = &s->vectors[0];
		char *text;

		set_vector(v, 3, VECTOR_MSIX, 0, 100, PATH_IRQFD, 0);
		configured_unknown(&v->configured);
		v->configured.path = cases[i].path;
		text = live(finish(s), &all);
		if (!strstr(text, cases[i].cell))
			fail_msg("no cell '%s'", cases[i].cell);
		assert_non_null(strstr(text, " 0/s  "));
		assert_null(strstr(text, NOT_COUNTABLE));
		free(text);

		/* One that has counted shows that alone. */
		v->paths[PATH_IRQFD_DROPPED] = 3;
		text = live(finish(s), &all);
		assert_non_null(strstr(text, " irqfd_dropped "));
		assert_null(strstr(text, "("));
		free(text);
		snapshot_free(s);
	}
}

/* The entry says whose it is now, not what was seen last. */
static void the_vm_is_the_one_configured(void **state)
{
	struct snapshot *s = snapshot_new(1);
	struct vector_snapshot *v = &s->vectors[0];
	char *text;

	(void)state;
	set_vector(v, 3, VECTOR_MSIX, 0, 100, PATH_IRQFD, 9);
	set_target(v, 7, 0x77, 1);
	set_posted(v, 1);
	v->vm = (struct vm_identity){true, 1111, "old"};
	text = live(finish(s), &screen);
	assert_non_null(strstr(text, " 4321 qemu-system-x86  v1:0x41\n"));
	assert_null(strstr(text, "1111"));
	free(text);

	v->configured.vm.known = false;
	v->configured.path = CONFIGURED_IRQFD;
	text = live(finish(s), &screen);
	assert_non_null(strstr(text, " 1111 old  v7:0x77\n"));
	free(text);
	snapshot_free(s);
}

static void rows_of_a_vector(void **state)
{
	struct vector_snapshot vector = {0};

	(void)state;
	configured_unknown(&vector.configured);
	assert_int_equal(table_rows_of(&vector), 1);
	vector.paths[PATH_IRQFD] = 1;
	assert_int_equal(table_rows_of(&vector), 1);
	vector.paths[PATH_UNKNOWN] = 1;
	assert_int_equal(table_rows_of(&vector), 2);
	assert_false(vector_is_posted(&vector));
	vector.configured.path = CONFIGURED_POSTED;
	assert_true(vector_is_posted(&vector));
	assert_int_equal(table_rows_of(&vector), 3);
	memset(vector.paths, 0, sizeof(vector.paths));
	assert_int_equal(table_rows_of(&vector), 1);
}

static void posted_vectors_keep_any_height_and_width(void **state)
{
	struct snapshot *s = snapshot_new(30);

	(void)state;
	for (unsigned int i = 0; i < 30; i++) {
		struct vector_snapshot *v = &s->vectors[i];

		set_vector(v, 3, VECTOR_MSIX, i, 1000 + (int)i, PATH_IRQFD, 0);
		set_posted(v, (int)i);
		for (int path = 0; path < PATH_COUNT && i % 2; path++)
			v->paths[path] = 1000000 + i;
	}
	finish(s);
	for (unsigned int size = 1; size < 160; size++) {
		const struct table_options o = {.width = size, .height = size};
		char *text = live(s, &o);

		assert_true(widest(text) < size);
		assert_true(count_lines(text) < (size > 6 ? size : 6));
		free(text);
	}
	snapshot_free(s);
}

static void injections_are_held_against_pin(void **state)
{
	struct snapshot *s = finish(snapshot_new(0));
	char *text;

	(void)state;
	s->running_injections_known = true;
	s->running_injections = 12345;
	s->host_vector_known[HOST_PIN] = true;
	text = summary(s, &screen);
	/* Without one there is nothing to explain. */
	assert_null(strstr(text, "running vCPUs"));
	assert_null(strstr(text, "PIN alone"));
	free(text);

	s->host_vectors[HOST_PIN] = 23456;
	text = summary(s, &screen);
	assert_non_null(strstr(
		text, "posted-interrupt events of the host: PIN 23.4k\n"
		      "  KVM injected 12.3k interrupts into running vCPUs: up "
		      "to one PIN each\n"
		      "  PIN alone does not show that the IOMMU posts: KVM "
		      "sends it, too\n"));
	assert_true(widest(text) < 80);
	free(text);

	s->running_injections = 1;
	text = live(s, &screen);
	assert_non_null(strstr(text, "  KVM injected 1 interrupt into "));
	assert_null(strstr(text, "PIN alone"));
	free(text);

	s->running_injections_known = false;
	text = live(s, &screen);
	assert_null(strstr(text, "running vCPUs"));
	free(text);
	snapshot_free(s);
}

static void set_wakeups(struct snapshot *s, size_t count)
{
	s->wakeups_known = true;
	s->wakeups = calloc(count, sizeof(*s->wakeups));
	assert_non_null(s->wakeups);
	s->wakeup_count = count;
	for (size_t i = 0; i < count; i++)
		s->wakeups[i] = (struct wakeup_count){
			{true, 4321, "qemu-system-x86"}, (int)i, 1234567};
}

static void woken_vcpus_are_named(void **state)
{
	struct snapshot *s = snapshot_new(0);
	char *text;

	(void)state;
	set_wakeups(s, 2);
	snprintf(s->wakeups[0].vm.comm, COMM_LEN, "q\033[m\n");
	s->wakeups[1].vm.pid = 5000;
	s->wakeups[1].vm.comm[0] = '\0';
	text = live(finish(s), &screen);
	assert_non_null(strstr(text,
			       "\n  woken by PIW: VM 4321 "
			       "q\\x1b[m\\x0a v0 1.2M\n"
			       "  woken by PIW: VM 5000 (gone) v1 1.2M\n"));
	free(text);
	s->wakeup_count = 0;
	text = live(s, &screen);
	assert_null(strstr(text, "woken"));
	free(text);
	snapshot_free(s);
}

/* As in saved records, where they are null. */
static void what_is_unknown_is_no_number(void **state)
{
	struct snapshot *s = snapshot_new(1);
	char *text;

	(void)state;
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 100, PATH_IRQFD, 0);
	set_posted(&s->vectors[0], 0);
	s->vectors[0].configured.guest_vector = -1;
	set_wakeups(s, 2);
	s->wakeups[0].vm = (struct vm_identity){.known = false};
	s->wakeups[0].vcpu = -1;
	s->wakeups[1].vcpu = -1;
	text = live(finish(s), &screen);
	assert_non_null(strstr(text, " v0:?"));
	assert_null(strstr(text, "0xff"));
	assert_non_null(strstr(text, "\n  woken by PIW: VM ? v? 1.2M\n"
				     "  woken by PIW: VM 4321 "
				     "qemu-system-x86 v? 1.2M\n"));
	free(text);
	snapshot_free(s);
}

/* Those woken most often have lines of their own; the rest is not silent. */
static void many_woken_vcpus_are_not_cut_unnoticed(void **state)
{
	struct snapshot *s = snapshot_new(0);
	char *text;

	(void)state;
	set_wakeups(s, 64);
	s->wakeups[20].count = 2000000;
	text = live(finish(s), &screen);
	assert_non_null(strstr(
		text, "\n  woken by PIW: VM 4321 qemu-system-x86 v20 2.0M\n"
		      "  woken by PIW: VM 4321 qemu-system-x86 v0 1.2M\n"
		      "  woken by PIW: VM 4321 qemu-system-x86 v1 1.2M\n"
		      "  woken by PIW: VM 4321 qemu-system-x86 v2 1.2M\n"
		      "  ... and 60 more vCPUs\n"));
	free(text);
	snapshot_free(s);
}

static void losses_are_named(void **state)
{
	struct snapshot *s = finish(snapshot_new(0));
	char *text;

	(void)state;
	s->lost[LOST_EVENT] = 3;
	s->lost[LOST_WAKEUP] = 4;
	text = live(s, &screen);
	assert_non_null(strstr(
		text,
		"\nlost: changes not told of, the ring buffer is full: 3\n"
		"lost: wake-ups without their vCPU, its table is "
		"full: 4\n"));
	free(text);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posted_rows_have_no_counts),
		cmocka_unit_test(summary_has_them_too),
		cmocka_unit_test(earlier_paths_have_no_rate),
		cmocka_unit_test(when_it_was_posted_is_told),
		cmocka_unit_test(one_posted_vector),
		cmocka_unit_test(the_first_vector_counts),
		cmocka_unit_test(uncounted_vectors_say_what_they_would_do),
		cmocka_unit_test(the_vm_is_the_one_configured),
		cmocka_unit_test(rows_of_a_vector),
		cmocka_unit_test(posted_vectors_keep_any_height_and_width),
		cmocka_unit_test(injections_are_held_against_pin),
		cmocka_unit_test(woken_vcpus_are_named),
		cmocka_unit_test(what_is_unknown_is_no_number),
		cmocka_unit_test(many_woken_vcpus_are_not_cut_unnoticed),
		cmocka_unit_test(losses_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
