// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "host.h"
#include "libbpf_log.h"
#include "loader.h"
#include "probes.h"
#include "verify.h"

/* More than probes[] has; attacher_new() checks. */
#define PROBES_MAX 32

struct attachment {
	struct bpf_link *link;
	struct bpf_program *program;
	bool available; /* its module is there, as of this attempt */
	bool tried; /* all candidates, since the module is there */
};

struct attacher {
	struct loader *loader;
	const struct options *options;
	struct btf *kernel_btf; /* read when first asked */
	struct attachment attachments[PROBES_MAX];
	struct probe_status statuses[PROBES_MAX];
};

struct attacher *attacher_new(struct loader *loader,
			      const struct options *options)
{
	struct attacher *attacher = calloc(1, sizeof(*attacher));

	if (!attacher || probe_count > PROBES_MAX) {
		free(attacher);
		return NULL;
	}
	attacher->loader = loader;
	attacher->options = options;
	for (size_t i = 0; i < probe_count; i++)
		attacher->statuses[i] = (struct probe_status){
			.name = probes[i].name,
			.module = probes[i].module,
			.function = probes[i].function,
			.required = probes[i].required,
			.without = probes[i].without,
		};
	return attacher;
}

static void detach(struct attacher *attacher, size_t index)
{
	bpf_link__destroy(attacher->attachments[index].link);
	attacher->attachments[index].link = NULL;
	attacher->statuses[index].method = METHOD_OFF;
}

void attacher_free(struct attacher *attacher)
{
	if (!attacher)
		return;
	for (size_t i = 0; i < probe_count; i++)
		detach(attacher, i);
	btf__free(attacher->kernel_btf);
	free(attacher);
}

static bool is_built_in(struct attacher *attacher, const char *function)
{
	if (!attacher->kernel_btf)
		attacher->kernel_btf = btf__load_vmlinux_btf();
	return attacher->kernel_btf &&
	       btf__find_by_name_kind(attacher->kernel_btf, function,
				      BTF_KIND_FUNC) > 0;
}

static bool is_available(struct attacher *attacher, const struct probe *probe)
{
	return !probe->module || host_module_live(probe->module) ||
	       is_built_in(attacher, probe->function);
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
static const char *loaded_module(const struct probe *probe)
{
	return probe->module && host_module_live(probe->module) ? probe->module
								: NULL;
}

static struct bpf_link *make_link(struct bpf_program *program,
				  const struct probe *probe,
				  enum attach_method method)
{
	const char *module = loaded_module(probe);
	char function[128];

	if (method != METHOD_KPROBE && method != METHOD_KRETPROBE)
		return bpf_program__attach(program);
	/* Other modules may have a function of this name. */
	(void)snprintf(function, sizeof(function), "%s%s%s",
		       module ? module : "", module ? ":" : "",
		       probe->function);
	return bpf_program__attach_kprobe(program, method == METHOD_KRETPROBE,
					  function);
}

/* Reasons of all methods that failed stay, in the order of the tries. */
static void add_reason(struct probe_status *status, enum attach_method method,
		       const char *text)
{
	size_t used = strlen(status->reason);

	(void)snprintf(status->reason + used, sizeof(status->reason) - used,
		       "%s%s: %s", used ? "; " : "", attach_method_name(method),
		       text);
}

static void judge(struct attacher *attacher, size_t index,
		  enum attach_method method)
{
	struct probe_status *status = &attacher->statuses[index];

	if (method == METHOD_TRACEPOINT)
		return;
	switch (verify_attach(attacher->loader, loaded_module(&probes[index]),
			      status->function, method)) {
	case ATTACH_TOOK:
		break;
	case ATTACH_DID_NOT_TAKE:
		detach(attacher, index);
		add_reason(status, method,
			   "the kernel reports success but does not call it");
		break;
	case ATTACH_UNVERIFIABLE:
		add_reason(status, method,
			   "attached, but tracefs and kallsyms are closed, so "
			   "nothing shows that it is called");
		break;
	}
}

static void attach_one(struct attacher *attacher, size_t index, size_t rank)
{
	const struct probe_candidate *candidate =
		&probes[index].candidates[rank];
	struct attachment *attachment = &attacher->attachments[index];
	struct probe_status *status = &attacher->statuses[index];
	char reason[160];

	attachment->program =
		loader_program(attacher->loader, candidate->program);
	libbpf_log_clear();
	attachment->link = make_link(attachment->program, &probes[index],
				     candidate->method);
	if (!attachment->link) {
		libbpf_log_reason(-errno, reason, sizeof(reason));
		add_reason(status, candidate->method, reason);
		return;
	}
	status->method = candidate->method;
	judge(attacher, index, candidate->method);
}

static bool wants(struct attacher *attacher, size_t index, size_t rank)
{
	return !attacher->attachments[index].link &&
	       !attacher->attachments[index].tried &&
	       attacher->attachments[index].available &&
	       is_allowed(attacher, probes[index].candidates[rank].method);
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
		programs[i] = probes[indices[i]].candidates[rank].program;
	err = loader_load(attacher->loader, programs, *count, reason,
			  sizeof(reason));
	if (!err || err == -EPERM)
		return err;
	for (size_t i = 0; i < *count; i++) {
		const struct probe *probe = &probes[indices[i]];

		err = *count == 1 ? err
				  : loader_load(attacher->loader, &programs[i],
						1, reason, sizeof(reason));
		if (err)
			add_reason(&attacher->statuses[indices[i]],
				   probe->candidates[rank].method, reason);
		else
			indices[loaded++] = indices[i];
	}
	*count = loaded;
	return 0;
}

static int attach_rank(struct attacher *attacher, size_t rank, bool *changed)
{
	size_t indices[PROBES_MAX], count = 0;
	int err;

	for (size_t i = 0; i < probe_count; i++)
		if (wants(attacher, i, rank))
			indices[count++] = i;
	if (!count)
		return 0;
	*changed = true;
	err = load_set(attacher, indices, &count, rank);
	for (size_t i = 0; i < count && !err; i++)
		attach_one(attacher, indices[i], rank);
	return err;
}

/* Entry without exit, or the other way round, would mislead. */
static void drop_widows(struct attacher *attacher)
{
	for (size_t i = 0; i < probe_count; i++) {
		struct probe_status *status = &attacher->statuses[i];
		char text[80];
		size_t partner;

		if (!probes[i].partner || status->method == METHOD_OFF)
			continue;
		partner = probe_index(probes[i].partner);
		if (attacher->statuses[partner].method != METHOD_OFF)
			continue;
		(void)snprintf(text, sizeof(text), "useless without %s",
			       probes[i].partner);
		add_reason(status, status->method, text);
		detach(attacher, i);
	}
}

/* Says why what is off is off; fails if it is required and could be on. */
static int settle_statuses(struct attacher *attacher, struct failure *failure)
{
	for (size_t i = 0; i < probe_count; i++) {
		struct probe_status *status = &attacher->statuses[i];
		bool available = attacher->attachments[i].available;

		attacher->attachments[i].tried = available;
		if (status->method != METHOD_OFF)
			continue;
		if (!available)
			(void)snprintf(status->reason, sizeof(status->reason),
				       "module %s is not loaded",
				       status->module);
		else if (status->required)
			return fail(failure, EXIT_UNSUPPORTED, 0,
				    "cannot attach to %s, and without it "
				    "pitrace cannot tell %s (%s)",
				    status->function, status->without,
				    status->reason);
	}
	return 0;
}

/*
 * Modules can come while we attach: what is there is looked up but once. A
 * module can also go, if kprobes are all that we have on it, and take them
 * with it.
 */
static bool begin_attempt(struct attacher *attacher)
{
	bool changed = false;

	for (size_t i = 0; i < probe_count; i++) {
		struct attachment *attachment = &attacher->attachments[i];

		attachment->available = is_available(attacher, &probes[i]);
		if (!attachment->available) {
			changed |= attachment->link != NULL;
			detach(attacher, i);
			attachment->tried = false;
		}
		if (!attachment->tried)
			attacher->statuses[i].reason[0] = '\0';
	}
	return changed;
}

int attacher_attach(struct attacher *attacher, bool *changed,
		    struct failure *failure)
{
	int err = 0;

	*changed = begin_attempt(attacher);
	for (size_t rank = 0; rank < PROBE_CANDIDATES && !err; rank++)
		err = attach_rank(attacher, rank, changed);
	if (err)
		return fail_bpf(failure, err, "loading BPF programs");
	drop_widows(attacher);
	return settle_statuses(attacher, failure);
}

bool attacher_is_on(const struct attacher *attacher, const char *name)
{
	return attacher->statuses[probe_index(name)].method != METHOD_OFF;
}

const struct probe_status *attacher_statuses(const struct attacher *attacher)
{
	return attacher->statuses;
}

static unsigned long long skipped_runs(const struct bpf_program *program)
{
	struct bpf_prog_info info = {.type = 0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return 0;
	return info.recursion_misses;
}

unsigned long long attacher_skipped_runs(struct attacher *attacher)
{
	unsigned long long sum = 0;

	for (size_t i = 0; i < probe_count; i++) {
		struct probe_status *status = &attacher->statuses[i];

		if (status->method != METHOD_OFF)
			status->skipped_runs =
				skipped_runs(attacher->attachments[i].program);
		sum += status->skipped_runs;
	}
	return sum;
}
