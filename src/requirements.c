// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "host.h"
#include "loader.h"
#include "privilege_needs.h"
#include "privileges.h"
#include "requirements.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define IRQ_FILES  "/sys/kernel/irq"

int require_btf(struct failure *failure)
{
	if (!access(KERNEL_BTF, R_OK))
		return 0;
	return fail(failure, EXIT_UNSUPPORTED, 0,
		    "this kernel has no BTF (%s); it needs "
		    "CONFIG_DEBUG_INFO_BTF=y",
		    KERNEL_BTF);
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
