// SPDX-License-Identifier: GPL-2.0-only
#include "doctor_judge.h"

/* Of doctor_judge_kernel(), and some to spare. */
#define KERNEL_FACTS (DOCTOR_MODULES + 13)

int doctor_judge(const struct doctor_findings *findings,
		 struct doctor_report *report)
{
	int err = doctor_report_init(report, KERNEL_FACTS +
						     findings->probe_count + 1 +
						     findings->device_count +
						     DOCTOR_INTERRUPT_FACTS);

	if (err)
		return err;
	report->time_ns = findings->time_ns;
	report->ts_ns = findings->ts_ns;
	/* The trial went tracing's own way, so it ends as tracing would. */
	report->exit_code = findings->trial.error
				    ? findings->trial.failure.exit_code
				    : EXIT_DONE;
	doctor_judge_kernel(findings, report);
	doctor_judge_probes(findings, report);
	doctor_judge_interrupts(findings, report);
	return 0;
}
