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

#include "options.h"

struct bpf_object;
struct bpf_program;
struct loader;

/* How large the maps are, all in entries. */
struct map_sizes {
	uint32_t possible_cpus;
	uint32_t irqs; /* highest host IRQ number that can be told, plus 1 */
	uint32_t slots; /* vectors */
	uint32_t cells; /* pairs of a vector and a CPU that took it */
	uint32_t targets;
	uint32_t stacks; /* of each of the stack maps */
	uint32_t stack_counts;
	uint32_t stack_caches; /* CPUs that have one */
};

/* Makes a loader that has loaded nothing; NULL when memory is out. */
struct loader *loader_new(const struct map_sizes *sizes,
			  const struct options *options);

/* Closes all instances: links to their programs must be gone before. */
void loader_free(struct loader *loader);

/*
 * Makes the maps, and loads the programs that user space runs itself; to be
 * called first. As loader_load(), but succeeds without read_irq_stat.
 */
int loader_load_utilities(struct loader *loader, char *reason,
			  size_t reason_size);

/* The same, but only what looking without counting needs. */
int loader_load_inspection(struct loader *loader, char *reason,
			   size_t reason_size);

/* The constants of these names, for the programs loaded from here on. */
void loader_set_pcpu_hot(struct loader *loader, bool has);
void loader_set_interrupt_mask(struct loader *loader, uint32_t mask);
void loader_set_hardirq_stack_ptr(struct loader *loader, uint64_t address);
void loader_set_threaded_handlers(struct loader *loader, bool threaded);
void loader_set_pi_update_args(struct loader *loader, uint32_t count);
void loader_set_amd_iommu(struct loader *loader, bool is_amd);

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
