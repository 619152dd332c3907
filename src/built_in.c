// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "built_in.h"
#include "kernel_btf.h"

/* All of them are called by pointer or exported, so that none is inlined. */
static const struct {
	const char *module;
	const char *function;
} witnesses[] = {
	{"vfio", "vfio_register_iommu_driver"},
	{"vfio_pci_core", "vfio_msihandler"},
	{"irqbypass", "irq_bypass_register_producer"},
	{"kvm", "kvm_arch_set_irq_inatomic"},
	{"kvm_intel", "vmx_vcpu_load"},
	{"kvm_amd", "svm_vcpu_load"},
};

bool module_is_built_in(struct kernel_btf *btf, const char *module)
{
	for (size_t i = 0; btf && i < sizeof(witnesses) / sizeof(*witnesses);
	     i++)
		if (!strcmp(witnesses[i].module, module))
			return kernel_btf_has_function(btf, NULL,
						       witnesses[i].function) ==
			       KNOWN_YES;
	return false;
}
