// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "btf_error.h"
#include "doctor_judge.h"
#include "doctor_modules.h"
#include "probe_lack.h"

#define NEEDS_ROOT "run it as root"

#define NEEDS_MODULE_BTF                                                       \
	"a kernel with CONFIG_DEBUG_INFO_BTF_MODULES=y, or --btf FILE"

#define WITHOUT_TYPES                                                          \
	"interrupts, paths and stacks are counted by kprobes, and nothing "    \
	"else is known"

static void judge_module_types(const struct doctor_findings *findings,
			       struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!findings->host.types_described) {
		fact = doctor_report_add(report, "btf", "modules",
					 DOCTOR_LIMITS, "there is none");
		fact_consequence(fact, WITHOUT_TYPES);
		fact_remedy(fact, NEEDS_MODULE_BTF);
	} else if (*findings->trial.refusal) {
		fact = doctor_report_add(
			report, "btf", "modules", DOCTOR_LIMITS,
			"this kernel refuses programs that read it (%s)",
			findings->trial.refusal);
		fact_consequence(fact, WITHOUT_TYPES);
		fact_remedy(fact, "a later kernel");
	}
}

/* Only searches are shorter without it. */
static void judge_loop(const struct trial_finding *trial,
		       struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!trial->lacks_loop || *trial->refusal)
		return;
	fact = doctor_report_add(report, "bpf_loop", NULL, DOCTOR_LIMITS,
				 "this kernel has no such helper");
	fact_consequence(fact, "the vCPU that an entry posts to is found among "
			       "a VM's first 32, who is woken among the first "
			       "64 that sleep on a CPU");
	fact_remedy(fact, "a later kernel");
}

static void judge_btf(const struct doctor_findings *findings,
		      struct doctor_report *report)
{
	const struct host_finding *host = &findings->host;
	const char *name =
		host->btf_file ? host->btf_file : "/sys/kernel/btf/vmlinux";
	struct doctor_fact *fact;

	if (!host->btf_error) {
		(void)doctor_report_add(report, "btf", NULL, DOCTOR_OK,
					"types can be read from %s", name);
		judge_module_types(findings, report);
		judge_loop(&findings->trial, report);
		return;
	}
	fact = doctor_report_add(report, "btf", NULL, DOCTOR_MISSING, "%s: %s",
				 name, btf_error_text(host->btf_error));
	fact_consequence(fact, "programs cannot be fitted to this kernel");
	if (host->btf_file)
		fact_remedy(fact, "another file, or none");
	else
		fact_remedy(fact, "%s", btf_absence_remedy(host->btf_absence));
}

/* --- modules --- */

static void explain_lack(struct doctor_fact *fact, const char *module)
{
	fact_consequence(fact, "%s", doctor_module_lack(module));
	fact_remedy(fact, "%s", doctor_module_remedy(module));
}

static void judge_loaded(const struct host_finding *host,
			 const struct module_finding *module,
			 struct doctor_report *report)
{
	struct doctor_fact *fact;

	/* Whether a file describes them has been said. */
	if (host->btf_file) {
		(void)doctor_report_add(report, "module", module->name,
					DOCTOR_OK, "loaded");
		return;
	}
	if (!module->btf_error) {
		(void)doctor_report_add(report, "module", module->name,
					DOCTOR_OK,
					"loaded, its types can be read");
		return;
	}
	fact = doctor_report_add(report, "module", module->name, DOCTOR_LIMITS,
				 "loaded, but /sys/kernel/btf/%s: %s",
				 module->name, strerror(-module->btf_error));
	fact_consequence(fact, "kprobes at best for its functions, and what is "
			       "in its types is not read");
	fact_remedy(fact, NEEDS_MODULE_BTF);
}

static void judge_module(const struct host_finding *host,
			 const struct module_finding *module,
			 struct doctor_report *report)
{
	switch (module->state) {
	case MODULE_LOADED:
		judge_loaded(host, module, report);
		return;
	case MODULE_BUILT_IN:
		(void)doctor_report_add(report, "module", module->name,
					DOCTOR_OK, "built into the kernel");
		return;
	case MODULE_NOT_LOADED:
		break;
	}
	if (module_is_foreign(module->name, host->vendor))
		(void)doctor_report_add(report, "module", module->name,
					DOCTOR_OK,
					"not loaded, nor of use on this CPU");
	else
		explain_lack(doctor_report_add(report, "module", module->name,
					       DOCTOR_LIMITS, "not loaded"),
			     module->name);
}

/* --- what this process may do --- */

/* What tracing got over is a limit; what it did not is the cause. */
static enum fact_status weigh(const struct trial_finding *trial)
{
	return trial->error ? DOCTOR_MISSING : DOCTOR_LIMITS;
}

static void judge_no_lockdown(const struct host_finding *host,
			      struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (host->lockdown_error == -ENOENT && host->security_files) {
		(void)doctor_report_add(report, "lockdown", NULL, DOCTOR_OK,
					"this kernel has none");
		return;
	}
	fact = doctor_report_add(report, "lockdown", NULL, DOCTOR_UNKNOWN,
				 "/sys/kernel/security/lockdown: %s",
				 strerror(-host->lockdown_error));
	fact_consequence(fact, "the trial below shows what is refused");
	if (host->lockdown_error == -ENOENT)
		fact_remedy(fact,
			    "mount -t securityfs none /sys/kernel/security");
	else
		fact_remedy(fact, NEEDS_ROOT);
}

static void judge_lockdown(const struct doctor_findings *findings,
			   struct doctor_report *report)
{
	const struct host_finding *host = &findings->host;
	struct doctor_fact *fact;

	if (host->lockdown_error) {
		judge_no_lockdown(host, report);
		return;
	}
	if (strcmp(host->lockdown, "confidentiality") != 0) {
		(void)doctor_report_add(report, "lockdown", NULL, DOCTOR_OK,
					"%s", host->lockdown);
		return;
	}
	fact = doctor_report_add(report, "lockdown", NULL,
				 weigh(&findings->trial), "%s", host->lockdown);
	fact_consequence(fact, "programs may not read the kernel's memory, and "
			       "kprobes are refused");
	fact_remedy(fact, "boot with lockdown=integrity, or without lockdown");
}

/* With CAP_SYS_ADMIN, CAP_BPF and CAP_PERFMON are had as well. */
static const char *what_they_are_for(const char *missing)
{
	if (strstr(missing, "CAP_SYS_ADMIN"))
		return "types of modules may not be found: see the probes";
	if (strstr(missing, "CAP_SYSLOG"))
		return "addresses of symbols may be hidden: see kallsyms";
	return NULL;
}

/* Whichever there are, they are not the host's. */
static void judge_namespace(const struct doctor_findings *findings,
			    struct doctor_report *report)
{
	struct doctor_fact *fact = doctor_report_add(
		report, "capabilities", NULL, weigh(&findings->trial),
		"those of a user namespace");

	fact_consequence(fact, "BPF takes those of the host's alone, so that "
			       "programs cannot be loaded");
	fact_remedy(fact, "run it in the host's user namespace: no rootless "
			  "container, no hostUsers: false");
}

static void judge_capabilities(const struct doctor_findings *findings,
			       struct doctor_report *report)
{
	const char *missing = findings->host.missing_capabilities;
	const char *lack = findings->trial.error ? "programs cannot be loaded"
						 : what_they_are_for(missing);
	struct doctor_fact *fact;

	if (findings->host.confinement.in_user_namespace) {
		judge_namespace(findings, report);
		return;
	}
	if (!*missing || !lack) {
		(void)doctor_report_add(report, "capabilities", NULL, DOCTOR_OK,
					"%s",
					*missing ? "those that are needed"
						 : "all that are needed");
		return;
	}
	fact = doctor_report_add(report, "capabilities", NULL,
				 weigh(&findings->trial), "%s missing",
				 missing);
	fact_consequence(fact, "%s", lack);
	fact_remedy(fact, "run it as root, or grant them");
}

/* --- the kernel's files and switches --- */

static void judge_jit(const struct host_finding *host,
		      struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (host->jit_error) {
		fact = doctor_report_add(
			report, "bpf_jit", NULL, DOCTOR_UNKNOWN,
			"%s/sys/net/core/bpf_jit_enable: %s", host->proc,
			strerror(-host->jit_error));
		fact_remedy(fact, host->jit_error == -ENOENT
					  ? "a kernel with CONFIG_BPF_JIT=y, "
					    "the host's network namespace"
					  : NEEDS_ROOT);
	} else if (host->jit) {
		(void)doctor_report_add(report, "bpf_jit", NULL, DOCTOR_OK,
					"on");
	} else {
		fact = doctor_report_add(report, "bpf_jit", NULL, DOCTOR_LIMITS,
					 "off");
		fact_consequence(fact, "programs are interpreted, so that each "
				       "interrupt costs several times as much");
		fact_remedy(fact, "sysctl net.core.bpf_jit_enable=1");
	}
}

static bool is_refused(int error)
{
	return error == -EACCES || error == -EPERM;
}

/*
 * It shows that an attachment took. So do the functions' first bytes, but for
 * whose it is.
 */
static void judge_tracefs(const struct host_finding *host,
			  struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!host->tracefs_error) {
		(void)doctor_report_add(report, "tracefs", NULL, DOCTOR_OK,
					"enabled_functions can be read");
		return;
	}
	fact = doctor_report_add(report, "tracefs", NULL, DOCTOR_LIMITS,
				 "enabled_functions: %s",
				 strerror(-host->tracefs_error));
	fact_consequence(fact, "%s",
			 host->kallsyms_error
				 ? "nothing shows that an attachment took"
				 : "attachments are verified by the functions' "
				   "first bytes, where another tracer's patch "
				   "passes for ours");
	if (is_refused(host->tracefs_error))
		fact_remedy(fact, NEEDS_ROOT);
	else
		fact_remedy(fact, "mount -t tracefs none /sys/kernel/tracing; "
				  "into a container, mount the host's");
}

static const char *kallsyms_error_text(int error)
{
	switch (error) {
	case -EPERM:
		return "addresses are hidden";
	case -ENODATA:
		return "empty, since a container's runtime hides it";
	default:
		return strerror(-error);
	}
}

static void judge_kallsyms(const struct host_finding *host,
			   struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!host->kallsyms_error) {
		(void)doctor_report_add(report, "kallsyms", NULL, DOCTOR_OK,
					"%zu symbols of code", host->symbols);
		return;
	}
	fact = doctor_report_add(report, "kallsyms", NULL, DOCTOR_LIMITS, "%s",
				 kallsyms_error_text(host->kallsyms_error));
	fact_consequence(fact, "stacks have no names; which vCPU a posted "
			       "vector has is unknown unless the kernel keeps "
			       "it, and so is who was woken");
	if (host->kallsyms_error == -ENODATA)
		fact_remedy(fact, NEEDS_HOSTS_PROC);
	else if (strstr(host->missing_capabilities, "CAP_SYSLOG"))
		fact_remedy(fact, "run it as root, or grant CAP_SYSLOG");
	else
		fact_remedy(fact, "sysctl kernel.kptr_restrict=1");
}

static void judge_irq_files(const struct host_finding *host,
			    struct doctor_report *report)
{
	struct doctor_fact *fact;

	if (!host->irq_files_error) {
		(void)doctor_report_add(report, "irq_files", NULL, DOCTOR_OK,
					"/sys/kernel/irq can be read");
		return;
	}
	fact = doctor_report_add(report, "irq_files", NULL, DOCTOR_LIMITS,
				 "/sys/kernel/irq: %s",
				 host->irq_files_error == -ENODATA
					 ? "empty, since it is hidden"
					 : strerror(-host->irq_files_error));
	fact_consequence(fact, "what each interrupt would do, and which are "
			       "posted, is unknown; no --inspect");
	fact_remedy(fact, "mount sysfs; a kernel with CONFIG_SPARSE_IRQ=y");
}

void doctor_judge_kernel(const struct doctor_findings *findings,
			 struct doctor_report *report)
{
	const struct host_finding *host = &findings->host;

	(void)doctor_report_add(report, "kernel", NULL, DOCTOR_OK, "%s, %s",
				host->release, host->machine);
	judge_btf(findings, report);
	for (size_t i = 0; i < DOCTOR_MODULES; i++)
		judge_module(host, &host->modules[i], report);
	judge_lockdown(findings, report);
	judge_capabilities(findings, report);
	judge_jit(host, report);
	judge_tracefs(host, report);
	judge_kallsyms(host, report);
	judge_irq_files(host, report);
	doctor_judge_container(findings, report);
}
