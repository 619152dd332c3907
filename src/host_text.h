/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What readings of sysfs and procfs mean; the part of host.h that needs no
 * files.
 */
#ifndef PITRACE_HOST_TEXT_H
#define PITRACE_HOST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "vector_name.h"

enum known {
	KNOWN_NO,
	KNOWN_YES,
	NOT_KNOWN
};

enum cpu_vendor {
	CPU_OTHER,
	CPU_INTEL, /* or one that kvm_intel is for */
	CPU_AMD, /* or one that kvm_amd is for */
};

/* Is @text a decimal number up to INT_MAX, and an end of line at most? */
bool host_text_irq(const char *text, unsigned int *irq);

/* A file of msi_irqs/ says "msi" or "msix". */
enum vector_kind host_text_msi_kind(const char *text);

/* A module's parameter that is Y or N, or 1 or 0. */
enum known host_text_switch(const char *text);

/*
 * Has the first CPU of @cpuinfo, a reading of /proc/cpuinfo, @word in its line
 * @field, as "flags"?
 */
bool host_text_cpu_has(const char *cpuinfo, const char *field,
		       const char *word);

/* Whose CPU it is, by a reading of /proc/cpuinfo. */
enum cpu_vendor host_text_cpu_vendor(const char *cpuinfo);

/* Is it of a kernel thread, by a reading of its /proc/PID/stat? */
bool host_text_is_kernel_thread(const char *stat);

/* Copies what is behind the last slash of a link's @target, "" if none is. */
void host_text_link(const char *target, char *name, size_t size);

#endif
