// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host_proc.h"
#include "kallsyms.h"
#include "loader.h"
#include "probe_abi.h"
#include "untyped.h"

/* Runs a program with one argument, here and now. */
static int run(const struct loader *loader, const char *name, uint64_t argument,
	       int *result)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &argument,
		    .ctx_size_in = sizeof(argument));
	struct bpf_program *program = loader_program(loader, name);
	int err;

	if (!program)
		return -ENOENT;
	err = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
	*result = (int)opts.retval;
	return err;
}

int untyped_address(const char *module, const char *symbol, uint64_t *address)
{
	FILE *file = host_proc_open("kallsyms");
	bool found;

	*address = 0;
	if (!file)
		return -ENOENT;
	found = kallsyms_read_address(file, module, symbol, address);
	(void)fclose(file);
	return found ? 0 : -ENOENT;
}

int untyped_read(const struct loader *loader, const char *module,
		 const char *symbol, void *bytes, size_t size)
{
	unsigned char *to = bytes;
	uint64_t address;
	int err = untyped_address(module, symbol, &address);

	for (size_t i = 0; i < size && !err; i++) {
		int byte = -1;

		err = run(loader, "untyped_read_byte", address + i, &byte);
		if (!err && byte < 0)
			err = -EFAULT;
		to[i] = (unsigned char)byte;
	}
	return err;
}

int untyped_register(const struct loader *loader, const char *action,
		     uint32_t irq, bool alone)
{
	struct untyped_register_request request = {
		.vector = {.irq = irq},
		.alone = alone,
	};
	int result, err;

	(void)snprintf(request.vector.name, sizeof(request.vector.name), "%s",
		       action);
	err = run(loader, "untyped_register_existing", (uintptr_t)&request,
		  &result);
	if (err)
		return err;
	return result ? -EFAULT : 0;
}
