// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "availability.h"
#include "built_in.h"
#include "kernel_btf.h"
#include "live_modules.h"
#include "probe_abi.h"

/*
 * Where BTF cannot be read, trying tells. Of a module that is built in the
 * kernel's own BTF knows all functions.
 */
static bool lacks_function(const struct probe_setting *kernel,
			   const char *module, const char *function)
{
	bool is_loaded = module && live_modules_have(kernel->live, module);

	return kernel->btf &&
	       kernel_btf_has_function(kernel->btf, is_loaded ? module : NULL,
				       function) == KNOWN_NO;
}

static bool has_function(const struct probe_setting *kernel, const char *module,
			 const char *function)
{
	return kernel->btf && kernel_btf_has_function(kernel->btf, module,
						      function) == KNOWN_YES;
}

bool probe_setting_look(struct probe_setting *kernel)
{
	unsigned int live = live_modules_look(), before = kernel->live;

	kernel->live = live;
	if (live == before)
		return false;
	if (kernel->btf)
		kernel_btf_look_anew(kernel->btf, live);
	return true;
}

int probe_setting_learn(struct probe_setting *kernel)
{
	int args = kernel->btf
			   ? kernel_btf_tracepoint_args(kernel->btf, "kvm",
							"kvm_pi_irte_update")
			   : -1;

	kernel->pi_update_known =
		args == PI_UPDATE_ARGS_EARLIER || args == PI_UPDATE_ARGS_LATER;
	return args;
}

const char *probe_module(const struct probe *probe,
			 const struct probe_setting *kernel)
{
	const char *earlier = probe->earlier_module;

	if (earlier && live_modules_have(kernel->live, earlier) &&
	    !live_modules_have(kernel->live, probe->module))
		return earlier;
	return probe->module;
}

enum availability availability_of(const struct probe *probe,
				  const struct probe_setting *kernel)
{
	const char *module = probe_module(probe, kernel);

	if (kernel->untyped && !probe->untyped.program)
		return PROBE_NO_TYPES;
	if (module && !live_modules_have(kernel->live, module) &&
	    !module_is_built_in(kernel->btf, probe->module))
		return PROBE_NO_MODULE;
	if (probe->superseded_by &&
	    has_function(kernel, "kvm", probe->superseded_by))
		return PROBE_SUPERSEDED;
	/* Unlike a kprobe, a tracepoint's program holds on to its module. */
	if (probe->is_pi_update && kernel->only_kprobes)
		return PROBE_WOULD_PIN;
	if (probe->is_pi_update)
		return kernel->pi_update_known ? PROBE_AVAILABLE
					       : PROBE_UNKNOWN_ARGS;
	if (probe->candidates[0].method != METHOD_TRACEPOINT &&
	    lacks_function(kernel, module, probe->function))
		return PROBE_NO_FUNCTION;
	return PROBE_AVAILABLE;
}

static bool is_traced_by(enum attach_method method)
{
	return method == METHOD_FENTRY || method == METHOD_FEXIT;
}

/* fentry needs the function's type; without it a kprobe is what is left. */
static bool can_be_had(const struct probe *probe,
		       const struct probe_candidate *candidate,
		       const struct probe_setting *kernel)
{
	const char *module =
		candidate->function ? NULL : probe_module(probe, kernel);

	if (!is_traced_by(candidate->method))
		return true;
	return !kernel->only_kprobes &&
	       has_function(kernel, module,
			    probe_candidate_function(probe, candidate));
}

const struct probe_candidate *availability_candidate(
	const struct probe *probe, const struct probe_setting *kernel)
{
	size_t rank = 0;

	if (kernel->untyped)
		return &probe->untyped;
	while (rank < PROBE_CANDIDATES - 1 &&
	       !can_be_had(probe, &probe->candidates[rank], kernel))
		rank++;
	return &probe->candidates[rank];
}

static void explain_untyped(const struct probe_setting *kernel, char *reason,
			    size_t size)
{
	if (kernel->refusal)
		(void)snprintf(reason, size,
			       "it reads types of modules, and this kernel "
			       "refuses programs that do (%s)",
			       kernel->refusal);
	else
		(void)snprintf(reason, size,
			       "it reads types of modules, and there is no BTF "
			       "of modules");
}

void availability_explain(enum availability availability,
			  const struct probe *probe,
			  const struct probe_setting *kernel, char *reason,
			  size_t size)
{
	switch (availability) {
	case PROBE_AVAILABLE:
		break;
	case PROBE_NO_MODULE:
		(void)snprintf(reason, size, "module %s is not loaded",
			       probe_module(probe, kernel));
		break;
	case PROBE_SUPERSEDED:
		(void)snprintf(reason, size, "%s is watched instead",
			       probe->superseded_by);
		break;
	case PROBE_NO_FUNCTION:
		(void)snprintf(reason, size,
			       "this kernel has no such function");
		break;
	case PROBE_WOULD_PIN:
		(void)snprintf(reason, size,
			       "a tracepoint would keep %s from being "
			       "unloaded, which kprobes do not",
			       probe->module);
		break;
	case PROBE_NO_TYPES:
		explain_untyped(kernel, reason, size);
		break;
	case PROBE_UNKNOWN_ARGS:
		(void)snprintf(reason, size,
			       "its arguments are not those of any kernel "
			       "known, or cannot be read from BTF");
		break;
	}
}
