// SPDX-License-Identifier: GPL-2.0-only
/* The record of --doctor. */
#include "render_doctor.h"

#include "doctor_scene.h"
#include "json_support.h"

#include <errno.h>
#include <string.h>

static struct json_object *record_of(const struct doctor_report *report,
				     const struct doctor_findings *findings)
{
	struct json_object *record;
	struct capture capture;

	assert_int_equal(render_json_doctor(capture_begin(&capture), report,
					    findings, "0.2"),
			 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns version kernel verdict "
			   "exit_status host facts probes devices ");
	return record;
}

static void record(void **state)
{
	struct doctor_findings findings;
	struct doctor_report report;
	struct json_object *object;

	(void)state;
	set_healthy(&findings);
	assert_int_equal(doctor_report_init(&report, 0), 0);
	report.ts_ns = 5;
	report.exit_code = EXIT_UNSUPPORTED;
	object = record_of(&report, &findings);
	check_text(object, "type", "doctor");
	check_number(object, "schema", 1);
	check_text(object, "time", "1970-01-01T00:00:00.000000000Z");
	check_number(object, "ts_ns", 5);
	check_text(object, "version", "0.2");
	check_text(object, "kernel", "6.12.0-42-amd64");
	check_text(object, "verdict",
		   "cannot trace: something required is absent");
	check_number(object, "exit_status", 4);
	check_text(member(object, "host"), "iommu", "amd");
	check_bool(member(object, "host"), "iommu_can_post", true);
	json_object_put(object);
	doctor_report_free(&report);
}

static void facts(void **state)
{
	struct doctor_findings findings;
	struct doctor_report report;
	struct json_object *object, *fact;

	(void)state;
	set_healthy(&findings);
	assert_int_equal(doctor_report_init(&report, 2), 0);
	doctor_report_add(&report, "kernel", NULL, DOCTOR_OK, "x\xff\033");
	fact_consequence(doctor_report_add(&report, "module", "kvm",
					   DOCTOR_LIMITS, "not loaded"),
			 "less");
	fact_remedy(&report.facts[1], "modprobe");
	object = record_of(&report, &findings);
	fact = item(object, "facts", 0);
	check_keys(fact, "fact subject status found consequence remedy ");
	check_text(fact, "fact", "kernel");
	check_null(fact, "subject");
	check_text(fact, "status", "ok");
	check_text(fact, "found", "x\xef\xbf\xbd\033");
	check_null(fact, "consequence");
	check_null(fact, "remedy");
	fact = item(object, "facts", 1);
	check_text(fact, "subject", "kvm");
	check_text(fact, "status", "limits");
	check_text(fact, "consequence", "less");
	check_text(fact, "remedy", "modprobe");
	json_object_put(object);
	doctor_report_free(&report);
}

static void devices(void **state)
{
	struct doctor_findings findings;
	struct doctor_report report = {.facts = NULL};
	struct json_object *object, *device;

	(void)state;
	set_healthy(&findings);
	object = record_of(&report, &findings);
	device = item(object, "devices", 0);
	check_keys(device, "device driver vfio vectors ");
	check_text(device, "device", "0000:03:00.0");
	check_text(device, "driver", "vfio-pci");
	check_bool(device, "vfio", true);
	check_number(device, "vectors", 3);
	json_object_put(object);
}

static void all_probes_have_records(void **state)
{
	struct probe_finding probes[] = {
		{.status = {.name = "one", .function = "f"}},
		{.status = {.name = "two", .function = "f"}},
		{.status = {.name = "three", .function = "f"}},
	};
	struct doctor_report report = {.facts = NULL};
	struct doctor_findings findings;
	struct json_object *object;

	(void)state;
	set_healthy(&findings);
	findings.probes = probes;
	findings.probe_count = ARRAY_SIZE(probes);
	object = record_of(&report, &findings);
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		check_text(item(object, "probes", i), "name",
			   probes[i].status.name);
	json_object_put(object);
}

static void probe_record(void **state)
{
	struct probe_finding probe = {
		.status = {.name = "msi",
			   .module = "vfio_pci_core",
			   .function = "vfio_msihandler",
			   .method = METHOD_KPROBE,
			   .required = true,
			   .without = "all",
			   .reason = "fentry: no"},
		.expected = METHOD_FENTRY,
	};
	struct doctor_findings findings;
	struct doctor_report report = {.facts = NULL};
	struct json_object *object, *shown;

	(void)state;
	set_healthy(&findings);
	findings.probes = &probe;
	findings.probe_count = 1;
	findings.trial.probes_tried = true;
	object = record_of(&report, &findings);
	shown = item(object, "probes", 0);
	check_keys(shown, "name method expected_method module function reason "
			  "required lost_without ");
	check_text(shown, "name", "msi");
	check_text(shown, "method", "kprobe");
	check_text(shown, "expected_method", "fentry");
	check_text(shown, "module", "vfio_pci_core");
	check_text(shown, "function", "vfio_msihandler");
	check_text(shown, "reason", "fentry: no");
	check_bool(shown, "required", true);
	check_null(shown, "lost_without");
	json_object_put(object);
	/* What was not tried is not known to be off. */
	findings.trial.probes_tried = false;
	probe.status.method = METHOD_OFF;
	*probe.status.reason = '\0';
	object = record_of(&report, &findings);
	shown = item(object, "probes", 0);
	check_null(shown, "method");
	check_text(shown, "expected_method", "fentry");
	check_null(shown, "reason");
	check_text(shown, "lost_without", "all");
	json_object_put(object);
}

static void a_failed_write_is_told(void **state)
{
	struct doctor_findings findings;
	struct doctor_report report = {.facts = NULL};
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	set_healthy(&findings);
	assert_non_null(full);
	assert_int_equal(render_json_doctor(full, &report, &findings, "0.2"),
			 -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record),
		cmocka_unit_test(facts),
		cmocka_unit_test(devices),
		cmocka_unit_test(probe_record),
		cmocka_unit_test(all_probes_have_records),
		cmocka_unit_test(a_failed_write_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
