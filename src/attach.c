// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "availability.h"
#include "clock.h"
#include "confinement.h"
#include "host.h"
#include "left_out.h"
#include "libbpf_log.h"
#include "live_modules.h"
#include "loader.h"
#include "privileges.h"
#include "probe_lack.h"
#include "probe_link.h"
#include "probes.h"

/* More than probes[] has; attacher_new() checks. */
#define PROBES_MAX 64

struct attachment {
	struct bpf_link *link;
	struct bpf_program *program;
	enum availability availability; /* as of this attempt */
	bool tried; /* all candidates, since it is available */
	bool refused; /* the kernel has not loaded a program of it */
	uint64_t attached_ns;
	/* Runs skipped: of its program before that, and of all before it. */
	unsigned long long skipped_at_first, skipped_before;
};

struct attacher {
	struct loader *loader;
	const struct options *options;
	struct probe_setting kernel;
	enum cpu_vendor vendor;
	bool has_attached; /* what could be, with these modules */
	bool is_settled; /* each has been tried, or it is known why not */
	const struct probe *probes[PROBES_MAX];
	struct attachment attachments[PROBES_MAX];
	struct probe_status statuses[PROBES_MAX];
	size_t count;
};

struct attacher *attacher_new(struct loader *loader,
			      const struct options *options,
			      struct kernel_btf *btf, unsigned int purposes,
			      const char *refusal)
{
	struct attacher *attacher = calloc(1, sizeof(*attacher));

	if (!attacher || probe_count > PROBES_MAX) {
		free(attacher);
		return NULL;
	}
	attacher->loader = loader;
	attacher->options = options;
	attacher->vendor = host_cpu_vendor();
	attacher->kernel.btf = btf;
	attacher->kernel.only_kprobes = options->attach == ATTACH_KPROBE;
	attacher->kernel.untyped = loader_is_untyped(loader);
	attacher->kernel.refusal = refusal;
	for (size_t i = 0; i < probe_count; i++) {
		if (!(probes[i].purpose & purposes) ||
		    (!attacher->kernel.untyped &&
		     probe_is_untyped_only(&probes[i])))
			continue;
		attacher->probes[attacher->count] = &probes[i];
		attacher->statuses[attacher->count++] = (struct probe_status){
			.name = probes[i].name,
			.module = probes[i].module,
			.function = probes[i].function,
			.required = probes[i].required,
			.without = probes[i].without,
		};
	}
	return attacher;
}

/* The index of the probe of this name; count if it is not among ours. */
static size_t index_of(const struct attacher *attacher, const char *name)
{
	size_t i = 0;

	while (i < attacher->count &&
	       strcmp(attacher->probes[i]->name, name) != 0)
		i++;
	return i;
}

static unsigned long long skipped_runs(const struct bpf_program *program)
{
	struct bpf_prog_info info = {.type = 0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return 0;
	return info.recursion_misses;
}

/* Of all programs that it has had, loaded anew with each of its modules. */
static void count_skipped_runs(struct attacher *attacher, size_t index)
{
	const struct attachment *attachment = &attacher->attachments[index];
	unsigned long long now;

	if (!attachment->link)
		return;
	now = skipped_runs(attachment->program);
	attacher->statuses[index].skipped_runs =
		attachment->skipped_before + now - attachment->skipped_at_first;
}

static void detach(struct attacher *attacher, size_t index)
{
	count_skipped_runs(attacher, index);
	attacher->attachments[index].skipped_before =
		attacher->statuses[index].skipped_runs;
	bpf_link__destroy(attacher->attachments[index].link);
	attacher->attachments[index].link = NULL;
	attacher->statuses[index].method = METHOD_OFF;
	attacher->statuses[index].is_unverified = false;
}

void attacher_free(struct attacher *attacher)
{
	if (!attacher)
		return;
	for (size_t i = 0; i < attacher->count; i++)
		detach(attacher, i);
	free(attacher);
}

static bool is_allowed(const struct attacher *attacher,
		       enum attach_method method)
{
	switch (method) {
	case METHOD_OFF:
		return false;
	case METHOD_FENTRY:
	case METHOD_FEXIT:
		return attacher->options->attach != ATTACH_KPROBE;
	case METHOD_KPROBE:
	case METHOD_KRETPROBE:
		return attacher->options->attach != ATTACH_FENTRY;
	case METHOD_TRACEPOINT:
		return true;
	}
	return false;
}

/* Code built into the kernel has no module in any list. */
static const char *loaded_module(const struct attacher *attacher,
				 const char *module)
{
	return module && live_modules_have(attacher->kernel.live, module)
		       ? module
		       : NULL;
}

static const struct probe_candidate *candidate_of(
	const struct attacher *attacher, size_t index, size_t rank)
{
	return probe_candidate(attacher->probes[index],
			       attacher->kernel.untyped, rank);
}

/* What the probe is about, whatever tells of it. */
static void name_own_function(struct attacher *attacher, size_t index)
{
	const struct probe *probe = attacher->probes[index];

	attacher->statuses[index].function = probe->function;
	attacher->statuses[index].module =
		probe_module(probe, &attacher->kernel);
}

static void name_function(struct attacher *attacher, size_t index, size_t rank)
{
	struct probe_status *status = &attacher->statuses[index];

	name_own_function(attacher, index);
	if (!candidate_of(attacher, index, rank)->function)
		return;
	status->function = candidate_of(attacher, index, rank)->function;
	status->module = NULL;
}

static const char *program_of(const struct attacher *attacher, size_t index,
			      size_t rank)
{
	const struct probe_candidate *candidate =
		candidate_of(attacher, index, rank);

	if (candidate->by_target && attacher->options->injections)
		return candidate->by_target;
	return candidate->plain && loader_is_plain(attacher->loader)
		       ? candidate->plain
		       : candidate->program;
}

static void attach_one(struct attacher *attacher, size_t index, size_t rank)
{
	enum attach_method method = candidate_of(attacher, index, rank)->method;
	struct attachment *attachment = &attacher->attachments[index];
	struct probe_status *status = &attacher->statuses[index];
	const char *module;
	char reason[160];

	name_function(attacher, index, rank);
	module = loaded_module(attacher, status->module);
	attachment->program = loader_program(attacher->loader,
					     program_of(attacher, index, rank));
	libbpf_log_clear();
	attachment->link = probe_link(attachment->program, method, module,
				      status->function);
	if (!attachment->link) {
		libbpf_log_reason(-errno, reason, sizeof(reason));
		probe_status_add_reason(status, method, reason);
		return;
	}
	status->method = method;
	attachment->attached_ns = clock_monotonic_ns();
	attachment->skipped_at_first = skipped_runs(attachment->program);
	if (!probe_link_took(attacher->loader, module, status))
		detach(attacher, index);
}

static bool is_covered(const struct attacher *attacher, size_t index)
{
	const char *other = attacher->probes[index]->covered_by;

	return other && attacher->statuses[index_of(attacher, other)].method ==
				METHOD_FEXIT;
}

static bool wants(struct attacher *attacher, size_t index, size_t rank)
{
	const struct probe_candidate *candidate =
		candidate_of(attacher, index, rank);
	const struct attachment *attachment = &attacher->attachments[index];

	return candidate->program && !attachment->link && !attachment->tried &&
	       !is_covered(attacher, index) &&
	       attachment->availability == PROBE_AVAILABLE &&
	       is_allowed(attacher, candidate->method);
}

static void note_refusal(struct attacher *attacher, size_t index, size_t rank,
			 const char *reason)
{
	attacher->attachments[index].refused = true;
	probe_status_add_reason(&attacher->statuses[index],
				candidate_of(attacher, index, rank)->method,
				reason);
}

/*
 * Loads in one go what can be; if something cannot, finds out which by
 * loading each alone. Leaves in @indices those that were loaded.
 */
static int load_set(struct attacher *attacher, size_t *indices, size_t *count,
		    size_t rank)
{
	const char *programs[PROBES_MAX];
	size_t loaded = 0;
	char reason[160];
	int err;

	for (size_t i = 0; i < *count; i++)
		programs[i] = program_of(attacher, indices[i], rank);
	err = loader_load(attacher->loader, programs, *count, reason,
			  sizeof(reason));
	if (!err || err == -EPERM)
		return err;
	for (size_t i = 0; i < *count; i++) {
		err = *count == 1 ? err
				  : loader_load(attacher->loader, &programs[i],
						1, reason, sizeof(reason));
		if (err)
			note_refusal(attacher, indices[i], rank, reason);
		else
			indices[loaded++] = indices[i];
	}
	*count = loaded;
	return 0;
}

/* For tests; then the next candidate is tried, as if it could not be loaded. */
static bool is_left_out(struct attacher *attacher, size_t index, size_t rank)
{
	const struct probe_candidate *candidate =
		candidate_of(attacher, index, rank);
	const char *names = getenv(LEFT_OUT_VARIABLE);

	if (!names || !left_out_has(names, candidate->program))
		return false;
	probe_status_add_reason(&attacher->statuses[index], candidate->method,
				"left out by " LEFT_OUT_VARIABLE);
	return true;
}

/* Those that others can cover, or all but those. */
static int attach_rank(struct attacher *attacher, size_t rank, bool coverable,
		       bool *changed)
{
	size_t indices[PROBES_MAX], count = 0;
	int err;

	for (size_t i = 0; i < attacher->count; i++) {
		if ((attacher->probes[i]->covered_by != NULL) != coverable ||
		    !wants(attacher, i, rank))
			continue;
		*changed = true;
		if (!is_left_out(attacher, i, rank))
			indices[count++] = i;
	}
	if (!count)
		return 0;
	err = load_set(attacher, indices, &count, rank);
	for (size_t i = 0; i < count && !err; i++)
		attach_one(attacher, indices[i], rank);
	return err;
}

/* Entry without exit, or the other way round, would mislead. */
static void drop_widows(struct attacher *attacher)
{
	for (size_t i = 0; i < attacher->count; i++) {
		struct probe_status *status = &attacher->statuses[i];
		const char *name = attacher->probes[i]->partner;
		char text[80];
		size_t partner;

		if (!name || status->method == METHOD_OFF)
			continue;
		partner = index_of(attacher, name);
		if (attacher->statuses[partner].method != METHOD_OFF)
			continue;
		(void)snprintf(text, sizeof(text), "useless without %s", name);
		probe_status_add_reason(status, status->method, text);
		detach(attacher, i);
	}
}

static void settle_status(struct attacher *attacher, size_t index)
{
	struct probe_status *status = &attacher->statuses[index];
	const struct probe *probe = attacher->probes[index];
	bool covered = is_covered(attacher, index);

	/* What is watched in its place says itself what is lacking. */
	status->without =
		covered || attacher->attachments[index].availability ==
					PROBE_SUPERSEDED
			? NULL
			: probe->without;
	if (status->method != METHOD_OFF)
		return;
	name_own_function(attacher, index);
	if (attacher->attachments[index].availability == PROBE_AVAILABLE &&
	    !covered && !*status->reason)
		(void)snprintf(status->reason, sizeof(status->reason),
			       "--attach excludes the only way there is");
	else if (covered)
		(void)snprintf(status->reason, sizeof(status->reason),
			       "not needed, as %s tells as much",
			       probe->covered_by);
	else
		availability_explain(attacher->attachments[index].availability,
				     probe, &attacher->kernel, status->reason,
				     sizeof(status->reason));
}

/* It has to be there, and nothing that may still come would help. */
static bool is_lacking(const struct attacher *attacher, size_t index)
{
	const struct probe_status *status = &attacher->statuses[index];

	return status->required && status->method == METHOD_OFF &&
	       !is_covered(attacher, index) &&
	       attacher->attachments[index].availability != PROBE_NO_MODULE;
}

static int fail_lacking(const struct probe *probe,
			const struct probe_status *status,
			struct failure *failure)
{
	struct confinement confinement;
	const char *refused;

	if (!privileges_suffice())
		return fail_bpf(failure, -EPERM, "attaching BPF programs");
	confinement_look(&confinement);
	refused = confinement_of_kprobes(&confinement);
	return fail(failure, refused ? EXIT_PRIVILEGE : EXIT_UNSUPPORTED, 0,
		    "cannot attach to %s, and without it pitrace cannot tell "
		    "%s (%s)",
		    status->function, probe->without,
		    refused ? refused : status->reason);
}

/* Says why what is off is off; fails if it is required and could be on. */
static int settle_statuses(struct attacher *attacher, struct failure *failure)
{
	const struct probe_status *status;

	for (size_t i = 0; i < attacher->count; i++) {
		struct attachment *attachment = &attacher->attachments[i];

		attachment->tried = attachment->availability == PROBE_AVAILABLE;
		settle_status(attacher, i);
	}
	probe_lack_settle(attacher->statuses, attacher->count,
			  attacher->vendor);
	attacher->is_settled = true;
	for (size_t i = 0; i < attacher->count; i++) {
		status = &attacher->statuses[i];
		if (!is_lacking(attacher, i))
			continue;
		return fail_lacking(attacher->probes[i], status, failure);
	}
	return 0;
}

/* The arguments of one tracepoint are a constant of the programs. */
static void look_at_kernel(struct attacher *attacher)
{
	int args = probe_setting_learn(&attacher->kernel);

	if (attacher->kernel.pi_update_known)
		loader_constants(attacher->loader)->pi_update_args =
			(uint32_t)args;
}

/* Returns whether the set of live modules is not as it was. */
static bool look_for_modules(struct attacher *attacher)
{
	if (!probe_setting_look(&attacher->kernel))
		return false;
	look_at_kernel(attacher);
	return true;
}

/*
 * Modules can come while we attach: what is there is looked up but once. A
 * module can also go, if kprobes are all that we have on it, and take them
 * with it.
 */
static bool begin_attempt(struct attacher *attacher)
{
	bool changed = false;

	for (size_t i = 0; i < attacher->count; i++) {
		struct attachment *attachment = &attacher->attachments[i];
		const struct probe *probe = attacher->probes[i];

		attachment->availability =
			availability_of(probe, &attacher->kernel);
		if (attachment->availability != PROBE_AVAILABLE ||
		    probe->reads_modules) {
			changed |= attachment->link != NULL;
			detach(attacher, i);
			attachment->tried = false;
		}
		if (attachment->tried)
			continue;
		attachment->refused = false;
		attacher->statuses[i].reason[0] = '\0';
	}
	return changed;
}

bool attacher_is_due(const struct attacher *attacher)
{
	return !attacher->has_attached ||
	       live_modules_look() != attacher->kernel.live;
}

/* Unlike kprobes, other programs keep the module that they are on. */
static bool is_held(const struct attacher *attacher, const char *module)
{
	for (size_t i = 0; i < attacher->count; i++) {
		enum attach_method method = attacher->statuses[i].method;
		const char *own = attacher->statuses[i].module;

		if (own && !strcmp(own, module) &&
		    (method == METHOD_FENTRY || method == METHOD_FEXIT ||
		     method == METHOD_TRACEPOINT))
			return true;
	}
	return false;
}

bool attacher_is_final(const struct attacher *attacher)
{
	return is_held(attacher, "vfio_pci_core") && is_held(attacher, "kvm") &&
	       (is_held(attacher, "kvm_intel") || is_held(attacher, "kvm_amd"));
}

int attacher_attach(struct attacher *attacher, bool *changed,
		    struct failure *failure)
{
	int err = 0;

	*changed = false;
	if (!look_for_modules(attacher) && attacher->has_attached)
		return 0;
	attacher->has_attached = true;
	*changed = begin_attempt(attacher);
	for (size_t rank = 0; rank < PROBE_CANDIDATES && !err; rank++)
		err = attach_rank(attacher, rank, false, changed);
	for (size_t rank = 0; rank < PROBE_CANDIDATES && !err; rank++)
		err = attach_rank(attacher, rank, true, changed);
	if (err)
		return fail_bpf(failure, err, "loading BPF programs");
	drop_widows(attacher);
	return settle_statuses(attacher, failure);
}

void attacher_module_loaded(struct attacher *attacher, const char *module,
			    uint64_t ts_ns)
{
	for (size_t i = 0; i < attacher->count; i++) {
		struct attachment *attachment = &attacher->attachments[i];
		const char *ours =
			probe_module(attacher->probes[i], &attacher->kernel);

		if (!ours || strcmp(ours, module) != 0 || !attachment->link ||
		    attachment->attached_ns > ts_ns)
			continue;
		detach(attacher, i);
		attachment->tried = false;
		attacher->has_attached = false;
	}
}

bool attacher_is_settled(const struct attacher *attacher)
{
	return attacher->is_settled;
}

/*
 * Is a probe off that is needed for counting, and would be on by kprobes that
 * need no types? One on the kernel's own functions speaks for those on modules
 * that are still to come.
 */
static bool is_refused(const struct attacher *attacher, size_t index)
{
	const struct probe *probe = attacher->probes[index];

	return attacher->attachments[index].refused &&
	       attacher->statuses[index].method == METHOD_OFF &&
	       probe->untyped.method != METHOD_OFF &&
	       probe->untyped.method != METHOD_TRACEPOINT &&
	       (probe->required || !probe->module);
}

const struct probe_status *attacher_refusal(const struct attacher *attacher)
{
	if (attacher->kernel.untyped ||
	    attacher->options->attach == ATTACH_FENTRY)
		return NULL;
	for (size_t i = 0; i < attacher->count; i++)
		if (is_refused(attacher, i))
			return &attacher->statuses[i];
	return NULL;
}

enum attach_method attacher_method(const struct attacher *attacher,
				   const char *name)
{
	size_t index = index_of(attacher, name);

	return index < attacher->count ? attacher->statuses[index].method
				       : METHOD_OFF;
}

bool attacher_is_on(const struct attacher *attacher, const char *name)
{
	return attacher_method(attacher, name) != METHOD_OFF;
}

bool attacher_is_covered(const struct attacher *attacher, const char *name)
{
	size_t index = index_of(attacher, name);

	return index < attacher->count &&
	       (attacher->statuses[index].method != METHOD_OFF ||
		is_covered(attacher, index));
}

const char *attacher_reason(const struct attacher *attacher, const char *name)
{
	size_t index = index_of(attacher, name);

	return index < attacher->count ? attacher->statuses[index].reason : "";
}

const struct probe_status *attacher_statuses(const struct attacher *attacher,
					     size_t *count)
{
	*count = attacher->count;
	return attacher->statuses;
}

unsigned long long attacher_skipped_runs(struct attacher *attacher)
{
	unsigned long long sum = 0;

	for (size_t i = 0; i < attacher->count; i++) {
		count_skipped_runs(attacher, i);
		/* What is asked is asked again, or the answer is unknown. */
		if (attacher->probes[i]->purpose != PURPOSE_INSPECTION)
			sum += attacher->statuses[i].skipped_runs;
	}
	return sum;
}
