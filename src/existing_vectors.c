// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "existing_vectors.h"
#include "loader.h"
#include "probe_abi.h"
#include "proc_interrupts.h"
#include "untyped.h"

static int register_typed(const struct loader *loader, const char *action,
			  uint32_t irq)
{
	struct bpf_program *program =
		loader_program(loader, "register_existing_vector");
	struct register_request request = {.irq = irq};
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &request,
		    .ctx_size_in = sizeof(request));

	memcpy(request.name, action, strlen(action));
	return bpf_prog_test_run_opts(bpf_program__fd(program), &run);
}

static int register_row(const struct interrupt_row *row, void *arg)
{
	const struct loader *loader = arg;
	bool alone = interrupt_row_vfio_count(row) == 1;
	uint32_t irq = (uint32_t)row->irq;
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0;
	int err = 0;

	while (!err && interrupt_row_vfio(row, &cursor, &name, raw))
		err = loader_is_untyped(loader)
			      ? untyped_register(loader, raw, irq, alone)
			      : register_typed(loader, raw, irq);
	return err;
}

int existing_vectors_register(struct loader *loader)
{
	return proc_interrupts_read(register_row, loader);
}
