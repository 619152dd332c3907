// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "doctor_judge.h"

/* Without capabilities the kernel itself may refuse what is asked for here. */
static bool is_filtered(const struct host_finding *host)
{
	return !*host->missing_capabilities &&
	       (host->confinement.bpf_filtered ||
		host->confinement.perf_filtered);
}

static void judge_system_calls(const struct doctor_findings *findings,
			       struct doctor_report *report)
{
	const struct confinement *confinement = &findings->host.confinement;
	struct doctor_fact *fact;

	if (!is_filtered(&findings->host)) {
		(void)doctor_report_add(report, "system_calls", NULL, DOCTOR_OK,
					"none that is needed is filtered");
		return;
	}
	fact = doctor_report_add(
		report, "system_calls", NULL,
		findings->trial.error ? DOCTOR_MISSING : DOCTOR_LIMITS,
		"a filter (seccomp) refuses %s",
		confinement->bpf_filtered ? "bpf(2)" : "perf_event_open(2)");
	fact_consequence(
		fact, "%s",
		confinement->bpf_filtered
			? "programs cannot be loaded"
			: "no kprobe can be attached, where fentry cannot");
	fact_remedy(fact, "let bpf and perf_event_open through, as the usual "
			  "profiles do with CAP_SYS_ADMIN");
}

static void judge_rows(const struct host_finding *host,
		       struct doctor_report *report)
{
	int error = host->interrupts_error;
	struct doctor_fact *fact;

	if (!error) {
		(void)doctor_report_add(report, "interrupts", NULL, DOCTOR_OK,
					"%s/interrupts can be read",
					host->proc);
		return;
	}
	fact = doctor_report_add(report, "interrupts", NULL, DOCTOR_MISSING,
				 "%s/interrupts: %s", host->proc,
				 error == -ENODATA
					 ? "empty, since a container's runtime "
					   "hides it"
					 : strerror(-error));
	fact_consequence(fact, "vectors that exist are not known, nor what "
			       "counts have to add up to");
	fact_remedy(fact, NEEDS_HOSTS_PROC);
}

static void judge_processes(const struct host_finding *host,
			    struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (host->sees_processes) {
		(void)doctor_report_add(report, "processes", NULL, DOCTOR_OK,
					"%s shows the host's", host->proc);
		return;
	}
	fact = doctor_report_add(report, "processes", NULL, DOCTOR_LIMITS,
				 "%s shows those of another PID namespace than "
				 "the host's",
				 host->proc);
	fact_consequence(fact, "VMs have numbers, but no names");
	fact_remedy(fact, NEEDS_HOSTS_PROC);
}

void doctor_judge_container(const struct doctor_findings *findings,
			    struct doctor_report *report)
{
	judge_system_calls(findings, report);
	judge_rows(&findings->host, report);
	judge_processes(&findings->host, report);
}
