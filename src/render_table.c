// SPDX-License-Identifier: GPL-2.0-only
#include "render.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output.h"
#include "table_cells.h"
#include "table_layout.h"
#include "text_escape.h"

#define NS_PER_SECOND 1000000000
#define LINE_LEN      512

/* vCPUs woken most often, targets injected into most; JSON has all. */
#define WAKEUPS_SHOWN    4
#define INJECTIONS_SHOWN 4

/* Of a name, so that its line fits even if it has to be escaped. */
#define COMM_COLUMNS 24

#define PLAIN        ""
#define BOLD         "\033[1m"
#define DIM          "\033[2m"
#define YELLOW       "\033[33m"

/* What is shown, and how far the showing has come. */
struct view {
	const struct snapshot *s;
	const struct table_options *o;
	struct measure measure;
	const struct vector_snapshot **vectors; /* busiest first */
	size_t busy; /* how many of them have a count to show */
	size_t silent; /* behind those: posted, without one */
	FILE *out;
	size_t lines;
};

static uint64_t vector_measure(const struct view *view,
			       const struct vector_snapshot *vector)
{
	return view->measure.summary ? vector->count : vector->count_delta;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* Prints @text, cut so that it leaves the last column of the screen free. */
static void print_line(struct view *view, const char *color, char *text)
{
	bool colored = view->o->color && *color;

	if (view->o->width)
		text_cut(text, view->o->width - 1);
	fprintf(view->out, "%s%s%s\n", colored ? color : "", text,
		colored ? "\033[0m" : "");
	view->lines++;
}

__attribute__((format(printf, 3, 4))) static void say(struct view *view,
						      const char *color,
						      const char *format, ...)
{
	char text[LINE_LEN];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	print_line(view, color, text);
}

/* "12:00:01Z" */
static void format_clock(int64_t time_ns, char *text, size_t size)
{
	time_t seconds = (time_t)(time_ns / NS_PER_SECOND);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(text, size, "%H:%M:%SZ", &utc);
}

static void say_live_title(struct view *view)
{
	char rate[NUMBER_LEN], count[NUMBER_LEN], clock[16];
	uint64_t total = snapshot_total(view->s), delta = 0;

	for (size_t i = 0; i < view->s->vector_count; i++)
		delta += view->s->vectors[i].count_delta;
	format_clock(view->s->time_ns, clock, sizeof(clock));
	measure_rate(&view->measure, delta, rate);
	measure_count(&view->measure, total, count);
	say(view, BOLD,
	    "%s  %s from %zu of %zu vector%s, %s interrupt%s so far", clock,
	    rate, view->busy, view->s->vector_count,
	    plural(view->s->vector_count), count, plural(total));
}

static void say_summary_title(struct view *view)
{
	char rate[NUMBER_LEN], count[NUMBER_LEN];
	uint64_t total = snapshot_total(view->s);

	measure_rate(&view->measure, total, rate);
	measure_count(&view->measure, total, count);
	say(view, BOLD,
	    "%s interrupt%s in %.1f s, %s on average, from %zu of %zu vector%s",
	    count, plural(total), view->measure.seconds, rate, view->busy,
	    view->s->vector_count, plural(view->s->vector_count));
}

/* Adds "irqfd 12" to a list in @line. */
static void add_named(const struct view *view, char line[LINE_LEN],
		      const char *name, uint64_t value)
{
	char count[NUMBER_LEN];
	size_t len = strlen(line);
	bool first = len >= 2 && strcmp(line + len - 2, ": ") == 0;

	measure_count(&view->measure, value, count);
	snprintf(line + len, LINE_LEN - len, "%s%s %s", first ? "" : ", ", name,
		 count);
}

static void say_path_totals(struct view *view)
{
	char line[LINE_LEN] = "by path: ";
	uint64_t all = 0;

	for (int path = 0; path < PATH_COUNT; path++) {
		uint64_t total = 0;

		for (size_t i = 0; i < view->s->vector_count; i++)
			total += view->s->vectors[i].paths[path];
		all += total;
		if (total)
			add_named(view, line, path_name(path), total);
	}
	if (all)
		print_line(view, PLAIN, line);
}

/* "the last at 12:00:01Z", or what is known if no change was seen. */
static void format_since(const struct snapshot *s, size_t posted, char *text,
			 size_t size)
{
	bool before_start = false;
	int64_t last_ns = 0;
	char clock[16];

	for (size_t i = 0; i < s->vector_count; i++) {
		const struct configured *c = &s->vectors[i].configured;

		if (!vector_is_posted(&s->vectors[i]))
			continue;
		before_start |= c->since == SINCE_BEFORE_START;
		if (c->since == SINCE_TIME && c->since_time_ns > last_ns)
			last_ns = c->since_time_ns;
	}
	format_clock(last_ns, clock, sizeof(clock));
	if (last_ns)
		snprintf(text, size, "%s %s",
			 posted == 1 ? "since" : "the last at", clock);
	else
		snprintf(text, size, "since %s",
			 before_start ? "before the start" : "an unknown time");
}

static void say_posted(struct view *view)
{
	size_t posted = 0;
	char since[40];

	for (size_t i = 0; i < view->s->vector_count; i++)
		posted += vector_is_posted(&view->s->vectors[i]);
	if (!posted)
		return;
	format_since(view->s, posted, since, sizeof(since));
	say(view, PLAIN,
	    "posted, not countable (" NOT_COUNTABLE "): %zu vector%s, %s",
	    posted, plural(posted), since);
}

typedef uint64_t count_fn(const struct snapshot *s, size_t item);

/*
 * Which of @items comes behind @after (@items: the first one), by count, most
 * first, then as they stand; @items behind the last.
 */
static size_t next_most(const struct snapshot *s, size_t items,
			count_fn *count_of, size_t after)
{
	uint64_t before = after < items ? count_of(s, after) : UINT64_MAX;
	size_t next = items;

	for (size_t i = 0; i < items; i++) {
		uint64_t count = count_of(s, i);

		if (after < items &&
		    (count > before || (count == before && i <= after)))
			continue;
		if (next == items || count > count_of(s, next))
			next = i;
	}
	return next;
}

static uint64_t injection_count_of(const struct snapshot *s, size_t item)
{
	return s->injections[item].count;
}

static void say_injection(struct view *view,
			  const struct injection_count *injection)
{
	char comm[4 * COMM_LEN], target[TARGET_LEN], count[NUMBER_LEN];

	text_escape(injection->vm.comm, comm, sizeof(comm));
	text_cut(comm, COMM_COLUMNS);
	target_text(injection->vcpu, injection->guest_vector, target);
	measure_count(&view->measure, injection->count, count);
	if (injection->vm.known)
		say(view, PLAIN, "  into VM %d %s %s: %s",
		    (int)injection->vm.pid, *comm ? comm : "(gone)", target,
		    count);
	else
		say(view, PLAIN, "  into %s: %s", target, count);
}

static void say_injection_targets(struct view *view)
{
	const struct snapshot *s = view->s;
	size_t items = s->injection_count;
	size_t next = next_most(s, items, injection_count_of, items);
	uint64_t rest = s->other_injections;
	char count[NUMBER_LEN];

	for (int i = 0; next < items && i < INJECTIONS_SHOWN; i++) {
		say_injection(view, &s->injections[next]);
		rest -= s->injections[next].count;
		next = next_most(s, items, injection_count_of, next);
	}
	if (next == items)
		return;
	measure_count(&view->measure, rest, count);
	say(view, DIM, "  ... and into %zu more target%s: %s",
	    items - INJECTIONS_SHOWN, plural(items - INJECTIONS_SHOWN), count);
}

static void say_injections(struct view *view)
{
	char count[NUMBER_LEN];

	if (!view->s->other_injections_known)
		return;
	measure_count(&view->measure, view->s->other_injections, count);
	say(view, PLAIN,
	    "KVM injected %s other interrupt%s (virtio, IPIs, timers)", count,
	    plural(view->s->other_injections));
	say_injection_targets(view);
}

/* What the events prove, and what they do not. */
static void say_account(struct view *view)
{
	const struct snapshot *s = view->s;
	char count[NUMBER_LEN];

	if (!s->host_vector_known[HOST_PIN] || !s->host_vectors[HOST_PIN])
		return;
	if (s->running_injections_known) {
		measure_count(&view->measure, s->running_injections, count);
		say(view, PLAIN,
		    "  KVM injected %s interrupt%s into running vCPUs: up to "
		    "one PIN each",
		    count, plural(s->running_injections));
	}
	if (view->measure.summary)
		say(view, DIM,
		    "  PIN alone does not show that the IOMMU posts: KVM "
		    "sends it, too");
}

static uint64_t wakeup_count_of(const struct snapshot *s, size_t item)
{
	return s->wakeups[item].count;
}

static void say_wakeup(struct view *view, const struct wakeup_count *wakeup)
{
	char comm[4 * COMM_LEN], vm[sizeof(comm) + 16] = "?", vcpu[12] = "?";
	char count[NUMBER_LEN];

	text_escape(wakeup->vm.comm, comm, sizeof(comm));
	if (wakeup->vm.known)
		(void)snprintf(vm, sizeof(vm), "%d %s", (int)wakeup->vm.pid,
			       *comm ? comm : "(gone)");
	if (wakeup->vcpu >= 0)
		(void)snprintf(vcpu, sizeof(vcpu), "%d", wakeup->vcpu);
	measure_count(&view->measure, wakeup->count, count);
	say(view, PLAIN, "  woken by PIW: VM %s v%s %s", vm, vcpu, count);
}

static void say_wakeups(struct view *view)
{
	const struct snapshot *s = view->s;
	size_t items = s->wakeup_count;
	size_t next = next_most(s, items, wakeup_count_of, items);

	for (int i = 0; next < items && i < WAKEUPS_SHOWN; i++) {
		say_wakeup(view, &s->wakeups[next]);
		next = next_most(s, items, wakeup_count_of, next);
	}
	if (items > WAKEUPS_SHOWN)
		say(view, DIM, "  ... and %zu more vCPU%s",
		    items - WAKEUPS_SHOWN, plural(items - WAKEUPS_SHOWN));
}

static void say_host(struct view *view)
{
	const struct snapshot *s = view->s;
	char line[LINE_LEN] = "posted-interrupt events of the host: ";
	bool any = false;

	say_posted(view);
	say_injections(view);
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		if (!s->host_vector_known[i])
			continue;
		add_named(view, line, host_vector_name(i), s->host_vectors[i]);
		any = true;
	}
	if (any)
		print_line(view, PLAIN, line);
	say_account(view);
	say_wakeups(view);
}

static void say_losses(struct view *view)
{
	static const char *const words[LOST_KIND_COUNT] = {
		[LOST_VECTOR_TABLE_FULL] =
			"interrupts not counted, the vector table is full",
		[LOST_UNREGISTERED_VECTOR] =
			"interrupts not counted, their vector is not known",
		[LOST_COUNTER_TABLE_FULL] =
			"interrupts not counted, the counter table is full",
		[LOST_TARGET_TABLE_FULL] =
			"deliveries without their vCPU, the target table is full",
		[LOST_STACK] = "interrupts counted without their stack",
		[LOST_EVENT] = "changes not told of, the ring buffer is full",
		[LOST_WAKEUP] =
			"wake-ups without their vCPU, its table is full",
		[LOST_SKIPPED_RUN] = "runs of probes skipped by the kernel",
		[LOST_UNSEEN_INTERRUPT] =
			"interrupts that only /proc/interrupts has seen",
	};
	char count[NUMBER_LEN];

	for (int i = 0; i < LOST_KIND_COUNT; i++) {
		if (!view->s->lost[i])
			continue;
		measure_count(&view->measure, view->s->lost[i], count);
		say(view, YELLOW, "lost: %s: %s", words[i], count);
	}
}

static void print_row(struct view *view, const struct table_layout *layout,
		      struct table_row *row, const char *color)
{
	char line[LINE_LEN];

	table_format_row(layout, row, line);
	print_line(view, color, line);
}

static void print_rows(struct view *view, struct table_row *rows, size_t count)
{
	struct table_layout layout;
	struct table_row titles;

	table_titles(&titles);
	table_lay_out(rows, count, view->o->width, &layout);
	print_row(view, &layout, &titles, BOLD);
	for (size_t i = 0; i < count; i++)
		print_row(view, &layout, &rows[i], PLAIN);
}

/* Rows that the screen has room for, below what it shows already. */
static size_t room_for_rows(const struct view *view, size_t wanted,
			    size_t footer)
{
	/* The titles, and the line that the cursor stands in at the end. */
	size_t used = view->lines + footer + 2;

	if (!view->o->height || used + wanted <= view->o->height)
		return wanted;
	used++; /* "... more vectors" */
	return used < view->o->height ? view->o->height - used : 1;
}

/* Shows the first @count vectors, as far as there is room. */
static int show_vectors(struct view *view, size_t count, size_t footer)
{
	size_t wanted = 0, used = 0, room, shown;
	struct table_row *rows;

	for (size_t i = 0; i < count; i++)
		wanted += table_rows_of(view->vectors[i]);
	room = room_for_rows(view, wanted, footer);
	rows = calloc(room + PATH_COUNT + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (shown = 0; shown < count && used < room; shown++) {
		size_t needed = table_rows_of(view->vectors[shown]);

		/* No vector is shown by half, but one has to be. */
		if (shown && used + needed > room)
			break;
		table_fill_rows(&view->measure, view->vectors[shown],
				&rows[used]);
		used += needed;
	}
	print_rows(view, rows, used < room ? used : room);
	free(rows);
	if (shown < count)
		say(view, DIM, "... %zu more %svector%s", count - shown,
		    view->o->all ? "" : "busy ", plural(count - shown));
	return 0;
}

static void say_idle(struct view *view)
{
	size_t shown = view->busy + view->silent;
	size_t idle = view->s->vector_count - shown;
	char count[NUMBER_LEN];
	uint64_t total = 0;

	for (size_t i = shown; i < view->s->vector_count; i++)
		total += view->vectors[i]->count;
	measure_count(&view->measure, total, count);
	say(view, DIM, "  %zu idle vector%s, %s interrupt%s in total%s", idle,
	    plural(idle), total ? count : "no", plural(total),
	    " (--all shows them)");
}

/*
 * Posted ones, of which nobody knows, come before those that are idle.
 * Vectors stand in one array, by device, kind, number: that settles the rest.
 */
static int by_measure(const struct vector_snapshot *a,
		      const struct vector_snapshot *b, uint64_t of_a,
		      uint64_t of_b)
{
	if (of_a != of_b)
		return of_a > of_b ? -1 : 1;
	if (vector_is_posted(a) != vector_is_posted(b))
		return vector_is_posted(a) ? -1 : 1;
	return (a > b) - (a < b);
}

static int by_delta(const void *left, const void *right)
{
	const struct vector_snapshot *const *a = left, *const *b = right;

	return by_measure(*a, *b, (*a)->count_delta, (*b)->count_delta);
}

static int by_count(const void *left, const void *right)
{
	const struct vector_snapshot *const *a = left, *const *b = right;

	return by_measure(*a, *b, (*a)->count, (*b)->count);
}

static int sort_vectors(struct view *view)
{
	size_t count = view->s->vector_count;

	view->vectors =
		calloc(count + 1, sizeof(const struct vector_snapshot *));
	if (!view->vectors)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		view->vectors[i] = &view->s->vectors[i];
		if (vector_measure(view, view->vectors[i]))
			view->busy++;
		else if (vector_is_posted(view->vectors[i]))
			view->silent++;
	}
	qsort(view->vectors, count, sizeof(const struct vector_snapshot *),
	      view->measure.summary ? by_count : by_delta);
	return 0;
}

static int show(struct view *view)
{
	size_t count = view->o->all ? view->s->vector_count
				    : view->busy + view->silent;
	bool idle = count < view->s->vector_count;
	int error = 0;

	if (view->measure.summary) {
		say_summary_title(view);
		say_path_totals(view);
	} else {
		say_live_title(view);
	}
	say_host(view);
	say_losses(view);
	if (!view->s->vector_count)
		say(view, DIM, "  no interrupt vector of a VFIO device seen");
	if (count)
		error = show_vectors(view, count, idle);
	if (idle)
		say_idle(view);
	return error;
}

static int render(FILE *file, struct view *view)
{
	struct output out;
	int error = sort_vectors(view);

	if (error)
		return error;
	error = output_begin(&out);
	if (!error) {
		int shown, written;

		view->out = out.text;
		shown = show(view);
		written = output_end(&out, file);
		error = shown ? shown : written;
	}
	free(view->vectors);
	return error;
}

int render_table(FILE *file, const struct snapshot *s,
		 const struct table_options *o)
{
	struct view view = {
		.s = s,
		.o = o,
		.measure.exact = o->exact,
		.measure.seconds = (double)s->interval_ns / NS_PER_SECOND,
	};

	return render(file, &view);
}

int render_summary(FILE *file, const struct snapshot *s,
		   const struct table_options *o)
{
	struct view view = {
		.s = s,
		.o = o,
		.measure.exact = o->exact,
		.measure.summary = true,
		.measure.seconds = (double)s->duration_ns / NS_PER_SECOND,
	};

	return render(file, &view);
}
