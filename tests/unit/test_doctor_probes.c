// SPDX-License-Identifier: GPL-2.0-only
/* From what became of each probe to facts, and to the exit status. */
#include "doctor_scene.h"

#include <errno.h>
#include <string.h>

#define UPDATES "VM, GSI and failures of changes of entries"

/* One of each kind. */
static struct probe_finding found[4];

static void set_probe(struct probe_finding *probe, const char *name,
		      const char *module, const char *without)
{
	*probe = (struct probe_finding){
		.status = {.name = name,
			   .module = module,
			   .function = "function",
			   .without = without},
		.availability = PROBE_AVAILABLE,
		.expected = METHOD_FENTRY,
	};
}

static void set_probes(struct doctor_findings *findings)
{
	set_healthy(findings);
	findings->trial.probes_tried = true;
	findings->probes = found;
	findings->probe_count = ARRAY_SIZE(found);
	set_probe(&found[0], "msi", "vfio_pci_core", "every interrupt");
	set_probe(&found[1], "inspect", NULL, "what each would do");
	set_probe(&found[2], "vendor", "kvm_intel", UPDATES);
	set_probe(&found[3], "update", "kvm", UPDATES);
	found[0].status.required = true;
	found[0].status.method = METHOD_FENTRY;
	found[1].status.method = METHOD_KRETPROBE;
	found[2].status.method = METHOD_TRACEPOINT;
	found[3].status.method = METHOD_FEXIT;
}

static void refuse(struct doctor_findings *findings, enum exit_code exit_code)
{
	findings->trial.error = -EPERM;
	findings->trial.failure = (struct failure){exit_code, "refused"};
}

static void check_exit(const struct doctor_findings *findings,
		       enum exit_code exit_code, const char *verdict)
{
	struct doctor_report report;

	assert_int_equal(doctor_judge(findings, &report), 0);
	assert_int_equal(report.exit_code, exit_code);
	assert_string_equal(doctor_report_verdict(&report), verdict);
	doctor_report_free(&report);
}

static void methods(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_probes(&findings);
	check_fact(&findings, "trial", "", DOCTOR_OK, NULL, "", "");
	check_fact(&findings, "probe", "msi", DOCTOR_OK,
		   "fentry vfio_pci_core:function", "", "");
	check_fact(&findings, "probe", "inspect", DOCTOR_OK, "kprobe function",
		   "", "");
	check_fact(&findings, "probe", "vendor", DOCTOR_OK,
		   "tracepoint kvm_intel:function", "", "");
	check_fact(&findings, "probe", "update", DOCTOR_OK,
		   "fexit kvm:function", "", "");
	check_exit(&findings, EXIT_DONE, "everything can be traced");
}

/* A worse method than could be, and one that nothing shows to be at work. */
static void methods_with_a_reason(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_probes(&findings);
	strcpy(found[1].status.reason, "fentry: not called");
	check_fact(&findings, "probe", "inspect", DOCTOR_LIMITS,
		   "kprobe function (fentry: not called)",
		   "dearer, and the kernel can skip runs of it: those are "
		   "lost, or count as eventfd",
		   "");
	/* What another function tells as well is no worse. */
	strcpy(found[0].status.reason, "fentry: not called");
	check_fact(&findings, "probe", "msi", DOCTOR_OK,
		   "fentry vfio_pci_core:function (fentry: not called)", "",
		   "");
	strcpy(found[0].status.reason, "unverified");
	found[0].status.is_unverified = true;
	check_fact(&findings, "probe", "msi", DOCTOR_LIMITS,
		   "fentry vfio_pci_core:function (unverified)",
		   "if it did not, its runs are not seen", "");
	check_exit(&findings, EXIT_DONE,
		   "can trace, within the limits told above");
}

static void one_that_is_off(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_probes(&findings);
	found[1].status.method = METHOD_OFF;
	strcpy(found[1].status.reason, "kprobe: refused");
	check_fact(&findings, "probe", "inspect", DOCTOR_LIMITS,
		   "off: kprobe: refused",
		   "without it pitrace cannot tell what each would do", "");
	found[0].status.method = METHOD_OFF;
	strcpy(found[0].status.reason, "no such function");
	refuse(&findings, EXIT_UNSUPPORTED);
	check_fact(&findings, "probe", "msi", DOCTOR_MISSING,
		   "off: no such function",
		   "without it pitrace cannot tell every interrupt", "");
	check_exit(&findings, EXIT_UNSUPPORTED,
		   "cannot trace: something required is absent");
}

/* Tracing begins without it, and attaches it when it comes. */
static void one_whose_module_may_come(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_probes(&findings);
	found[0].status.method = METHOD_OFF;
	found[0].availability = PROBE_NO_MODULE;
	strcpy(found[0].status.reason, "module is not loaded");
	check_fact(&findings, "probe", "msi", DOCTOR_LIMITS,
		   "off: module is not loaded",
		   "without it pitrace cannot tell every interrupt",
		   "modprobe vfio-pci");
	check_exit(&findings, EXIT_DONE,
		   "can trace, within the limits told above");
}

static void those_that_are_not_needed(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_probes(&findings);
	found[3].status.method = METHOD_OFF;
	strcpy(found[3].status.reason, "no such function");
	check_fact(&findings, "probe", "update", DOCTOR_LIMITS,
		   "off: no such function", NULL, NULL);
	/* What it tells is told by another one, which is on. */
	found[3].status.without = NULL;
	found[3].status.stand_in = "vendor";
	check_fact(&findings, "probe", "update", DOCTOR_OK,
		   "off: no such function; vendor tells as much", "", "");
	found[2].status.method = METHOD_OFF;
	found[2].availability = PROBE_NO_MODULE;
	check_fact(&findings, "probe", "vendor", DOCTOR_LIMITS, NULL, NULL,
		   "modprobe kvm_intel");
	found[2].status.without = NULL;
	found[2].status.is_foreign = true;
	check_fact(&findings, "probe", "vendor", DOCTOR_OK,
		   "off: not of use on this CPU", "", "");
	/* Covered, or superseded: nothing is lacking without it. */
	found[0].status = (struct probe_status){
		.name = "msi", .required = true, .reason = "not needed"};
	check_fact(&findings, "probe", "msi", DOCTOR_OK, "off: not needed", "",
		   "");
}

static void untried(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_probes(&findings);
	for (size_t i = 0; i < ARRAY_SIZE(found); i++)
		found[i].status.method = METHOD_OFF;
	findings.trial.probes_tried = false;
	refuse(&findings, EXIT_PRIVILEGE);
	check_fact(&findings, "trial", "", DOCTOR_MISSING, "refused",
		   "pitrace ends with status 3", NULL);
	check_fact(&findings, "probe", "msi", DOCTOR_UNKNOWN,
		   "not tried; expected: fentry vfio_pci_core:function",
		   "without it pitrace cannot tell every interrupt", "");
	found[0].expected = METHOD_OFF;
	check_fact(&findings, "probe", "msi", DOCTOR_OK,
		   "not tried; not expected to be needed", "", "");
	/* Known without trying. */
	found[0].availability = PROBE_NO_FUNCTION;
	strcpy(found[0].status.reason, "no such function");
	check_fact(&findings, "probe", "msi", DOCTOR_MISSING,
		   "off: no such function", NULL, "");
	/* The other one is expected to be on. */
	found[3].availability = PROBE_NO_FUNCTION;
	found[3].expected = METHOD_OFF;
	found[3].status.without = NULL;
	found[3].status.stand_in = "vendor";
	strcpy(found[3].status.reason, "no such function");
	check_fact(&findings, "probe", "update", DOCTOR_OK,
		   "off: no such function; vendor tells as much", "", "");
	check_exit(&findings, EXIT_PRIVILEGE,
		   "cannot trace: a privilege is missing");
	refuse(&findings, EXIT_FAILED);
	check_exit(&findings, EXIT_FAILED, "cannot trace: starting fails");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(methods),
		cmocka_unit_test(methods_with_a_reason),
		cmocka_unit_test(one_that_is_off),
		cmocka_unit_test(one_whose_module_may_come),
		cmocka_unit_test(those_that_are_not_needed),
		cmocka_unit_test(untried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
