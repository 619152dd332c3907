// SPDX-License-Identifier: GPL-2.0-only
/*
 * Metrics in both formats. All pages are kept in the directory UNIT_METRICS,
 * if that is set: tests/metrics/check.py has other programs read them.
 */
#include "record_scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render_metrics.h"

/* 2026-01-31T23:59:58.000000042Z */
#define TIME_NS INT64_C(1769903998000000042)

static void keep_page(const char *text, enum metrics_format format)
{
	const char *directory = getenv("UNIT_METRICS");
	static unsigned int number;
	char path[256];
	FILE *file;

	if (!directory)
		return;
	snprintf(path, sizeof(path), "%s/%03u.%s", directory, number++,
		 format == METRICS_OPENMETRICS ? "om" : "prom");
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static char *page_of(const struct metrics *metrics, enum metrics_format format,
		     bool per_device)
{
	struct capture capture;
	char *text;

	assert_int_equal(render_metrics(capture_begin(&capture), metrics,
					format, per_device),
			 0);
	text = capture_end(&capture);
	keep_page(text, format);
	return text;
}

static void check_page(const struct metrics *metrics,
		       enum metrics_format format, bool per_device,
		       const char *expected)
{
	char *text = page_of(metrics, format, per_device);

	assert_string_equal(text, expected);
	free(text);
}

/* Samples of a metric, in their order, without its name. */
static void check_samples(const struct metrics *metrics, bool per_device,
			  const char *name, const char *expected)
{
	char *text = page_of(metrics, METRICS_TEXT, per_device);
	char *rest = text, *line, *got;
	size_t size, length = strlen(name);
	FILE *samples = open_memstream(&got, &size);

	assert_non_null(samples);
	while ((line = strsep(&rest, "\n")))
		if (!strncmp(line, name, length) && strchr("{ ", line[length]))
			fprintf(samples, "%s\n", line + length);
	assert_int_equal(fclose(samples), 0);
	assert_string_equal(got, expected);
	free(got);
	free(text);
}

static const struct probe_status run_probes[] = {
	{.name = "msi", .method = METHOD_FENTRY},
	{.name = "wakeup", .method = METHOD_KRETPROBE},
	{.name = "pi_wakeup", .method = METHOD_OFF, .without = "who was woken"},
	{.name = "irqfd", .method = METHOD_OFF, .reason = "not needed"},
};

static struct metrics metrics_of(const struct snapshot *snapshot)
{
	return (struct metrics){
		.run = {.version = "1.2.3",
			.kernel_release = "6.1.0-56-amd64",
			.probes = run_probes,
			.probe_count = ARRAY_SIZE(run_probes)},
		.snapshot = snapshot,
		.changes_known = true,
	};
}

/* Two devices: two vectors, one of them posted, and a shared line. */
static struct snapshot *make_devices(void)
{
	static const struct vm_identity vm = {true, 4321, "qemu-system-x86"};
	struct snapshot *s = snapshot_new(3);

	assert_non_null(s);
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 0, 137, PATH_EVENTFD, 3);
	s->vectors[0].paths[PATH_IRQFD] = 24690;
	s->vectors[0].posting_changes = 2;
	s->vectors[0].vm = vm;
	set_vector(&s->vectors[1], 3, VECTOR_MSIX, 12, 138, PATH_IRQFD, 10);
	s->vectors[1].posting_changes = 5;
	s->vectors[1].posting_failures = 1;
	s->vectors[1].configured.vm = vm;
	set_vector(&s->vectors[2], 4, VECTOR_INTX, 0, 11, PATH_UNCLAIMED, 7);
	s->vectors[0].configured.path = CONFIGURED_IRQFD;
	s->vectors[1].configured.path = CONFIGURED_POSTED;
	s->vectors[2].configured.path = CONFIGURED_EVENTFD;
	s->time_ns = TIME_NS;
	s->ts_ns = 12500000000;
	s->other_injections_known = true;
	s->other_injections = 99;
	s->host_vector_known[HOST_PIN] = true;
	s->host_vectors[HOST_PIN] = 8;
	s->host_vector_known[HOST_PIW] = true;
	s->lost[LOST_STACK] = 4;
	snapshot_finish(s, NULL, 1000000000);
	return s;
}

static void openmetrics(void **state)
{
	struct snapshot *s = make_devices();
	const struct metrics metrics = metrics_of(s);

	(void)state;
	check_page(
		&metrics, METRICS_OPENMETRICS, true,
		"# HELP pitrace_build Version of pitrace, and the kernel that "
		"it traces.\n"
		"# TYPE pitrace_build info\n"
		"pitrace_build_info{version=\"1.2.3\",kernel=\"6.1.0-56-amd64\""
		"} 1\n"
		"# HELP pitrace_probe_attached Is the probe attached, and "
		"how?\n"
		"# TYPE pitrace_probe_attached gauge\n"
		"pitrace_probe_attached{probe=\"msi\",method=\"fentry\"} 1\n"
		"pitrace_probe_attached{probe=\"wakeup\",method=\"kprobe\"} 1\n"
		"pitrace_probe_attached{probe=\"pi_wakeup\",method=\"off\"} 0\n"
		"# HELP pitrace_snapshot_timestamp_seconds Time that the "
		"counts are of, since 1970.\n"
		"# TYPE pitrace_snapshot_timestamp_seconds gauge\n"
		"# UNIT pitrace_snapshot_timestamp_seconds seconds\n"
		"pitrace_snapshot_timestamp_seconds 1769903998.000000042\n"
		"# HELP pitrace_tracing_duration_seconds Time from the start "
		"of counting, where counters were 0, to that time.\n"
		"# TYPE pitrace_tracing_duration_seconds gauge\n"
		"# UNIT pitrace_tracing_duration_seconds seconds\n"
		"pitrace_tracing_duration_seconds 11.500000000\n"
		"# HELP pitrace_interrupts Interrupts that the host handled, "
		"by the path they took. Posted ones are in none.\n"
		"# TYPE pitrace_interrupts counter\n"
		"pitrace_interrupts_total{device=\"0000:03:00.0\",path="
		"\"eventfd\"} 3\n"
		"pitrace_interrupts_total{device=\"0000:03:00.0\",path="
		"\"irqfd\"} 24700\n"
		"pitrace_interrupts_total{device=\"0000:03:00.0\",path="
		"\"irqfd_deferred\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:03:00.0\",path="
		"\"irqfd_dropped\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:03:00.0\",path="
		"\"unknown\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:04:00.0\",path="
		"\"eventfd\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:04:00.0\",path="
		"\"irqfd\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:04:00.0\",path="
		"\"irqfd_deferred\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:04:00.0\",path="
		"\"irqfd_dropped\"} 0\n"
		"pitrace_interrupts_total{device=\"0000:04:00.0\",path="
		"\"unclaimed\"} 7\n"
		"pitrace_interrupts_total{device=\"0000:04:00.0\",path="
		"\"unknown\"} 0\n"
		"# HELP pitrace_posted_vectors Vectors of the device whose "
		"interrupts the IOMMU posts now.\n"
		"# TYPE pitrace_posted_vectors gauge\n"
		"pitrace_posted_vectors{device=\"0000:03:00.0\"} 1\n"
		"pitrace_posted_vectors{device=\"0000:04:00.0\"} 0\n"
		"# HELP pitrace_posting_changes Changes of entries in the "
		"remapping table, to and from posted.\n"
		"# TYPE pitrace_posting_changes counter\n"
		"pitrace_posting_changes_total{device=\"0000:03:00.0\"} 7\n"
		"pitrace_posting_changes_total{device=\"0000:04:00.0\"} 0\n"
		"# HELP pitrace_posting_failures Tries to change an entry in "
		"the remapping table that failed.\n"
		"# TYPE pitrace_posting_failures counter\n"
		"pitrace_posting_failures_total{device=\"0000:03:00.0\"} 1\n"
		"pitrace_posting_failures_total{device=\"0000:04:00.0\"} 0\n"
		"# HELP pitrace_vm VM that takes the interrupts, or has the "
		"device, by its process.\n"
		"# TYPE pitrace_vm info\n"
		"pitrace_vm_info{device=\"0000:03:00.0\",pid=\"4321\",comm="
		"\"qemu-system-x86\"} 1\n"
		"# HELP pitrace_notification_interrupts Posted-interrupt "
		"events of the host (PIN, NPI, PIW, PMN).\n"
		"# TYPE pitrace_notification_interrupts counter\n"
		"pitrace_notification_interrupts_total{kind=\"PIN\"} 8\n"
		"pitrace_notification_interrupts_total{kind=\"PIW\"} 0\n"
		"# HELP pitrace_other_injections Interrupts that KVM injected "
		"and no traced vector raised.\n"
		"# TYPE pitrace_other_injections counter\n"
		"pitrace_other_injections_total 99\n"
		"# HELP pitrace_lost What was not counted, or not in full, by "
		"its kind.\n"
		"# TYPE pitrace_lost counter\n"
		"pitrace_lost_total{kind=\"vector_table_full\"} 0\n"
		"pitrace_lost_total{kind=\"unregistered_vector\"} 0\n"
		"pitrace_lost_total{kind=\"counter_table_full\"} 0\n"
		"pitrace_lost_total{kind=\"target_table_full\"} 0\n"
		"pitrace_lost_total{kind=\"stack\"} 4\n"
		"pitrace_lost_total{kind=\"event\"} 0\n"
		"pitrace_lost_total{kind=\"wakeup\"} 0\n"
		"pitrace_lost_total{kind=\"skipped_run\"} 0\n"
		"pitrace_lost_total{kind=\"unseen_interrupt\"} 0\n"
		"# EOF\n");
	snapshot_free(s);
}

/* Before anything is counted; and in the older format. */
static void nothing_counted_yet(void **state)
{
	const struct metrics metrics = metrics_of(NULL);

	(void)state;
	check_page(&metrics, METRICS_TEXT, false,
		   "# HELP pitrace_build_info Version of pitrace, and the "
		   "kernel that it traces.\n"
		   "# TYPE pitrace_build_info gauge\n"
		   "pitrace_build_info{version=\"1.2.3\",kernel=\"6.1.0-56-"
		   "amd64\"} 1\n"
		   "# HELP pitrace_probe_attached Is the probe attached, and "
		   "how?\n"
		   "# TYPE pitrace_probe_attached gauge\n"
		   "pitrace_probe_attached{probe=\"msi\",method=\"fentry\"} 1\n"
		   "pitrace_probe_attached{probe=\"wakeup\",method=\"kprobe\"} "
		   "1\n"
		   "pitrace_probe_attached{probe=\"pi_wakeup\",method=\"off\"} "
		   "0\n");
}

#define VECTOR(bus, kind, number)                                              \
	"{device=\"0000:" bus ":00.0\",kind=\"" kind "\",vector=\"" number "\""

static void of_each_vector(void **state)
{
	struct snapshot *s = make_devices();
	const struct metrics metrics = metrics_of(s);

	(void)state;
	check_samples(&metrics, false, "pitrace_interrupts_total",
		      VECTOR("03", "msix", "0") ",path=\"eventfd\"} 3\n" VECTOR("03", "msix", "0") ",path=\"irqfd\"} 24690\n" VECTOR(
			      "03", "msix",
			      "0") ",path=\"irqfd_deferred\"} 0\n" VECTOR("03",
									  "msix",
									  "0") ",path=\"irqfd_dropped\"} 0\n" VECTOR("03",
														     "msix",
														     "0") ",path=\"unknown\"} 0\n" VECTOR("03",
																			  "msix",
																			  "12") ",path=\"eventfd\"} 0\n" VECTOR("03", "msix", "12") ",path=\"irqfd\"} 10\n" VECTOR("03", "msix", "12") ",path=\"irqfd_deferred\"} 0\n" VECTOR("03",
																																					      "msix",
																																					      "12") ",path=\"irqfd_dropped\"} 0\n" VECTOR("03",
																																											  "msix", "12") ",path=\"unknown\"} 0\n" VECTOR("04",
																																																	"intx", "0") ",path=\"eventfd\"} 0\n" VECTOR("04",
																																																						     "intx", "0") ",path=\"irqfd\"} 0\n" VECTOR("04",
																																																												"intx",
																																																												"0") ",path=\"irqfd_deferred\"} 0\n" VECTOR("04",
																																																																	    "intx",
																																																																	    "0") ",path=\"irqfd_dropped\"} 0\n" VECTOR("04",
																																																																						       "intx",
																																																																						       "0") ",path=\"unclaimed\"} 7\n" VECTOR("04",
																																																																											      "intx",
																																																																											      "0") ",path=\"unknown\"} 0\n");
	check_samples(&metrics, false, "pitrace_vector_posted",
		      VECTOR("03", "msix", "0") "} 0\n" VECTOR(
			      "03", "msix", "12") "} 1\n" VECTOR("04", "intx",
								 "0") "} 0\n");
	check_samples(&metrics, false, "pitrace_posting_changes_total",
		      VECTOR("03", "msix", "0") "} 2\n" VECTOR(
			      "03", "msix", "12") "} 5\n" VECTOR("04", "intx",
								 "0") "} 0\n");
	check_samples(&metrics, false, "pitrace_posting_failures_total",
		      VECTOR("03", "msix", "0") "} 0\n" VECTOR(
			      "03", "msix", "12") "} 1\n" VECTOR("04", "intx",
								 "0") "} 0\n");
	check_samples(
		&metrics, false, "pitrace_vm_info",
		VECTOR("03", "msix",
		       "0") ",pid=\"4321\","
			    "comm=\"qemu-system-x86\"} 1\n" VECTOR(
				    "03", "msix",
				    "12") ",pid=\"4321\","
					  "comm=\"qemu-system-x86\"} 1\n");
	check_samples(&metrics, false, "pitrace_posted_vectors", "");
	check_samples(&metrics, true, "pitrace_vector_posted", "");
	snapshot_free(s);
}

/* Absent, and not 0: neither on its own, nor as a part of a sum. */
static void what_is_not_known(void **state)
{
	struct snapshot *s = make_devices();
	struct metrics metrics = metrics_of(s);

	(void)state;
	s->vectors[0].configured.path = CONFIGURED_UNKNOWN;
	s->other_injections_known = false;
	s->host_vector_known[HOST_PIW] = false;
	metrics.changes_known = false;
	check_samples(&metrics, false, "pitrace_vector_posted",
		      VECTOR("03", "msix", "12") "} 1\n" VECTOR("04", "intx",
								"0") "} 0\n");
	check_samples(&metrics, true, "pitrace_posted_vectors",
		      "{device=\"0000:04:00.0\"} 0\n");
	check_samples(&metrics, false, "pitrace_posting_changes_total", "");
	check_samples(&metrics, true, "pitrace_posting_failures_total", "");
	check_samples(&metrics, false, "pitrace_other_injections_total", "");
	check_samples(&metrics, false, "pitrace_running_injections_total", "");
	check_samples(&metrics, false, "pitrace_wakeup_events_total", "");
	check_samples(&metrics, false, "pitrace_notification_interrupts_total",
		      "{kind=\"PIN\"} 8\n");
	s->running_injections_known = true;
	s->wakeup_events_known = true;
	s->wakeup_events = 6;
	check_samples(&metrics, false, "pitrace_running_injections_total",
		      " 0\n");
	check_samples(&metrics, false, "pitrace_wakeup_events_total", " 6\n");
	snapshot_free(s);
}

/* A name can hold anything; one that is gone is no label. */
static void names_can_do_no_harm(void **state)
{
	static const struct {
		const char *comm, *shown;
	} cases[] = {
		{"a\"b", ",comm=\"a\\\"b\""},
		{"a\\b", ",comm=\"a\\\\\\\\b\""},
		{"a\nb} 1", ",comm=\"a\\\\x0ab} 1\""},
		{"\033]0;\r\t", ",comm=\"\\\\x1b]0;\\\\x0d\\\\x09\""},
		{"\xff\xc0\x80", ",comm=\"\\\\xff\\\\xc0\\\\x80\""},
		{"\xe2\x80\xae\xc2\x9b", ",comm=\"\\\\xe2\\\\x80\\\\xae\\\\xc2"
					 "\\\\x9b\""},
		{"gr\xc3\xbc\xc3\x9f"
		 "e",
		 ",comm=\"gr\xc3\xbc\xc3\x9f"
		 "e\""},
		{"{},=# ", ",comm=\"{},=# \""},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		 ",comm=\"\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff"
		 "\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\\\\xff\""},
		{"", ""},
	};
	struct snapshot *s = make_devices();
	const struct metrics metrics = metrics_of(s);

	(void)state;
	s->vectors[1].configured.vm.known = false;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char expected[300];

		snprintf(s->vectors[0].vm.comm, COMM_LEN, "%s", cases[i].comm);
		snprintf(expected, sizeof(expected),
			 "{device=\"0000:03:00.0\",pid=\"4321\"%s} 1\n",
			 cases[i].shown);
		check_samples(&metrics, true, "pitrace_vm_info", expected);
	}
	snapshot_free(s);
}

/* A device that two VMs had, one after the other, or that changed its name. */
static void each_vm_once(void **state)
{
	struct snapshot *s = snapshot_new(4);
	const struct metrics metrics = metrics_of(s);

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		set_vector(&s->vectors[i], 3, VECTOR_MSIX, i, 30, 0, 0);
		s->vectors[i].vm = (struct vm_identity){true, 5, "a"};
	}
	s->vectors[1].vm.pid = 6;
	snprintf(s->vectors[3].vm.comm, COMM_LEN, "b");
	check_samples(&metrics, true, "pitrace_vm_info",
		      "{device=\"0000:03:00.0\",pid=\"5\",comm=\"a\"} 1\n"
		      "{device=\"0000:03:00.0\",pid=\"6\",comm=\"a\"} 1\n"
		      "{device=\"0000:03:00.0\",pid=\"5\",comm=\"b\"} 1\n");
	snapshot_free(s);
}

/* All of 64 bits, and the longest names. */
static void extremes_are_whole(void **state)
{
	struct snapshot *s = snapshot_new(2);
	struct metrics metrics = metrics_of(s);

	(void)state;
	memset(metrics.run.kernel_release, '"', KERNEL_RELEASE_LEN - 1);
	s->vectors[0].name = (struct vector_name){
		{UINT32_MAX, 0xff, 0x1f, 7}, VECTOR_MSIX, UINT32_MAX};
	s->vectors[0].paths[PATH_IRQFD_DEFERRED] = UINT64_MAX;
	s->vectors[1].name = s->vectors[0].name;
	s->vectors[1].name.kind = VECTOR_INTX;
	s->time_ns = INT64_MAX;
	check_samples(&metrics, false, "pitrace_build_info",
		      "{version=\"1.2.3\",kernel=\""
		      "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
		      "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
		      "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
		      "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
		      "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\"} 1\n");
	check_samples(&metrics, false, "pitrace_snapshot_timestamp_seconds",
		      " 9223372036.854775807\n");
	check_samples(&metrics, true, "pitrace_interrupts_total",
		      "{device=\"ffffffff:ff:1f.7\",path=\"eventfd\"} 0\n"
		      "{device=\"ffffffff:ff:1f.7\",path=\"irqfd\"} 0\n"
		      "{device=\"ffffffff:ff:1f.7\",path=\"irqfd_deferred\"} "
		      "18446744073709551615\n"
		      "{device=\"ffffffff:ff:1f.7\",path=\"irqfd_dropped\"} 0\n"
		      "{device=\"ffffffff:ff:1f.7\",path=\"unclaimed\"} 0\n"
		      "{device=\"ffffffff:ff:1f.7\",path=\"unknown\"} 0\n");
	snapshot_free(s);
}

/* Other programs are to read these as well, see above. */
static void scenes_of_records(void **state)
{
	(void)state;
	for (int i = 0; i < FULLNESS_COUNT; i++) {
		struct snapshot *s =
			make_snapshot((enum fullness)i, 5000, NULL);
		const struct metrics metrics = metrics_of(s);

		for (int how = 0; how < 4; how++)
			free(page_of(&metrics, (enum metrics_format)(how & 1),
				     how & 2));
		snapshot_free(s);
	}
}

static void write_errors_are_told(void **state)
{
	const struct metrics metrics = metrics_of(NULL);
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(render_metrics(full, &metrics, METRICS_TEXT, false),
			 -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openmetrics),
		cmocka_unit_test(nothing_counted_yet),
		cmocka_unit_test(of_each_vector),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(names_can_do_no_harm),
		cmocka_unit_test(each_vm_once),
		cmocka_unit_test(extremes_are_whole),
		cmocka_unit_test(scenes_of_records),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
