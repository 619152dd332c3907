// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "loader.h"
#include "probe_abi.h"
#include "untyped.h"
#include "verify.h"

static const char *const lists[] = {
	"/sys/kernel/tracing/enabled_functions",
	"/sys/kernel/debug/tracing/enabled_functions",
};

static int read_text(const struct loader *loader, const char *module,
		     struct text_request *request)
{
	struct bpf_program *program = loader_program(loader, "read_text");
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = request,
		    .ctx_size_in = sizeof(*request));
	int err;

	if (!program)
		return untyped_read(loader, module, request->function,
				    request->text, sizeof(request->text));
	err = bpf_prog_test_run_opts(bpf_program__fd(program), &run);
	if (err)
		return err;
	return request->address ? 0 : -ENOENT;
}

static enum verdict verify_text(const struct loader *loader, const char *module,
				const char *function)
{
	struct text_request request = {.address = 0};

	(void)snprintf(request.function, sizeof(request.function), "%s",
		       function);
	if (read_text(loader, module, &request))
		return ATTACH_UNVERIFIABLE;
	return verify_in_text((const unsigned char *)request.text,
			      sizeof(request.text));
}

enum verdict verify_attach(const struct loader *loader, const char *module,
			   const char *function, enum attach_method method)
{
	enum verdict verdict;
	char *text;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (host_read_file(lists[i], &text))
			continue;
		verdict = verify_in_list(text, module, function, method);
		free(text);
		return verdict;
	}
	return verify_text(loader, module, function);
}
