/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What --doctor found on this host, before anything is made of it: plain data.
 * An error is 0, or the negative errno of the reading; what it stands for is
 * then as it was.
 */
#ifndef PITRACE_DOCTOR_FINDINGS_H
#define PITRACE_DOCTOR_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "availability.h"
#include "btf_error.h"
#include "confinement.h"
#include "device_vectors.h"
#include "failure.h"
#include "host_posting.h"
#include "probe_status.h"

#define DOCTOR_MODULES 6

enum module_state {
	MODULE_NOT_LOADED,
	MODULE_LOADED,
	MODULE_BUILT_IN,
};

struct module_finding {
	const char *name;
	enum module_state state;
	int btf_error; /* of a loaded one's BTF */
};

struct host_finding {
	char release[65]; /* as in struct utsname */
	char version[65];
	char machine[65];
	enum cpu_vendor vendor;
	bool has_fred;

	const char *btf_file; /* of --btf; NULL: none, or not the trouble */
	int btf_error; /* of that file, else of the kernel's own */
	enum btf_absence btf_absence; /* of the kernel's own, with an error */
	bool types_described; /* of KVM and VFIO */
	struct module_finding modules[DOCTOR_MODULES];

	int lockdown_error;
	bool security_files; /* there are others beside that one */
	char lockdown[32]; /* "none", "integrity", "confidentiality" */
	char missing_capabilities[128]; /* "" if none is */
	struct confinement confinement;

	int jit_error;
	int jit; /* net.core.bpf_jit_enable, or what became of a program */
	int tracefs_error; /* of enabled_functions */
	int kallsyms_error; /* -EPERM: addresses are hidden */
	size_t symbols; /* of code, with an address */
	int irq_files_error;
	const char *proc; /* the directory of procfs */
	int interrupts_error; /* of its file; -ENODATA: it is empty */
	bool sees_processes; /* of the host, in procfs */

	int cmdline_error;
	bool threaded_handlers; /* threadirqs */
	bool is_realtime; /* PREEMPT_RT */
	enum known remapped; /* by the names of interrupt chips */
	struct host_posting posting;
};

struct probe_finding {
	/* Not tried: off, with the reason why it would be, or none. */
	struct probe_status status;
	enum availability availability;
	/* By what BTF says; METHOD_OFF: none, or not needed. */
	enum attach_method expected;
};

/* Loading and attaching, as tracing would. */
struct trial_finding {
	int error; /* of the whole */
	struct failure failure; /* set with error */
	bool probes_tried; /* whether it got as far as them */
	char refusal[192]; /* why types of modules are not used, or "" */
	bool lacks_loop; /* the helper bpf_loop() */
};

struct doctor_findings {
	int64_t time_ns; /* CLOCK_REALTIME */
	uint64_t ts_ns; /* CLOCK_MONOTONIC */
	struct host_finding host;
	struct trial_finding trial;
	struct probe_finding *probes; /* those that tracing uses */
	size_t probe_count;
	int devices_error;
	struct device_vectors *devices; /* those asked for, or all of VFIO */
	size_t device_count;
};

/* Frees what it holds, not the findings themselves. */
void doctor_findings_free(struct doctor_findings *findings);

#endif
