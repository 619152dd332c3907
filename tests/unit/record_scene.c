// SPDX-License-Identifier: GPL-2.0-only
#include "record_scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

/* 2026-01-31T23:59:58.000000042Z */
#define TIME_NS INT64_C(1769903998000000042)

static const struct vm_identity odd_vm = {true, 4321, "qemu \"\xff\x1b\\"};
static const struct vm_identity gone_vm = {true, 7, ""};

static const struct probe_status run_probes[] = {
	{.name = "msi",
	 .module = "vfio_pci_core",
	 .function = "vfio_msihandler",
	 .method = METHOD_FENTRY,
	 .required = true,
	 .without = "everything",
	 .reason = "fell \"back\""},
	{.name = "inspect",
	 .function = "actions_show",
	 .method = METHOD_TRACEPOINT,
	 .without = "x"},
	{.name = "free_irq",
	 .function = "free_irq",
	 .method = METHOD_KRETPROBE,
	 .without = "y"},
	{.name = "pi_wakeup",
	 .module = "kvm_intel",
	 .function = "pi_wakeup_handler",
	 .method = METHOD_OFF,
	 .without = "who was woken",
	 .reason = "no such module"},
	{.name = "affinity_exit",
	 .function = "irq_set_vcpu_affinity",
	 .method = METHOD_FEXIT,
	 .without = "changes"},
	{.name = "wakeup",
	 .module = "kvm",
	 .function = "irqfd_wakeup",
	 .method = METHOD_OFF,
	 .reason = "not needed"},
};

/* --- snapshots --- */

static void set_known(struct configured *c, enum fullness fullness)
{
	set_on_irqfd(c);
	c->reasons = REASON_BIT(REASON_APICV_INHIBITED) |
		     REASON_BIT(REASON_UPDATE_FAILED);
	c->vm = odd_vm;
	c->vm_by_device = true;
	msi_route_decode(0xfee0100c, 0x100, 0x141, true, &c->route);
	c->inhibits_known = true;
	snprintf(c->inhibit_names, INHIBIT_NAMES_LEN, "hyperv,irqwin,40");
	c->since = SINCE_TIME;
	c->since_time_ns = TIME_NS - 5;
	c->update_error = -ENODEV;
	if (fullness != FULL_POSTED)
		return;
	c->path = CONFIGURED_POSTED;
	c->reasons = 0;
	c->irte.mode = IRTE_POSTED;
	c->irte.descriptor = 0x25e6e40;
	c->update_error = 0;
}

static void fill_vector(struct vector_snapshot *vector, enum fullness fullness)
{
	for (int i = 0; i < PATH_COUNT; i++)
		vector->paths[i] = UINT64_C(1000) * (unsigned int)(i + 1);
	vector->paths[PATH_IRQFD] = UINT64_C(1) << 63;
	vector->vm = odd_vm;
	set_known(&vector->configured, fullness);
	vector->ever_posted = fullness == FULL_POSTED ? KNOWN_YES : KNOWN_NO;
	vector->posting_changes = 6;
	vector->posting_failures = 2;
	assert_int_equal(snapshot_add_target(vector, 1, 0x41, 30), 0);
	assert_int_equal(snapshot_add_target(vector, -1, -1, 4), 0);
	assert_int_equal(
		snapshot_add_cpu(&vector->cpus, &vector->cpu_count, 300, 60),
		0);
	assert_int_equal(
		snapshot_add_cpu(&vector->cpus, &vector->cpu_count, 0, 7), 0);
}

static void add_wakeups(struct snapshot *s)
{
	const struct wakeup_count woken[] = {
		{odd_vm, 0, 5},
		{gone_vm, 3, UINT64_C(1) << 63},
		{{false, 0, ""}, -1, 1},
	};

	s->wakeups = malloc(sizeof(woken));
	assert_non_null(s->wakeups);
	memcpy(s->wakeups, woken, sizeof(woken));
	s->wakeup_count = ARRAY_SIZE(woken);
}

static void add_injections(struct snapshot *s)
{
	const struct injection_count targets[] = {
		{odd_vm, 0, 0xec, 7},
		{gone_vm, 3, 0x30, UINT64_C(1) << 62},
		{{false, 0, ""}, -1, -1, 2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		assert_int_equal(snapshot_add_injections(s, &targets[i]), 0);
		s->other_injections += targets[i].count;
	}
}

static void fill_host(struct snapshot *s)
{
	s->other_injections_known = true;
	s->running_injections_known = true;
	s->running_injections = UINT64_C(1) << 60;
	s->wakeup_events_known = true;
	s->wakeup_events = 8;
	s->wakeups_known = true;
	add_wakeups(s);
	for (int i = 0; i < HOST_PMN; i++) {
		s->host_vector_known[i] = true;
		s->host_vectors[i] = (uint64_t)i * 11;
		assert_int_equal(snapshot_add_cpu(&s->host_vector_cpus[i],
						  &s->host_vector_cpu_count[i],
						  3, (uint64_t)i * 11),
				 0);
	}
	for (int i = 0; i < LOST_KIND_COUNT; i++)
		s->lost[i] = (uint64_t)i + 20;
}

struct snapshot *make_snapshot(enum fullness fullness, uint64_t ts_ns,
			       const struct snapshot *previous)
{
	struct snapshot *s = snapshot_new(3);

	assert_non_null(s);
	set_vector(&s->vectors[0], 3, VECTOR_MSIX, 4, 137, PATH_EVENTFD, 0);
	set_vector(&s->vectors[1], 3, VECTOR_MSI, 0, 0, PATH_EVENTFD,
		   ts_ns / 100);
	set_vector(&s->vectors[2], 4, VECTOR_INTX, 0, -1, PATH_UNKNOWN, 5);
	for (int i = 0; i < 3; i++) {
		configured_unknown(&s->vectors[i].configured);
		s->vectors[i].ever_posted = NOT_KNOWN;
	}
	s->vectors[1].vm = gone_vm;
	if (fullness != BARE) {
		fill_vector(&s->vectors[0], fullness);
		fill_host(s);
	}
	/* In all three ways: some, not asked for, not known. */
	s->has_injections = fullness != FULL_POSTED;
	if (fullness == FULL)
		add_injections(s);
	s->time_ns = TIME_NS + (int64_t)ts_ns;
	s->ts_ns = ts_ns;
	snapshot_finish(s, previous, 1000);
	return s;
}

/* --- the others --- */

static void make_change(struct change *change, enum fullness fullness)
{
	*change = (struct change){
		.time_ns = TIME_NS,
		.ts_ns = 77,
		.kind = CHANGE_IRQFD_ASSIGNED,
		.irq = -1,
		.gsi = -1,
		.vcpu = -1,
		.guest_vector = -1,
	};
	if (fullness == BARE)
		return;
	*change = (struct change){
		.time_ns = TIME_NS,
		.ts_ns = 77,
		.kind = CHANGE_POSTED,
		.result = fullness == FULL_POSTED ? -ENOENT : 0,
		.has_vector = true,
		.vector = {device_of_bus(3), VECTOR_MSIX, 4},
		.irq = 137,
		.gsi = 0,
		.vcpu = 2,
		.guest_vector = 0x41,
		.descriptor = UINT64_C(0xfffffffffffff000),
		.vm = odd_vm,
	};
}

static void make_stacks(struct stack_list *list, enum fullness fullness)
{
	static const struct frame frames[] = {
		{UINT64_MAX, "irqfd_wakeup", "kvm", 275},
		{0xffffffffc0003001, NULL, NULL, 0},
		{0xffffffff81000000, "handle_irq]\x1b", NULL, 0},
	};

	if (fullness == BARE)
		return;
	for (unsigned int label = 0; label < STACK_LABEL_COUNT; label++)
		add_stack(list, 3, 4, label, 40 + label % 3, frames, label % 4);
	list->stacks[STACK_OF_WAKEUP].has_vector = false;
}

static void make_inspection(struct inspect_report *report,
			    enum fullness fullness)
{
	*report = (struct inspect_report){.time_ns = TIME_NS, .ts_ns = 77};
	report->host.iommu_can_post = NOT_KNOWN;
	report->host.posting_disabled = NOT_KNOWN;
	report->host.apicv = NOT_KNOWN;
	report->host.device_posting = NOT_KNOWN;
	if (fullness == BARE)
		return;
	report->host = (struct host_posting){
		.iommu = IOMMU_INTEL,
		.iommu_can_post = KNOWN_YES,
		.posting_disabled = KNOWN_NO,
		.apicv = KNOWN_YES,
		.device_posting = KNOWN_NO,
		.kvm_module = "kvm_intel",
	};
	report->devices = calloc(2, sizeof(*report->devices));
	report->vectors = calloc(2, sizeof(*report->vectors));
	assert_true(report->devices && report->vectors);
	report->device_count = 2;
	report->vector_count = 2;
	report->devices[0].device = device_of_bus(3);
	report->devices[0].vectors = 2;
	strcpy(report->devices[0].driver, "vfio-pci");
	report->devices[1].device = device_of_bus(4);
	for (unsigned int i = 0; i < 2; i++)
		report->vectors[i] = (struct inspected_vector){
			{device_of_bus(3), VECTOR_MSIX, i}, 30 + i, {0}};
	set_known(&report->vectors[0].configured, fullness);
	configured_unknown(&report->vectors[1].configured);
}

static void make_facts(struct doctor_report *report)
{
	struct doctor_fact *fact;

	assert_int_equal(doctor_report_init(report, 4), 0);
	doctor_report_add(report, "kernel", NULL, DOCTOR_OK, "x \033");
	fact = doctor_report_add(report, "module", "kvm", DOCTOR_LIMITS,
				 "not loaded");
	fact_consequence(fact, "less");
	fact_remedy(fact, "modprobe");
	doctor_report_add(report, "trial", NULL, DOCTOR_MISSING, "none");
	doctor_report_add(report, "iommu", NULL, DOCTOR_UNKNOWN, "%s", "");
}

static void make_findings(struct doctor_findings *findings,
			  enum fullness fullness)
{
	strcpy(findings->host.release, "6.12.0-42-amd64");
	findings->host.posting.iommu_can_post = NOT_KNOWN;
	findings->host.posting.iommu = IOMMU_AMD;
	findings->host.posting.kvm_module = "kvm_amd";
	findings->trial.probes_tried = fullness == FULL;
	findings->probe_count = ARRAY_SIZE(run_probes);
	findings->probes =
		calloc(ARRAY_SIZE(run_probes), sizeof(*findings->probes));
	findings->devices = calloc(2, sizeof(*findings->devices));
	assert_true(findings->probes && findings->devices);
	for (size_t i = 0; i < ARRAY_SIZE(run_probes); i++) {
		findings->probes[i].status = run_probes[i];
		findings->probes[i].expected = METHOD_FEXIT;
		if (fullness != FULL)
			findings->probes[i].status.method = METHOD_OFF;
	}
	findings->device_count = 2;
	findings->devices[0].device = device_of_bus(3);
	findings->devices[0].is_vfio = true;
	findings->devices[0].count = 5;
	strcpy(findings->devices[0].driver, "vfio-pci");
	findings->devices[1].device = device_of_bus(4);
}

static void make_doctor(struct record_scene *scene, enum fullness fullness)
{
	struct doctor_report *report = &scene->report;

	if (fullness != BARE) {
		make_facts(report);
		make_findings(&scene->findings, fullness);
	}
	report->time_ns = TIME_NS;
	report->ts_ns = 77;
	report->exit_code = fullness == FULL ? EXIT_DONE : EXIT_PRIVILEGE;
}

static void make_run(struct run_info *run, enum fullness fullness)
{
	*run = (struct run_info){
		.version = "0.1",
		.interval_ns = 1000000000,
	};
	strcpy(run->kernel_release, "6.1.0-42-amd64");
	if (fullness == BARE)
		return;
	run->probes = run_probes;
	run->probe_count = ARRAY_SIZE(run_probes);
}

void scene_make(struct record_scene *scene, enum record_type type,
		enum fullness fullness)
{
	*scene = (struct record_scene){
		.record = {.type = type, .time_ns = TIME_NS, .ts_ns = 77}};
	make_run(&scene->record.run, fullness);
	scene->snapshot = make_snapshot(fullness, 5000, NULL);
	make_change(&scene->change, fullness);
	make_stacks(&scene->stacks, fullness);
	make_inspection(&scene->inspection, fullness);
	make_doctor(scene, fullness);
	scene->record.snapshot = scene->snapshot;
	scene->record.change = &scene->change;
	scene->record.stacks = &scene->stacks;
	scene->record.inspection = &scene->inspection;
	scene->record.report = &scene->report;
	scene->record.findings = &scene->findings;
	scene->record.text = type == RECORD_END ? "signal"
			     : fullness == BARE ? ""
						: "out of\n\"paper\"";
}

void scene_free(struct record_scene *scene)
{
	snapshot_free(scene->snapshot);
	stack_list_free(&scene->stacks);
	inspect_report_free(&scene->inspection);
	doctor_report_free(&scene->report);
	free(scene->findings.probes);
	free(scene->findings.devices);
}

/* --- lines --- */

char *line_of(const struct record *record)
{
	struct capture capture;

	assert_int_equal(record_write(capture_begin(&capture), record), 0);
	return capture_end(&capture);
}

FILE *open_text(const char *text, size_t size)
{
	FILE *file = fmemopen((void *)text, size, "r");

	assert_non_null(file);
	return file;
}
