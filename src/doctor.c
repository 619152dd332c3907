// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "clock.h"
#include "doctor.h"
#include "doctor_host.h"
#include "doctor_judge.h"
#include "doctor_probes.h"
#include "kernel_btf.h"
#include "privileges.h"
#include "requirements.h"

static int look(struct doctor_findings *findings, const struct options *options)
{
	struct kernel_btf *btf;
	int err, btf_error = kernel_btf_open(options->btf, &btf);

	findings->time_ns = clock_realtime_ns();
	findings->ts_ns = clock_monotonic_ns();
	doctor_host_read(&findings->host, btf, options->btf, btf_error);
	err = doctor_probes_try(findings, options, btf);
	if (!err)
		err = privileges_drop();
	findings->devices_error = device_vectors_list(
		options->devices, options->device_count, &findings->devices,
		&findings->device_count);
	kernel_btf_close(btf);
	return err;
}

static int show(const struct doctor_findings *findings, struct display *display,
		struct failure *failure)
{
	struct doctor_report report;
	struct record record = {
		.type = RECORD_DOCTOR,
		.report = &report,
		.findings = findings,
	};
	int err = doctor_judge(findings, &report);

	run_info_here(&record.run, NULL, 0);
	if (err)
		err = fail(failure, EXIT_FAILED, err, "judging");
	else
		err = display_record(display, &record, failure);
	if ((!err || err == -EPIPE) && report.exit_code != EXIT_DONE) {
		*failure = (struct failure){.exit_code = report.exit_code};
		err = -ENOTSUP;
	}
	doctor_report_free(&report);
	return err == -EPIPE ? 0 : err;
}

int doctor_run(const struct options *options, struct display *display,
	       struct failure *failure)
{
	struct doctor_findings findings = {.probes = NULL};
	int err = require_proc(failure);

	if (!err)
		err = require_devices(options, failure);
	if (err)
		return err;
	err = look(&findings, options);
	if (err)
		err = fail(failure, EXIT_FAILED, err, "looking");
	else
		err = show(&findings, display, failure);
	doctor_findings_free(&findings);
	return err;
}
