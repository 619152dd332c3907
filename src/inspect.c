// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "attach_target.h"
#include "clock.h"
#include "collect_configured.h"
#include "device_vectors.h"
#include "inspect.h"
#include "inspect_report.h"
#include "kernel_btf.h"
#include "loader.h"
#include "privileges.h"
#include "probes.h"
#include "requirements.h"

/* Nothing is counted: maps as small as they can be. */
static const struct map_sizes no_counters = {
	.possible_cpus = 1,
	.irqs = 1,
	.slots = 1,
	.cells = 1,
	.targets = 1,
	.injections = 1,
	.stacks = 1,
	.framed_stacks = 1,
	.stack_counts = 1,
	.stack_caches = 1,
};

struct inspection_run {
	const struct options *options;
	struct failure *failure;
	struct loader *loader;
	struct kernel_btf *btf;
	struct attacher *attacher;
	struct inspector *inspector;
	struct inspect_report report;
	size_t room; /* for vectors */
	struct vm_names names;
};

static int open_all(struct inspection_run *run)
{
	bool changed;
	int err = require_proc(run->failure);

	if (!err)
		err = require_descriptors(run->failure);
	if (!err)
		err = require_btf(run->options->btf, &run->btf, run->failure);
	if (!err)
		err = require_module_types(run->btf, "--inspect", run->failure);
	if (!err)
		err = require_irq_files(run->failure);
	if (err)
		return err;
	err = attach_target_begin(run->btf);
	if (!err)
		run->loader = loader_new(&no_counters, run->options, false);
	if (!run->loader)
		return fail(run->failure, EXIT_FAILED, err ? err : -ENOMEM,
			    "starting");
	err = require_inspection(run->loader, run->failure);
	if (err)
		return err;
	run->attacher = attacher_new(run->loader, run->options, run->btf,
				     PURPOSE_INSPECTION, NULL);
	run->inspector = inspector_new(run->loader, run->btf);
	if (!run->attacher || !run->inspector)
		return fail(run->failure, EXIT_FAILED, -ENOMEM, "starting");
	err = attacher_attach(run->attacher, &changed, run->failure);
	if (err)
		return err;
	if (!attacher_is_on(run->attacher, "inspect"))
		return fail(run->failure, EXIT_UNSUPPORTED, 0,
			    "cannot attach to actions_show, and without it "
			    "pitrace cannot tell what interrupts would do (%s)",
			    attacher_reason(run->attacher, "inspect"));
	err = inspector_begin(run->inspector);
	return err ? fail_bpf(run->failure, err, "inspecting") : 0;
}

/* Questions are asked without privileges. */
static int open_and_drop(struct inspection_run *run)
{
	char shortfall[SHORTFALL_LEN];
	int err;

	describe_shortfall(shortfall, sizeof(shortfall));
	err = open_all(run);
	if (err)
		return err;
	err = privileges_drop();
	if (err)
		return fail(run->failure, EXIT_FAILED, err,
			    "giving up privileges");
	if (*shortfall)
		output_note("%s", shortfall);
	describe_processes(shortfall, sizeof(shortfall));
	if (*shortfall)
		output_note("%s", shortfall);
	return 0;
}

static void close_all(struct inspection_run *run)
{
	attacher_free(run->attacher);
	inspector_free(run->inspector);
	attach_target_end();
	kernel_btf_close(run->btf);
	loader_free(run->loader);
	vm_names_free(&run->names);
	inspect_report_free(&run->report);
}

static int keep(struct inspection_run *run,
		const struct inspected_vector *vector)
{
	struct inspect_report *report = &run->report;
	struct inspected_vector *larger;

	if (report->vector_count == run->room) {
		run->room = run->room ? 2 * run->room : 64;
		larger = reallocarray(report->vectors, run->room,
				      sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		report->vectors = larger;
	}
	report->vectors[report->vector_count++] = *vector;
	return 0;
}

/*
 * The name of VFIO's action says which vector it is; where there is none, the
 * kernel's message descriptor has the number. False for a line of which the
 * device makes no use.
 */
static bool name_vector(const struct device_vectors *device,
			const struct device_vector *source,
			const struct inspect_answer *answer,
			struct vector_name *name)
{
	if (answer->action[0])
		return !vector_name_parse(answer->action, name);
	*name = (struct vector_name){.device = device->device,
				     .kind = source->kind};
	if (source->kind == VECTOR_INTX)
		return answer->has_action && !device->is_vfio;
	name->vector =
		answer->msi_index < 0 ? 0 : (unsigned int)answer->msi_index;
	return true;
}

static int ask_vector(struct inspection_run *run,
		      const struct device_vectors *device,
		      const struct device_vector *source)
{
	const struct inspect_subject subject = {
		.irq = source->irq,
		.device = device->device,
		.is_vfio = device->is_vfio,
	};
	struct inspected_vector vector = {.irq = source->irq};
	struct inspect_answer answer;
	int err = collect_configured(run->inspector, run->btf, &subject,
				     &run->names, &answer, &vector.configured);

	/* It was released meanwhile, or is the line of others. */
	if (err)
		return err == -ENOENT ? 0 : err;
	/* Nothing was watched before this. */
	if (vector.configured.path == CONFIGURED_POSTED)
		vector.configured.since = SINCE_BEFORE_START;
	return name_vector(device, source, &answer, &vector.name)
		       ? keep(run, &vector)
		       : 0;
}

static int ask_device(struct inspection_run *run,
		      const struct device_vectors *device)
{
	size_t before = run->report.vector_count;
	struct inspected_device *shown =
		&run->report.devices[run->report.device_count++];
	int err = 0;

	shown->device = device->device;
	memcpy(shown->driver, device->driver, sizeof(shown->driver));
	for (size_t i = 0; i < device->count && !err; i++)
		err = ask_vector(run, device, &device->vectors[i]);
	shown->vectors = run->report.vector_count - before;
	return err;
}

static int ask_all(struct inspection_run *run)
{
	struct device_vectors *devices;
	size_t count;
	int err = device_vectors_list(run->options->devices,
				      run->options->device_count, &devices,
				      &count);

	if (err)
		return err;
	run->report.devices =
		calloc(count ? count : 1, sizeof(*run->report.devices));
	if (!run->report.devices)
		err = -ENOMEM;
	for (size_t i = 0; i < count && !err; i++)
		err = ask_device(run, &devices[i]);
	device_vectors_free(devices, count);
	inspect_report_sort(&run->report);
	return err;
}

static int inspect(struct inspection_run *run, struct display *display)
{
	struct record record = {
		.type = RECORD_INSPECT,
		.inspection = &run->report,
	};
	const struct probe_status *probes;
	size_t count;
	int err;

	run->report.host = *inspector_host(run->inspector);
	run->report.time_ns = clock_realtime_ns();
	run->report.ts_ns = clock_monotonic_ns();
	err = ask_all(run);
	if (err)
		return fail(run->failure, EXIT_FAILED, err, "inspecting");
	probes = attacher_statuses(run->attacher, &count);
	run_info_here(&record.run, probes, count);
	err = display_record(display, &record, run->failure);
	return err == -EPIPE ? 0 : err;
}

int inspect_run(const struct options *options, struct display *display,
		struct failure *failure)
{
	struct inspection_run run = {.options = options, .failure = failure};
	int err = require_devices(options, failure);

	if (!err)
		err = open_and_drop(&run);
	if (!err)
		err = inspect(&run, display);
	close_all(&run);
	return err;
}
