// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "doctor_modules.h"

const struct doctor_module doctor_modules[DOCTOR_MODULES] = {
	{
		.name = "vfio",
		.lack = "no device can be passed through until it is loaded",
		.remedy = "modprobe vfio-pci",
	},
	{
		.name = "vfio_pci_core",
		.earlier_name = "vfio_pci",
		.lack = "no interrupt is counted until it is loaded",
		.remedy = "modprobe vfio-pci",
	},
	{
		.name = "irqbypass",
		.lack = "no interrupt can be posted until it is loaded",
		.remedy = "comes with vfio-pci and kvm",
	},
	{
		.name = "kvm",
		.lack = "every interrupt counts as eventfd until it is loaded",
		.remedy = "modprobe kvm_intel or kvm_amd",
	},
	{
		.name = "kvm_intel",
		.lack = "no target (vCPU, guest vector) until it is loaded",
		.remedy = "modprobe kvm_intel",
	},
	{
		.name = "kvm_amd",
		.lack = "no target (vCPU, guest vector) until it is loaded",
		.remedy = "modprobe kvm_amd",
	},
};

static bool is_named(const struct doctor_module *module, const char *name)
{
	return !strcmp(module->name, name) ||
	       (module->earlier_name && !strcmp(module->earlier_name, name));
}

static const struct doctor_module *find(const char *name)
{
	for (size_t i = 0; i < DOCTOR_MODULES; i++)
		if (is_named(&doctor_modules[i], name))
			return &doctor_modules[i];
	return NULL;
}

const char *doctor_module_lack(const char *name)
{
	const struct doctor_module *module = find(name);

	return module ? module->lack : "";
}

const char *doctor_module_remedy(const char *name)
{
	const struct doctor_module *module = find(name);

	return module ? module->remedy : "";
}
