// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libbpf_log.h"
#include "loader.h"
#include "probe_abi.h"

/* Needs the types of the programs' variables. */
#include "pitrace.skel.h"

/* "-vvv", and BPF_LOG_STATS of the kernel's include/linux/bpf_verifier.h */
#define VERBOSITY_VERIFIER  3
#define VERIFIER_STATISTICS 4

struct instance {
	struct pitrace_bpf *skeleton;
	struct instance *next;
};

struct loader {
	struct map_sizes sizes;
	const struct options *options;
	struct program_constants constants;
	bool untyped;
	struct instance *newest;
	struct instance *first; /* owns the maps */
};

/* libbpf does so before it loads its first program, whichever it is. */
void loader_lift_memory_limit(void)
{
	(void)libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SOCKET_FILTER, NULL);
}

/* Programs that need none of it are loaded to find out. */
static bool kernel_has_loop(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_loop,
				       NULL) == 1;
}

struct loader *loader_new(const struct map_sizes *sizes,
			  const struct options *options, bool untyped)
{
	struct loader *loader = calloc(1, sizeof(*loader));

	if (!loader)
		return NULL;
	loader->sizes = *sizes;
	loader->options = options;
	loader->untyped = untyped;
	loader->constants.threaded_handlers = true;
	loader->constants.has_loop = kernel_has_loop();
	return loader;
}

bool loader_is_untyped(const struct loader *loader)
{
	return loader->untyped;
}

void loader_free(struct loader *loader)
{
	struct instance *instance, *next;

	if (!loader)
		return;
	for (instance = loader->newest; instance; instance = next) {
		next = instance->next;
		pitrace_bpf__destroy(instance->skeleton);
		free(instance);
	}
	free(loader);
}

static void set_constants(struct pitrace_bpf *skeleton,
			  const struct loader *loader)
{
	const struct program_constants *constants = &loader->constants;

	skeleton->rodata->interrupt_mask = constants->interrupt_mask;
	skeleton->rodata->has_pcpu_hot = constants->has_pcpu_hot;
	skeleton->rodata->hardirq_stack_ptr = constants->hardirq_stack_ptr;
	skeleton->rodata->threaded_handlers = constants->threaded_handlers;
	skeleton->rodata->possible_cpus = loader->sizes.possible_cpus;
	skeleton->rodata->max_slots = loader->sizes.slots;
	skeleton->rodata->max_cells = loader->sizes.cells;
	skeleton->rodata->max_framed_stacks = loader->sizes.framed_stacks;
	skeleton->rodata->filter_devices = loader->options->device_count > 0;
	skeleton->rodata->is_amd_iommu = constants->is_amd_iommu;
	skeleton->rodata->has_loop = constants->has_loop;
	skeleton->rodata->pi_update_args = constants->pi_update_args;
	skeleton->rodata->want_stacks = loader->options->stacks;
	skeleton->rodata->want_injections = loader->options->injections;
}

static int size_maps(struct pitrace_bpf *skeleton, const struct loader *loader)
{
	const struct map_sizes *sizes = &loader->sizes;
	size_t devices = loader->options->device_count;
	uint32_t claims = loader->untyped ? sizes->slots + sizes->cells : 1;
	const struct {
		struct bpf_map *map;
		uint32_t entries;
	} table[] = {
		{skeleton->maps.irq_slots, sizes->irqs},
		{skeleton->maps.slots_by_name, sizes->slots},
		{skeleton->maps.slots, sizes->slots},
		{skeleton->maps.cell_index, sizes->slots},
		{skeleton->maps.cells, sizes->cells},
		{skeleton->maps.cpu_states, sizes->possible_cpus},
		{skeleton->maps.targets, sizes->targets},
		{skeleton->maps.injections, sizes->injections},
		{skeleton->maps.device_filter, devices ? (uint32_t)devices : 1},
		{skeleton->maps.stacks_0, sizes->stacks},
		{skeleton->maps.stacks_1, sizes->stacks},
		{skeleton->maps.stacks_2, sizes->stacks},
		{skeleton->maps.stack_caches, sizes->stack_caches},
		{skeleton->maps.stack_counts, sizes->stack_counts},
		{skeleton->maps.framed_stacks, sizes->framed_stacks},
		{skeleton->maps.threads, sizes->slots},
		{skeleton->maps.deferrals, sizes->slots},
		{skeleton->maps.slots_by_eventfd, sizes->slots},
		{skeleton->maps.irq_stats, sizes->possible_cpus},
		{skeleton->maps.claims, claims},
	};
	int err = bpf_map__set_value_size(skeleton->maps.cell_index,
					  sizes->possible_cpus *
						  (uint32_t)sizeof(uint32_t));

	for (size_t i = 0; i < sizeof(table) / sizeof(*table) && !err; i++)
		err = bpf_map__set_max_entries(table[i].map, table[i].entries);
	return err;
}

/* Constants are each instance's own; everything else is the first one's. */
static int share_maps(struct pitrace_bpf *skeleton,
		      const struct pitrace_bpf *owner)
{
	const struct bpf_map *shared;
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, skeleton->obj)
	{
		if (map == skeleton->maps.rodata)
			continue;
		shared = bpf_object__find_map_by_name(owner->obj,
						      bpf_map__name(map));
		err = bpf_map__reuse_fd(map, bpf_map__fd(shared));
		if (err)
			break;
	}
	return err;
}

static int choose_programs(struct pitrace_bpf *skeleton,
			   const char *const *programs, size_t count)
{
	struct bpf_program *program;

	for (size_t i = 0; i < count; i++) {
		program = bpf_object__find_program_by_name(skeleton->obj,
							   programs[i]);
		if (!program)
			return -ENOENT;
		bpf_program__set_autoload(program, true);
	}
	return 0;
}

static int prepare(struct pitrace_bpf *skeleton, const struct loader *loader,
		   const char *const *programs, size_t count)
{
	int err;

	set_constants(skeleton, loader);
	err = choose_programs(skeleton, programs, count);
	if (err)
		return err;
	if (loader->first)
		return share_maps(skeleton, loader->first->skeleton);
	return size_maps(skeleton, loader);
}

/* What has to stand in the maps before the first program runs. */
static int fill_maps(const struct loader *loader)
{
	int filter = loader_map_fd(loader, "device_filter");
	uint8_t present = 1;
	int err = 0;

	for (size_t i = 0; i < loader->options->device_count && !err; i++) {
		char device[DEVICE_NAME_LEN] = "";

		pci_address_format(&loader->options->devices[i], device);
		/* As action names go on: bpf/vectors.bpf.h. */
		device[strlen(device)] = ')';
		err = bpf_map_update_elem(filter, device, &present, BPF_ANY);
	}
	return err;
}

static struct pitrace_bpf *open_skeleton(const struct options *options)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts,
		    .btf_custom_path = options->btf);

	if (options->verbosity >= VERBOSITY_VERIFIER)
		opts.kernel_log_level = VERIFIER_STATISTICS;
	return pitrace_bpf__open_opts(&opts);
}

int loader_load(struct loader *loader, const char *const *programs,
		size_t count, char *reason, size_t reason_size)
{
	struct instance *instance = calloc(1, sizeof(*instance));
	int err = -ENOMEM;

	libbpf_log_clear();
	if (instance)
		instance->skeleton = open_skeleton(loader->options);
	if (!instance || !instance->skeleton)
		goto fail;
	err = prepare(instance->skeleton, loader, programs, count);
	if (!err)
		err = pitrace_bpf__load(instance->skeleton);
	if (err)
		goto fail;
	instance->next = loader->newest;
	loader->newest = instance;
	if (loader->first)
		return 0;
	loader->first = instance;
	err = fill_maps(loader);
	if (!err)
		return 0;
	loader->first = loader->newest = NULL;
fail:
	libbpf_log_reason(err, reason, reason_size);
	if (instance)
		pitrace_bpf__destroy(instance->skeleton);
	free(instance);
	return err;
}

/* What looks up symbols, where programs cannot: src/untyped.c asks these. */
static int load_stand_ins(struct loader *loader, char *reason,
			  size_t reason_size)
{
	static const char *const programs[] = {
		"untyped_read_byte",
		"begin_questions",
	};

	return loader_load(loader, programs, 2, reason, reason_size);
}

int loader_load_inspection(struct loader *loader, char *reason,
			   size_t reason_size)
{
	static const char *const programs[] = {"read_text", "begin_inspection"};
	int err = loader_load(loader, programs, 2, reason, reason_size);

	if (err && err != -EPERM)
		err = load_stand_ins(loader, reason, reason_size);
	return err;
}

static int load_untyped_utilities(struct loader *loader, char *reason,
				  size_t reason_size)
{
	static const char *const programs[] = {
		"untyped_register_existing",
		"untyped_read_byte",
	};

	return loader_load(loader, programs, 2, reason, reason_size);
}

/* Those that can be had. Only -EPERM, which is no refusal, is an error. */
static int load_each(struct loader *loader, const char *const *programs,
		     size_t count)
{
	char reason[160];

	for (size_t i = 0; i < count; i++)
		if (loader_load(loader, &programs[i], 1, reason,
				sizeof(reason)) == -EPERM)
			return -EPERM;
	return 0;
}

/* Nothing stands in for the first of them. */
#define UTILITIES_REQUIRED 3

static const char *const utilities[] = {
	"register_existing_vector",
	"read_context",
	"note_vector",
	"begin_inspection",
	"read_text",
	"read_number",
	/* Kernels without CONFIG_KALLSYMS_ALL hide its variable's address. */
	"read_irq_stat",
};

/* Where the kernel does not take all of them. */
static int load_some_utilities(struct loader *loader, char *reason,
			       size_t reason_size)
{
	const size_t count = sizeof(utilities) / sizeof(*utilities);
	int err = loader_load(loader, utilities, UTILITIES_REQUIRED, reason,
			      reason_size);

	if (!err)
		err = load_each(loader, &utilities[UTILITIES_REQUIRED],
				count - UTILITIES_REQUIRED);
	if (err || loader_program(loader, "begin_inspection"))
		return err;
	return load_stand_ins(loader, reason, reason_size);
}

static int load_utilities(struct loader *loader, char *reason,
			  size_t reason_size)
{
	const size_t count = sizeof(utilities) / sizeof(*utilities);
	int err = loader_load(loader, utilities, count, reason, reason_size);

	return err && err != -EPERM
		       ? load_some_utilities(loader, reason, reason_size)
		       : err;
}

int loader_load_utilities(struct loader *loader, char *reason,
			  size_t reason_size)
{
	return loader->untyped
		       ? load_untyped_utilities(loader, reason, reason_size)
		       : load_utilities(loader, reason, reason_size);
}

struct program_constants *loader_constants(struct loader *loader)
{
	return &loader->constants;
}

bool loader_is_plain(const struct loader *loader)
{
	return !loader->constants.threaded_handlers && !loader->options->stacks;
}

struct bpf_program *loader_program(const struct loader *loader,
				   const char *name)
{
	struct bpf_program *program;

	for (struct instance *i = loader->newest; i; i = i->next) {
		program = bpf_object__find_program_by_name(i->skeleton->obj,
							   name);
		if (program && bpf_program__fd(program) >= 0)
			return program;
	}
	return NULL;
}

int loader_map_fd(const struct loader *loader, const char *name)
{
	if (!loader->first)
		return -ENOENT;
	return bpf_object__find_map_fd_by_name(loader->first->skeleton->obj,
					       name);
}
