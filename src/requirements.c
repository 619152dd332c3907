// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "btf_error.h"
#include "confinement.h"
#include "host.h"
#include "host_proc.h"
#include "kernel_btf.h"
#include "loader.h"
#include "privilege_needs.h"
#include "privileges.h"
#include "requirements.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define IRQ_FILES  "/sys/kernel/irq"

int require_proc(struct failure *failure)
{
	int err = host_proc_check();

	if (!err)
		return 0;
	return fail(failure, EXIT_FAILED, err == -EINVAL ? 0 : err,
		    "there is no procfs at %s; the host's has to be mounted "
		    "there",
		    host_proc_directory());
}

int fail_interrupts(struct failure *failure, int error)
{
	if (error != -ENODATA)
		return fail(failure, EXIT_FAILED, error,
			    "reading %s/interrupts", host_proc_directory());
	return fail(failure, EXIT_FAILED, 0,
		    "%s/interrupts is empty, since a container's runtime hides "
		    "it; mount the host's /proc elsewhere, and name that with "
		    "--proc",
		    host_proc_directory());
}

static int fail_btf_absent(struct failure *failure, enum btf_absence absence)
{
	return fail(failure, EXIT_UNSUPPORTED, 0, "%s (%s); it needs %s",
		    btf_absence_text(absence), KERNEL_BTF,
		    btf_absence_remedy(absence));
}

int require_btf(const char *file, struct kernel_btf **btf,
		struct failure *failure)
{
	int err;

	*btf = NULL;
	if (access(KERNEL_BTF, R_OK))
		return fail_btf_absent(failure, host_btf_absence());
	err = kernel_btf_open(file, btf);
	if (!err)
		return 0;
	return fail(failure, EXIT_FAILED, 0, "%s%s: %s", file ? "--btf " : "",
		    file ? file : KERNEL_BTF, btf_error_text(err));
}

int require_module_types(struct kernel_btf *btf, const char *what,
			 struct failure *failure)
{
	if (kernel_btf_describes_modules(btf))
		return 0;
	return fail(failure, EXIT_UNSUPPORTED, 0,
		    "%s reads types of KVM and VFIO, and there is no BTF of "
		    "modules: it needs CONFIG_DEBUG_INFO_BTF_MODULES=y, or a "
		    "file for --btf",
		    what);
}

/*
 * Maps, programs and links; and libbpf opens the BTF of every module while it
 * loads programs. What it says when descriptors run out is about anything but
 * that.
 */
static rlim_t descriptors_needed(void)
{
	FILE *file = host_proc_open("modules");
	rlim_t needed = 192;
	int c;

	if (!file)
		return needed;
	while ((c = getc(file)) != EOF)
		needed += c == '\n';
	(void)fclose(file);
	return needed;
}

int require_descriptors(struct failure *failure)
{
	rlim_t needed = descriptors_needed();
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return fail(failure, EXIT_FAILED, -errno, "starting");
	limit.rlim_cur = limit.rlim_max;
	if (limit.rlim_max < needed)
		return fail(failure, EXIT_FAILED, -EMFILE,
			    "pitrace may have to open %llu files, and may not "
			    "open more than %llu (ulimit -n)",
			    (unsigned long long)needed,
			    (unsigned long long)limit.rlim_max);
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return fail(failure, EXIT_FAILED, -errno, "starting");
	return 0;
}

static bool is_confined(void)
{
	struct confinement confinement;

	confinement_look(&confinement);
	return confinement_of_loading(&confinement);
}

static int judge_load(int err, const char *reason, struct failure *failure)
{
	if (err == -EPERM || (err && (!privileges_suffice() || is_confined())))
		return fail_bpf(failure, err, "loading BPF programs");
	if (err)
		return fail(failure, EXIT_UNSUPPORTED, 0,
			    "this kernel does not take pitrace's programs: %s",
			    reason);
	return 0;
}

int require_utilities(struct loader *loader, struct failure *failure)
{
	char reason[160];
	int err = loader_load_utilities(loader, reason, sizeof(reason));

	return judge_load(err, reason, failure);
}

int require_unrefused(struct loader *loader, char *refusal, size_t size,
		      struct failure *failure)
{
	char reason[160];
	int err = loader_load_utilities(loader, reason, sizeof(reason));
	bool refused = err && err != -EPERM && err != -ENOMEM &&
		       privileges_suffice() && !is_confined();

	*refusal = '\0';
	if (!refused)
		return judge_load(err, reason, failure);
	(void)snprintf(refusal, size, "those that pitrace runs itself: %s",
		       reason);
	return 0;
}

int require_inspection(struct loader *loader, struct failure *failure)
{
	char reason[160];
	int err = loader_load_inspection(loader, reason, sizeof(reason));

	return judge_load(err, reason, failure);
}

int require_irq_files(struct failure *failure)
{
	if (!host_irq_files_error())
		return 0;
	return fail(failure, EXIT_UNSUPPORTED, 0,
		    "there is nothing in %s; it needs sysfs mounted, not "
		    "hidden, and CONFIG_SPARSE_IRQ=y",
		    IRQ_FILES);
}

/* Without the capability it is the kernel's settings that decide. */
void describe_shortfall(char *text, size_t size)
{
	text[0] = '\0';
	if (host_shows_symbols())
		return;
	privileges_shortfall(privileges_in_effect(), text, size);
	if (!*text)
		(void)snprintf(text, size,
			       "%s/kallsyms shows no addresses of symbols "
			       "(hidden by a container's runtime, or "
			       "kernel.kptr_restrict is 2): stacks have no "
			       "names",
			       host_proc_directory());
}

void describe_processes(char *text, size_t size)
{
	text[0] = '\0';
	if (!host_proc_has_processes())
		(void)snprintf(
			text, size,
			"%s shows the processes of another PID namespace "
			"than the host's: VMs have no names; mount the "
			"host's /proc elsewhere, and name that with "
			"--proc",
			host_proc_directory());
}

int require_devices(const struct options *options, struct failure *failure)
{
	char address[PCI_ADDRESS_LEN];

	for (size_t i = 0; i < options->device_count; i++) {
		if (host_device_exists(&options->devices[i]))
			continue;
		pci_address_format(&options->devices[i], address);
		return fail(failure, EXIT_FAILED, 0,
			    "there is no PCI device %s on this host", address);
	}
	return 0;
}
