// SPDX-License-Identifier: GPL-2.0-only
#include "doctor_judge.h"
#include "doctor_modules.h"

static void judge_trial(const struct trial_finding *trial,
			struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!trial->error) {
		(void)doctor_report_add(report, "trial", NULL, DOCTOR_OK,
					"programs were loaded and attached as "
					"for tracing");
		return;
	}
	fact = doctor_report_add(report, "trial", NULL, DOCTOR_MISSING, "%s",
				 trial->failure.text);
	fact_consequence(fact, "pitrace ends with status %d",
			 (int)trial->failure.exit_code);
	if (trial->failure.exit_code == EXIT_PRIVILEGE)
		fact_remedy(fact, "what is missing above; if nothing is, a "
				  "security module or a filter of system calls "
				  "refuses it");
}

static bool is_required(const struct probe_finding *probe)
{
	return probe->status.required && probe->availability != PROBE_NO_MODULE;
}

/* "vfio_pci_core:vfio_msihandler" */
static const char *separator(const struct probe_finding *probe)
{
	return probe->status.module ? ":" : "";
}

static const char *module(const struct probe_finding *probe)
{
	return probe->status.module ? probe->status.module : "";
}

/* A kprobe where there is something better, but for a reason. */
static bool is_second_best(const struct probe_status *status)
{
	return *status->reason && (status->method == METHOD_KPROBE ||
				   status->method == METHOD_KRETPROBE);
}

static void judge_on(const struct probe_finding *probe,
		     struct doctor_report *report)
{
	const struct probe_status *status = &probe->status;
	bool limits = is_second_best(status) || status->is_unverified;
	struct doctor_fact *fact = doctor_report_add(
		report, "probe", status->name,
		limits ? DOCTOR_LIMITS : DOCTOR_OK, "%s %s%s%s%s%s%s",
		attach_method_name(status->method), module(probe),
		separator(probe), status->function, *status->reason ? " (" : "",
		status->reason, *status->reason ? ")" : "");

	if (is_second_best(status))
		fact_consequence(fact,
				 "dearer, and the kernel can skip runs of "
				 "it: those are lost, or count as "
				 "eventfd");
	else if (limits)
		fact_consequence(fact, "if it did not, its runs are not seen");
}

static void explain_off(struct doctor_fact *fact,
			const struct probe_finding *probe)
{
	fact_consequence(fact, "without it pitrace cannot tell %s",
			 probe->status.without);
	if (probe->availability == PROBE_NO_MODULE)
		fact_remedy(fact, "%s", doctor_module_remedy(module(probe)));
}

static void judge_off(const struct probe_finding *probe,
		      struct doctor_report *report)
{
	const struct probe_status *status = &probe->status;

	if (status->is_foreign)
		(void)doctor_report_add(report, "probe", status->name,
					DOCTOR_OK,
					"off: not of use on this CPU");
	else if (status->stand_in)
		(void)doctor_report_add(report, "probe", status->name,
					DOCTOR_OK, "off: %s; %s tells as much",
					status->reason, status->stand_in);
	else if (!status->without)
		(void)doctor_report_add(report, "probe", status->name,
					DOCTOR_OK, "off: %s", status->reason);
	else
		explain_off(doctor_report_add(report, "probe", status->name,
					      is_required(probe)
						      ? DOCTOR_MISSING
						      : DOCTOR_LIMITS,
					      "off: %s", status->reason),
			    probe);
}

/* What BTF and modules rule out is known all the same. */
static void judge_untried(const struct probe_finding *probe,
			  struct doctor_report *report)
{
	const struct probe_status *status = &probe->status;
	struct doctor_fact *fact;

	if (probe->availability != PROBE_AVAILABLE) {
		judge_off(probe, report);
		return;
	}
	if (probe->expected == METHOD_OFF) {
		(void)doctor_report_add(report, "probe", status->name,
					DOCTOR_OK,
					"not tried; not expected to be needed");
		return;
	}
	fact = doctor_report_add(report, "probe", status->name, DOCTOR_UNKNOWN,
				 "not tried; expected: %s %s%s%s",
				 attach_method_name(probe->expected),
				 module(probe), separator(probe),
				 status->function);
	fact_consequence(fact, "without it pitrace cannot tell %s",
			 status->without);
}

void doctor_judge_probes(const struct doctor_findings *findings,
			 struct doctor_report *report)
{
	judge_trial(&findings->trial, report);
	for (size_t i = 0; i < findings->probe_count; i++) {
		const struct probe_finding *probe = &findings->probes[i];

		if (!findings->trial.probes_tried)
			judge_untried(probe, report);
		else if (probe->status.method != METHOD_OFF)
			judge_on(probe, report);
		else
			judge_off(probe, report);
	}
}
