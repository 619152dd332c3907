// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/libbpf.h>
#include <stdio.h>

#include "probe_link.h"
#include "verify.h"

struct bpf_link *probe_link(struct bpf_program *program,
			    enum attach_method method, const char *module,
			    const char *function)
{
	char name[128];

	if (method != METHOD_KPROBE && method != METHOD_KRETPROBE)
		return bpf_program__attach(program);
	/* Other modules may have a function of this name. */
	(void)snprintf(name, sizeof(name), "%s%s%s", module ? module : "",
		       module ? ":" : "", function);
	return bpf_program__attach_kprobe(program, method == METHOD_KRETPROBE,
					  name);
}

bool probe_link_took(const struct loader *loader, const char *module,
		     struct probe_status *status)
{
	char reason[128];

	if (status->method == METHOD_TRACEPOINT)
		return true;
	switch (verify_attach(loader, module, status->function,
			      status->method)) {
	case ATTACH_TOOK:
		return true;
	case ATTACH_DID_NOT_TAKE:
		(void)snprintf(reason, sizeof(reason),
			       "the kernel reports success, but %s does not "
			       "call it",
			       status->function);
		probe_status_add_reason(status, status->method, reason);
		return false;
	case ATTACH_UNVERIFIABLE:
		status->is_unverified = true;
		probe_status_add_reason(
			status, status->method,
			"attached, but tracefs and kallsyms are "
			"closed, so nothing shows that it is "
			"called");
		return true;
	}
	return true;
}
