// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor_probes.h"
#include "kernel_btf.h"
#include "probe_lack.h"
#include "probes.h"
#include "tracer.h"

static void expect_available(const struct probe *probe,
			     const struct probe_setting *kernel,
			     struct probe_finding *finding)
{
	const struct probe_candidate *candidate =
		availability_candidate(probe, kernel);

	finding->expected = candidate->method;
	finding->status.function = probe_candidate_function(probe, candidate);
	finding->status.module =
		candidate->function ? NULL : probe_module(probe, kernel);
}

static struct probe_finding *find(const struct doctor_findings *findings,
				  const char *name)
{
	for (size_t i = 0; i < findings->probe_count; i++)
		if (!strcmp(findings->probes[i].status.name, name))
			return &findings->probes[i];
	return NULL;
}

/* What another one will tell is left out. */
static void leave_out_covered(const struct doctor_findings *findings)
{
	for (size_t i = 0; i < probe_count; i++) {
		struct probe_finding *finding = find(findings, probes[i].name);
		struct probe_finding *other;

		if (!finding || !probes[i].covered_by)
			continue;
		other = find(findings, probes[i].covered_by);
		if (other && other->expected == METHOD_FEXIT)
			finding->expected = METHOD_OFF;
	}
}

static void expect(struct doctor_findings *findings,
		   struct probe_setting *kernel)
{
	(void)probe_setting_look(kernel);
	(void)probe_setting_learn(kernel);
	for (size_t i = 0; i < probe_count; i++) {
		struct probe_finding *finding = find(findings, probes[i].name);

		if (!finding)
			continue;
		finding->availability = availability_of(&probes[i], kernel);
		if (finding->availability == PROBE_AVAILABLE)
			expect_available(&probes[i], kernel, finding);
		if (finding->availability == PROBE_SUPERSEDED)
			finding->status.without = NULL;
		availability_explain(finding->availability, &probes[i], kernel,
				     finding->status.reason,
				     sizeof(finding->status.reason));
	}
	leave_out_covered(findings);
}

/* As if each were on by the method that is expected. */
static int settle_lacks(struct doctor_findings *findings)
{
	const size_t count = findings->probe_count;
	struct probe_status *statuses = calloc(probe_count, sizeof(*statuses));

	if (!statuses)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		statuses[i] = findings->probes[i].status;
		statuses[i].method = findings->probes[i].expected;
	}
	probe_lack_settle(statuses, count, findings->host.vendor);
	for (size_t i = 0; i < count; i++) {
		statuses[i].method = METHOD_OFF;
		findings->probes[i].status = statuses[i];
	}
	free(statuses);
	return 0;
}

/* Those of tracing; what can only add stacks comes with --stacks. */
static int list_probes(struct doctor_findings *findings, bool untyped)
{
	findings->probes = calloc(probe_count, sizeof(*findings->probes));
	if (!findings->probes)
		return -ENOMEM;
	for (size_t i = 0; i < probe_count; i++) {
		if (probes[i].purpose == PURPOSE_NOTIFICATIONS ||
		    (!untyped && probe_is_untyped_only(&probes[i])))
			continue;
		findings->probes[findings->probe_count++].status =
			(struct probe_status){
				.name = probes[i].name,
				.module = probes[i].module,
				.function = probes[i].function,
				.required = probes[i].required,
				.without = probes[i].without,
			};
	}
	return 0;
}

static void keep_statuses(struct doctor_findings *findings,
			  const struct tracer *tracer)
{
	size_t count;
	const struct probe_status *statuses = tracer_probes(tracer, &count);

	for (size_t i = 0; i < count; i++) {
		struct probe_finding *finding =
			find(findings, statuses[i].name);

		if (finding)
			finding->status = statuses[i];
	}
}

/*
 * A network namespace of its own hides the switch, which is the host's; whether
 * a program was compiled shows what it is at.
 */
static void learn_jit(struct host_finding *host, const struct tracer *tracer)
{
	bool jited;

	if (host->jit_error != -ENOENT || tracer_is_jited(tracer, &jited))
		return;
	host->jit_error = 0;
	host->jit = jited;
}

static int expect_all(struct doctor_findings *findings,
		      struct probe_setting *kernel)
{
	int err = list_probes(findings, kernel->untyped);

	if (err)
		return err;
	expect(findings, kernel);
	return settle_lacks(findings);
}

/* BTF had let expect more than the kernel takes. */
static int expect_untyped(struct doctor_findings *findings,
			  struct probe_setting *kernel)
{
	free(findings->probes);
	findings->probe_count = 0;
	kernel->untyped = true;
	kernel->refusal = findings->trial.refusal;
	return expect_all(findings, kernel);
}

static int keep_trial(struct doctor_findings *findings,
		      const struct tracer *tracer, struct probe_setting *kernel)
{
	struct trial_finding *trial = &findings->trial;
	int err = 0;

	(void)snprintf(trial->refusal, sizeof(trial->refusal), "%s",
		       tracer_refusal(tracer));
	trial->lacks_loop = !tracer_has_loop(tracer);
	if (*trial->refusal)
		err = expect_untyped(findings, kernel);
	trial->probes_tried = !err && tracer_has_tried(tracer);
	if (!trial->probes_tried)
		return err;
	keep_statuses(findings, tracer);
	findings->host.posting = *tracer_host(tracer);
	learn_jit(&findings->host, tracer);
	return 0;
}

int doctor_probes_try(struct doctor_findings *findings,
		      const struct options *options, struct kernel_btf *btf)
{
	struct trial_finding *trial = &findings->trial;
	struct probe_setting kernel = {
		.btf = btf,
		.only_kprobes = options->attach == ATTACH_KPROBE,
		.untyped = btf && !kernel_btf_describes_modules(btf),
	};
	struct tracer *tracer;
	int err = expect_all(findings, &kernel);

	if (err)
		return err;
	trial->error = tracer_try(&tracer, options, &trial->failure);
	if (tracer)
		err = keep_trial(findings, tracer, &kernel);
	tracer_close(tracer);
	return err;
}
