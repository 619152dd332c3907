/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the running kernel's type information says beyond what CO-RE
 * relocates: constants without a type's name, arguments, variables.
 */
#ifndef PITRACE_KERNEL_BTF_H
#define PITRACE_KERNEL_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host_posting.h"
#include "snapshot.h"

struct kernel_btf;

/*
 * Opens the kernel's BTF, and @file if it is not NULL: what describes types in
 * place of the kernel and its modules, as raw BTF or in an ELF file. Variables
 * and functions remain the kernel's own.
 *
 * Returns 0, or with *@btf NULL an error of btf_error.h.
 */
int kernel_btf_open(const char *file, struct kernel_btf **btf);
void kernel_btf_close(struct kernel_btf *btf);

/*
 * Modules come and go: forgets what was read of theirs. @live are those that
 * are there now (live_modules.h); until the first call it is none.
 */
void kernel_btf_look_anew(struct kernel_btf *btf, unsigned int live);

/* Are types of KVM and VFIO described, once these modules are there? */
bool kernel_btf_describes_modules(struct kernel_btf *btf);

/*
 * Is there a function of this name in @module, which may be built into the
 * kernel, or in the kernel itself (NULL)? Not known if the module is loaded and
 * its BTF cannot be read.
 */
enum known kernel_btf_has_function(struct kernel_btf *btf, const char *module,
				   const char *function);

/*
 * The id of the function of this name, of @module if that is loaded, else of
 * the kernel itself, where it may be built in; 0 if there is none. @fd is set
 * to the module's BTF, 0 for the kernel's; it stays the callee's.
 */
uint32_t kernel_btf_function(struct kernel_btf *btf, const char *module,
			     const char *function, int *fd);

/* Is there a variable of this name in the kernel (per-CPU ones are)? */
bool kernel_btf_has_variable(struct kernel_btf *btf, const char *name);

/*
 * The arguments of a tracepoint of @module, from the function type that its
 * programs are checked against; -1 if it is not known.
 */
int kernel_btf_tracepoint_args(struct kernel_btf *btf, const char *module,
			       const char *tracepoint);

/* An enumerator of any of the kernel's enums. False if there is none. */
bool kernel_btf_enumerator(struct kernel_btf *btf, const char *name,
			   uint32_t *value);

/*
 * The name of @bit (below 64) of enum kvm_apicv_inhibit, as "nested" (of
 * APICV_INHIBIT_REASON_NESTED); NULL if the kernel names none. Stays valid
 * until modules are forgotten.
 */
const char *kernel_btf_inhibit_name(struct kernel_btf *btf, unsigned int bit);

/*
 * Byte offsets in the per-CPU variable irq_stat of the counters of these
 * vectors; -1 where the kernel has no such counter. Returns 0, or -ENOENT if
 * the variable itself is not described.
 */
int kernel_btf_irq_stat(struct kernel_btf *btf, int offsets[HOST_VECTOR_COUNT]);

#endif
