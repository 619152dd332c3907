/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads programs of the one BPF object into the kernel, a set at a time.
 *
 * Programs for a module's functions can be loaded only once the module is
 * there, and a program that the kernel refuses must not keep the others out.
 * libbpf loads an object once and whole, so each set is an instance of the
 * object of its own; all of them share the maps of the first.
 */
#ifndef PITRACE_LOADER_H
#define PITRACE_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map_sizes.h"
#include "options.h"

struct bpf_object;
struct bpf_program;
struct loader;

/* What the host is like, as bpf/config.bpf.h has it. */
struct program_constants {
	uint32_t interrupt_mask;
	bool has_pcpu_hot;
	uint64_t hardirq_stack_ptr;
	bool threaded_handlers;
	uint32_t pi_update_args;
	bool is_amd_iommu;
	bool has_loop; /* the helper bpf_loop() */
};

/*
 * Where the kernel charges maps to the limit of locked memory (before 5.11),
 * has libbpf lift it, which takes CAP_SYS_RESOURCE: to be called while that is
 * in effect. Does nothing elsewhere.
 */
void loader_lift_memory_limit(void);

/*
 * Makes a loader that has loaded nothing; NULL when memory is out. @untyped:
 * the types of modules are not known, and bpf/untyped.bpf.h has the programs.
 */
struct loader *loader_new(const struct map_sizes *sizes,
			  const struct options *options, bool untyped);
bool loader_is_untyped(const struct loader *loader);

/* Closes all instances: links to their programs must be gone before. */
void loader_free(struct loader *loader);

/*
 * Makes the maps, and loads the programs that user space runs itself; to be
 * called first. As loader_load(), but succeeds without those for which
 * something else stands in.
 */
int loader_load_utilities(struct loader *loader, char *reason,
			  size_t reason_size);

/* The same, but only what looking without counting needs. */
int loader_load_inspection(struct loader *loader, char *reason,
			   size_t reason_size);

/* For the programs that are loaded from here on; the loader's own. */
struct program_constants *loader_constants(struct loader *loader);

/* Neither stacks nor handlers in threads: the plain programs will do. */
bool loader_is_plain(const struct loader *loader);

/*
 * Loads @count programs, by their names in bpf/pitrace.bpf.c. On failure
 * nothing of the set is loaded, and @reason says in words what libbpf or the
 * verifier found. Returns 0 or a negative errno.
 */
int loader_load(struct loader *loader, const char *const *programs,
		size_t count, char *reason, size_t reason_size);

/* A loaded program by name; NULL if there is none. */
struct bpf_program *loader_program(const struct loader *loader,
				   const char *name);

/* The file descriptor of a map; negative before the first load. */
int loader_map_fd(const struct loader *loader, const char *name);

#endif
