// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "built_in.h"
#include "doctor_host.h"
#include "doctor_modules.h"
#include "doctor_text.h"
#include "host.h"
#include "host_proc.h"
#include "kallsyms.h"
#include "kernel_btf.h"
#include "privilege_needs.h"
#include "privileges.h"
#include "proc_interrupts.h"

#define BTF_FILES  "/sys/kernel/btf/"
#define SECURITY   "/sys/kernel/security/"
#define JIT        "sys/net/core/bpf_jit_enable"
#define IRQ_FILES  "/sys/kernel/irq"
#define CHIP_NAMES IRQ_FILES "/*/chip_name"

static int check_readable(const char *path)
{
	return access(path, R_OK) ? -errno : 0;
}

static const char *name_here(const struct doctor_module *module)
{
	return module->earlier_name && !host_module_live(module->name) &&
			       host_module_live(module->earlier_name)
		       ? module->earlier_name
		       : module->name;
}

static enum module_state module_state(const struct doctor_module *module,
				      struct kernel_btf *btf)
{
	if (host_module_live(name_here(module)))
		return MODULE_LOADED;
	return module_is_built_in(btf, module->name) ? MODULE_BUILT_IN
						     : MODULE_NOT_LOADED;
}

static void read_modules(struct host_finding *host, struct kernel_btf *btf)
{
	char path[128];

	for (size_t i = 0; i < DOCTOR_MODULES; i++) {
		struct module_finding *module = &host->modules[i];

		module->name = name_here(&doctor_modules[i]);
		module->state = module_state(&doctor_modules[i], btf);
		(void)snprintf(path, sizeof(path), BTF_FILES "%s",
			       module->name);
		module->btf_error = check_readable(path);
	}
}

static void read_btf(struct host_finding *host, struct kernel_btf *btf,
		     const char *file, int error)
{
	int own_error = check_readable(BTF_FILES "vmlinux");

	host->btf_file = own_error ? NULL : file;
	host->btf_error = own_error ? own_error : error;
	host->btf_absence = host_btf_absence();
	host->types_described = btf && kernel_btf_describes_modules(btf);
	read_modules(host, btf);
}

static void read_lockdown(struct host_finding *host)
{
	char *text;

	host->security_files = !access(SECURITY "lsm", F_OK);
	host->lockdown_error = host_read_file(SECURITY "lockdown", &text);
	if (host->lockdown_error)
		return;
	host->lockdown_error =
		lockdown_parse(text, host->lockdown, sizeof(host->lockdown));
	free(text);
}

static void read_jit(struct host_finding *host)
{
	char *text;

	host->jit_error = host_proc_read(JIT, &text);
	if (host->jit_error)
		return;
	host->jit = (int)strtol(text, NULL, 10);
	free(text);
}

/* The file can be opened and yet be refused when it is read. */
static void read_tracefs(struct host_finding *host)
{
	static const char *const lists[] = {
		"/sys/kernel/tracing/enabled_functions",
		"/sys/kernel/debug/tracing/enabled_functions",
	};
	char *text;

	for (size_t i = 0; i < 2; i++) {
		int err = host_read_file(lists[i], &text);

		/* The first one's error says more. */
		if (!i || !err)
			host->tracefs_error = err;
		if (err)
			continue;
		free(text);
		return;
	}
}

static void read_kallsyms(struct host_finding *host)
{
	FILE *file = host_proc_open("kallsyms");
	struct kallsyms *symbols;

	if (!file) {
		host->kallsyms_error = -errno;
		return;
	}
	host->kallsyms_error = kallsyms_load(file, &symbols);
	(void)fclose(file);
	if (host->kallsyms_error)
		return;
	host->symbols = kallsyms_count(symbols);
	kallsyms_free(symbols);
}

static void read_threads(struct host_finding *host)
{
	char *cmdline;

	/* As the kernel's UTS_VERSION has it: "#1 SMP PREEMPT_RT Debian". */
	host->is_realtime = strstr(host->version, "PREEMPT_RT");
	host->cmdline_error = host_proc_read("cmdline", &cmdline);
	if (host->cmdline_error)
		return;
	host->threaded_handlers = cmdline_says_threadirqs(cmdline);
	free(cmdline);
}

/* One interrupt that is remapped shows that there is remapping. */
static enum known read_remapped(void)
{
	enum known remapped = NOT_KNOWN, each;
	glob_t found;
	char *text;

	if (glob(CHIP_NAMES, GLOB_NOSORT, NULL, &found))
		return NOT_KNOWN;
	for (size_t i = 0; i < found.gl_pathc && remapped != KNOWN_YES; i++) {
		if (host_read_file(found.gl_pathv[i], &text))
			continue;
		each = chip_says_remapped(text);
		free(text);
		if (each != NOT_KNOWN)
			remapped = each;
	}
	globfree(&found);
	return remapped;
}

static void read_cpu(struct host_finding *host)
{
	host->has_fred = host_cpu_has_fred();
	host->vendor = host_cpu_vendor();
}

static int take_row(const struct interrupt_row *row, void *unused)
{
	(void)row;
	(void)unused;
	return 0;
}

static void read_procfs(struct host_finding *host)
{
	host->proc = host_proc_directory();
	host->interrupts_error = proc_interrupts_read(take_row, NULL);
	host->sees_processes = host_proc_has_processes();
}

static void read_names(struct host_finding *host)
{
	struct utsname name;

	(void)uname(&name);
	memcpy(host->release, name.release, sizeof(host->release));
	memcpy(host->version, name.version, sizeof(host->version));
	memcpy(host->machine, name.machine, sizeof(host->machine));
}

void doctor_host_read(struct host_finding *host, struct kernel_btf *btf,
		      const char *btf_file, int btf_error)
{
	*host = (struct host_finding){.has_fred = false};
	read_names(host);
	read_cpu(host);
	read_btf(host, btf, btf_file, btf_error);
	read_lockdown(host);
	privileges_absent(privileges_in_effect(), host->missing_capabilities,
			  sizeof(host->missing_capabilities));
	confinement_look(&host->confinement);
	read_procfs(host);
	read_jit(host);
	read_tracefs(host);
	read_kallsyms(host);
	host->irq_files_error = host_irq_files_error();
	read_threads(host);
	host->remapped = read_remapped();
	host_posting_read(&host->posting);
}
