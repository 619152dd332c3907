// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: serve [ADDR:]PORT FILE VECTORS
 *
 * Exports made-up metrics as pitrace does, for tests without a kernel: a new
 * snapshot every 50 ms, all counters of which have the same value. Ends on
 * SIGTERM, and says how long the loop, in which pitrace would trace, had been
 * kept from its work at most.
 */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "display.h"
#include "events.h"
#include "exporter.h"

#define INTERVAL_NS 50000000

/* The @nth snapshot of @count vectors. */
static struct snapshot *make_snapshot(size_t count, uint64_t nth)
{
	struct snapshot *s = snapshot_new(count);

	for (size_t i = 0; s && i < count; i++) {
		struct vector_snapshot *vector = &s->vectors[i];

		vector->name = (struct vector_name){
			{0, (uint8_t)(i / 256), 0, 0},
			VECTOR_MSIX,
			(unsigned int)(i % 256),
		};
		for (int path = 0; path < PATH_COUNT; path++)
			vector->paths[path] = nth;
		configured_unused(&vector->configured);
		vector->vm = (struct vm_identity){true, 1234, "a\\b\"c"};
	}
	if (s)
		snapshot_finish(s, NULL, 0);
	return s;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Until a signal comes. Returns the longest time between two intervals. */
static uint64_t loop(struct exporter *exporter, struct events *events,
		     size_t vectors)
{
	uint64_t longest_ns = 0, last_ns = clock_monotonic_ns(), nth = 1;
	struct metrics metrics = {.changes_known = true};
	struct snapshot *snapshot = NULL;
	int event = EVENT_INTERVAL;

	run_info_here(&metrics.run, NULL, 0);
	for (; event >= 0 && event != EVENT_SIGNAL;
	     event = events_wait(events, -1)) {
		if (event == EVENT_EXPORTER) {
			exporter_serve(exporter, &metrics);
			continue;
		}
		snapshot_free(snapshot);
		metrics.snapshot = snapshot = make_snapshot(vectors, nth++);
		exporter_update(exporter, &metrics);
		exporter_serve(exporter, &metrics);
		longest_ns = later(longest_ns, clock_monotonic_ns() - last_ns);
		last_ns = clock_monotonic_ns();
	}
	snapshot_free(snapshot);
	return longest_ns;
}

int main(int argc, char **argv)
{
	struct failure failure = {.exit_code = EXIT_DONE};
	struct options options = {.textfile = argc > 2 ? argv[2] : NULL};
	struct exporter exporter;
	struct events events;
	uint64_t longest_ns;

	if (argc != 4 || listen_addresses_parse(argv[1], &options.listen))
		return EXIT_USAGE;
	if (exporter_open(&exporter, &options, &failure)) {
		output_note("%s", failure.text);
		exporter_close(&exporter);
		return (int)failure.exit_code;
	}
	if (events_open(&events) ||
	    events_watch_exporter(&events, exporter_fd(&exporter)) ||
	    events_start_interval(&events, INTERVAL_NS))
		return EXIT_FAILED;
	longest_ns = loop(&exporter, &events, strtoul(argv[3], NULL, 10));
	printf("%llu ms\n", (unsigned long long)longest_ns / 1000000);
	exporter_close(&exporter);
	events_close(&events);
	return EXIT_DONE;
}
