// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "attach_target.h"
#include "kernel_btf.h"

static const struct {
	const char *section;
	enum bpf_attach_type type;
} kinds[] = {
	{"fentry+", BPF_TRACE_FENTRY},
	{"fexit+", BPF_TRACE_FEXIT},
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

static struct kernel_btf *types;
static int handlers[KINDS];
static size_t handler_count;

/* What vfio_pci_core is split off from (5.15) has its functions before. */
static uint32_t find_function(const char *module, const char *function, int *fd)
{
	uint32_t id = kernel_btf_function(types, module, function, fd);

	if (!id && module && !strcmp(module, "vfio_pci_core"))
		id = kernel_btf_function(types, "vfio_pci", function, fd);
	return id;
}

static int find_target(struct bpf_program *program,
		       struct bpf_prog_load_opts *opts, long cookie)
{
	const char *target =
		strchr(bpf_program__section_name(program), '/') + 1;
	const char *colon = strchr(target, ':');
	char module[56];
	uint32_t id = 0;
	int fd = 0;

	(void)snprintf(module, sizeof(module), "%.*s",
		       colon ? (int)(colon - target) : 0, target);
	(void)cookie;
	if (types)
		id = find_function(colon ? module : NULL,
				   colon ? colon + 1 : target, &fd);
	opts->attach_btf_id = id;
	opts->attach_btf_obj_fd = (uint32_t)fd;
	return id ? 0 : -ESRCH;
}

static int attach_program(const struct bpf_program *program, long cookie,
			  struct bpf_link **link)
{
	(void)cookie;
	*link = bpf_program__attach_trace(program);
	return *link ? 0 : -errno;
}

int attach_target_begin(struct kernel_btf *btf)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts,
		    .prog_prepare_load_fn = find_target,
		    .prog_attach_fn = attach_program);
	int handler;

	types = btf;
	for (size_t i = 0; i < KINDS; i++) {
		handler = libbpf_register_prog_handler(kinds[i].section,
						       BPF_PROG_TYPE_TRACING,
						       kinds[i].type, &opts);
		if (handler < 0)
			return handler;
		handlers[handler_count++] = handler;
	}
	return 0;
}

void attach_target_end(void)
{
	while (handler_count)
		(void)libbpf_unregister_prog_handler(handlers[--handler_count]);
}
