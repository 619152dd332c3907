// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "btf_error.h"
#include "host.h"
#include "kernel_btf.h"
#include "loader.h"
#include "privilege_needs.h"
#include "privileges.h"
#include "requirements.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define IRQ_FILES  "/sys/kernel/irq"

int require_btf(const char *file, struct kernel_btf **btf,
		struct failure *failure)
{
	int err;

	*btf = NULL;
	if (access(KERNEL_BTF, R_OK))
		return fail(failure, EXIT_UNSUPPORTED, 0,
			    "this kernel has no BTF (%s); it needs "
			    "CONFIG_DEBUG_INFO_BTF=y",
			    KERNEL_BTF);
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
	FILE *file = fopen("/proc/modules", "re");
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

static int judge_load(int err, const char *reason, struct failure *failure)
{
	if (err == -EPERM || (err && !privileges_suffice()))
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
	bool refused =
		err && err != -EPERM && err != -ENOMEM && privileges_suffice();

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
	if (!access(IRQ_FILES, R_OK))
		return 0;
	return fail(failure, EXIT_UNSUPPORTED, 0,
		    "there is no %s; it needs sysfs mounted and "
		    "CONFIG_SPARSE_IRQ=y",
		    IRQ_FILES);
}

/* Without the capability it is the kernel's settings that decide. */
void describe_shortfall(char *text, size_t size)
{
	privileges_shortfall(privileges_in_effect(), text, size);
	if (*text && host_shows_symbols())
		*text = '\0';
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
