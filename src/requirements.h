/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every run needs of the host. Each returns 0, or a negative errno with
 * @failure filled in.
 */
#ifndef PITRACE_REQUIREMENTS_H
#define PITRACE_REQUIREMENTS_H

#include <stddef.h>

#include "failure.h"
#include "options.h"

struct kernel_btf;
struct loader;

/* The host's procfs. */
int require_proc(struct failure *failure);

/* Words the @error of reading /proc/interrupts; as fail(). */
int fail_interrupts(struct failure *failure, int error);

/* As many files as may have to be open; raises the soft limit to the hard. */
int require_descriptors(struct failure *failure);

/* Type information: the kernel's own, and that of @file unless it is NULL. */
int require_btf(const char *file, struct kernel_btf **btf,
		struct failure *failure);

/* And that of KVM and VFIO, for @what. */
int require_module_types(struct kernel_btf *btf, const char *what,
			 struct failure *failure);

/* The maps, and the programs that user space runs itself. */
int require_utilities(struct loader *loader, struct failure *failure);

/*
 * The same, if the kernel refuses none that has to be there; if it does,
 * succeeds with the cause in @refusal, which is "" else.
 */
int require_unrefused(struct loader *loader, char *refusal, size_t size,
		      struct failure *failure);

/* The same for looking without counting. */
int require_inspection(struct loader *loader, struct failure *failure);

/* The files by which programs are asked about interrupts. */
int require_irq_files(struct failure *failure);

#define SHORTFALL_LEN 400

/*
 * Not required: writes what answers lack for want of a capability, or "" if
 * they lack nothing.
 */
void describe_shortfall(char *text, size_t size);

/* Likewise what they lack because other processes are not to be seen. */
void describe_processes(char *text, size_t size);

/* The devices asked for exist. */
int require_devices(const struct options *options, struct failure *failure);

#endif
