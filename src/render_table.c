// SPDX-License-Identifier: GPL-2.0-only
#include "render.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "number_format.h"
#include "output.h"
#include "table_layout.h"
#include "text_escape.h"

#define NS_PER_SECOND 1000000000
#define LINE_LEN      512
#define CELL_LEN      96

#define PLAIN         ""
#define BOLD          "\033[1m"
#define DIM           "\033[2m"
#define YELLOW        "\033[33m"

/* What is shown, and how far the showing has come. */
struct view {
	const struct snapshot *s;
	const struct table_options *o;
	bool summary; /* since the start rather than in the interval */
	double seconds; /* that rates refer to */
	const struct vector_snapshot **vectors; /* busiest first */
	size_t busy; /* how many of them have a count to show */
	FILE *out;
	size_t lines;
};

static uint64_t vector_measure(const struct view *view,
			       const struct vector_snapshot *vector)
{
	return view->summary ? vector->count : vector->count_delta;
}

static uint64_t path_measure(const struct view *view,
			     const struct vector_snapshot *vector, int path)
{
	return view->summary ? vector->paths[path] : vector->paths_delta[path];
}

static void show_count(const struct view *view, uint64_t count,
		       char text[NUMBER_LEN])
{
	if (view->o->exact)
		format_count_exact(count, text);
	else
		format_count(count, text);
}

static void show_rate(const struct view *view, uint64_t count,
		      char text[NUMBER_LEN])
{
	double rate = view->seconds > 0 ? (double)count / view->seconds : -1;

	if (view->o->exact)
		format_rate_exact(rate, text);
	else
		format_rate(rate, text);
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

static void say_live_title(struct view *view)
{
	char rate[NUMBER_LEN], count[NUMBER_LEN], clock[16];
	time_t seconds = (time_t)(view->s->time_ns / NS_PER_SECOND);
	uint64_t total = snapshot_total(view->s), delta = 0;
	struct tm utc;

	for (size_t i = 0; i < view->s->vector_count; i++)
		delta += view->s->vectors[i].count_delta;
	gmtime_r(&seconds, &utc);
	strftime(clock, sizeof(clock), "%H:%M:%SZ", &utc);
	show_rate(view, delta, rate);
	show_count(view, total, count);
	say(view, BOLD,
	    "%s  %s from %zu of %zu vector%s, %s interrupt%s so far", clock,
	    rate, view->busy, view->s->vector_count,
	    plural(view->s->vector_count), count, plural(total));
}

static void say_summary_title(struct view *view)
{
	char rate[NUMBER_LEN], count[NUMBER_LEN];
	uint64_t total = snapshot_total(view->s);

	show_rate(view, total, rate);
	show_count(view, total, count);
	say(view, BOLD,
	    "%s interrupt%s in %.1f s, %s on average, from %zu of %zu vector%s",
	    count, plural(total), view->seconds, rate, view->busy,
	    view->s->vector_count, plural(view->s->vector_count));
}

/* Adds "irqfd 12" to a list in @line. */
static void add_named(const struct view *view, char line[LINE_LEN],
		      const char *name, uint64_t value)
{
	char count[NUMBER_LEN];
	size_t len = strlen(line);
	bool first = len >= 2 && strcmp(line + len - 2, ": ") == 0;

	show_count(view, value, count);
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

static void say_host(struct view *view)
{
	const struct snapshot *s = view->s;
	char line[LINE_LEN] = "posted-interrupt events of the host: ";
	bool any = false;

	if (s->other_injections_known) {
		char count[NUMBER_LEN];

		show_count(view, s->other_injections, count);
		say(view, PLAIN,
		    "KVM injected %s other interrupt%s (virtio, IPIs, timers)",
		    count, plural(s->other_injections));
	}
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		if (!s->host_vector_known[i])
			continue;
		add_named(view, line, host_vector_name(i), s->host_vectors[i]);
		any = true;
	}
	if (any)
		print_line(view, PLAIN, line);
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
		[LOST_SKIPPED_RUN] = "runs of probes skipped by the kernel",
		[LOST_UNSEEN_INTERRUPT] =
			"interrupts that only /proc/interrupts has seen",
	};
	char count[NUMBER_LEN];

	for (int i = 0; i < LOST_KIND_COUNT; i++) {
		if (!view->s->lost[i])
			continue;
		show_count(view, view->s->lost[i], count);
		say(view, YELLOW, "lost: %s: %s", words[i], count);
	}
}

static void fill_vector(const struct vector_snapshot *vector,
			struct table_row *row)
{
	char *cell = row->cells[COLUMN_VECTOR];

	pci_address_format(&vector->device, row->cells[COLUMN_DEVICE]);
	if (vector->kind == VECTOR_INTX)
		snprintf(cell, CELL_LEN, "%s", vector_kind_name(vector->kind));
	else
		snprintf(cell, CELL_LEN, "%s %u",
			 vector_kind_name(vector->kind), vector->vector);
	if (vector->irq < 0)
		snprintf(row->cells[COLUMN_IRQ], CELL_LEN, "-");
	else
		snprintf(row->cells[COLUMN_IRQ], CELL_LEN, "%d", vector->irq);
}

static void fill_vm(const struct vm_identity *vm, char cell[CELL_LEN])
{
	char comm[4 * COMM_LEN];

	if (!vm->known) {
		snprintf(cell, CELL_LEN, "-");
		return;
	}
	text_escape(vm->comm, comm, sizeof(comm));
	snprintf(cell, CELL_LEN, "%d %s", (int)vm->pid,
		 *comm ? comm : "(gone)");
}

/* The target with most deliveries, and how many others there are. */
static void fill_target(const struct vector_snapshot *vector,
			char cell[CELL_LEN])
{
	const struct target *most = vector->targets;
	char vcpu[16] = "?", guest_vector[16] = "?", others[24] = "";

	if (!vector->target_count) {
		snprintf(cell, CELL_LEN, "-");
		return;
	}
	for (size_t i = 1; i < vector->target_count; i++)
		if (vector->targets[i].count > most->count)
			most = &vector->targets[i];
	if (most->vcpu >= 0)
		snprintf(vcpu, sizeof(vcpu), "%d", most->vcpu);
	if (most->guest_vector >= 0)
		snprintf(guest_vector, sizeof(guest_vector), "0x%02x",
			 (unsigned int)most->guest_vector);
	if (vector->target_count > 1)
		snprintf(others, sizeof(others), " +%zu",
			 vector->target_count - 1);
	snprintf(cell, CELL_LEN, "v%s:%s%s", vcpu, guest_vector, others);
}

/* The paths of @vector with a count, most first. Returns how many. */
static int sort_paths(const struct view *view,
		      const struct vector_snapshot *vector,
		      int paths[PATH_COUNT])
{
	int count = 0;

	for (int path = 0; path < PATH_COUNT; path++) {
		uint64_t measure = path_measure(view, vector, path);
		int at = count;

		if (!vector->paths[path])
			continue;
		for (; at > 0; at--) {
			if (path_measure(view, vector, paths[at - 1]) >=
			    measure)
				break;
			paths[at] = paths[at - 1];
		}
		paths[at] = path;
		count++;
	}
	return count;
}

static size_t rows_of(const struct vector_snapshot *vector)
{
	size_t rows = 0;

	for (int path = 0; path < PATH_COUNT; path++)
		rows += vector->paths[path] > 0;
	return rows ? rows : 1;
}

/* Fills rows_of(@vector) rows: one for each path, or one without a path. */
static void fill_rows(const struct view *view,
		      const struct vector_snapshot *vector,
		      struct table_row *rows)
{
	int paths[PATH_COUNT];
	int count = sort_paths(view, vector, paths);

	fill_vector(vector, &rows[0]);
	fill_vm(&vector->vm, rows[0].cells[COLUMN_VM]);
	fill_target(vector, rows[0].cells[COLUMN_TARGET]);
	if (!count) {
		snprintf(rows[0].cells[COLUMN_PATH], CELL_LEN, "-");
		show_rate(view, 0, rows[0].cells[COLUMN_RATE]);
		show_count(view, 0, rows[0].cells[COLUMN_COUNT]);
	}
	for (int i = 0; i < count; i++) {
		snprintf(rows[i].cells[COLUMN_PATH], CELL_LEN, "%s",
			 path_name(paths[i]));
		show_rate(view, path_measure(view, vector, paths[i]),
			  rows[i].cells[COLUMN_RATE]);
		show_count(view, vector->paths[paths[i]],
			   rows[i].cells[COLUMN_COUNT]);
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
		wanted += rows_of(view->vectors[i]);
	room = room_for_rows(view, wanted, footer);
	rows = calloc(room + PATH_COUNT, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (shown = 0; shown < count && used < room; shown++) {
		size_t needed = rows_of(view->vectors[shown]);

		/* No vector is shown by half, but one has to be. */
		if (shown && used + needed > room)
			break;
		fill_rows(view, view->vectors[shown], &rows[used]);
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
	size_t idle = view->s->vector_count - view->busy;
	char count[NUMBER_LEN];
	uint64_t total = 0;

	for (size_t i = view->busy; i < view->s->vector_count; i++)
		total += view->vectors[i]->count;
	show_count(view, total, count);
	say(view, DIM, "  %zu idle vector%s, %s interrupt%s in total%s", idle,
	    plural(idle), total ? count : "no", plural(total),
	    " (--all shows them)");
}

/* Vectors stand in one array, by device, kind, number: that settles ties. */
static int by_measure(const struct vector_snapshot *a,
		      const struct vector_snapshot *b, uint64_t of_a,
		      uint64_t of_b)
{
	if (of_a != of_b)
		return of_a > of_b ? -1 : 1;
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
		view->busy += vector_measure(view, view->vectors[i]) > 0;
	}
	qsort(view->vectors, count, sizeof(const struct vector_snapshot *),
	      view->summary ? by_count : by_delta);
	return 0;
}

static int show(struct view *view)
{
	size_t count = view->o->all ? view->s->vector_count : view->busy;
	bool idle = count < view->s->vector_count;
	int error = 0;

	if (view->summary) {
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
		.seconds = (double)s->interval_ns / NS_PER_SECOND,
	};

	return render(file, &view);
}

int render_summary(FILE *file, const struct snapshot *s,
		   const struct table_options *o, uint64_t duration_ns)
{
	struct view view = {
		.s = s,
		.o = o,
		.summary = true,
		.seconds = (double)duration_ns / NS_PER_SECOND,
	};

	return render(file, &view);
}
