// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "host.h"
#include "live_modules.h"

/* Modules whose types programs read, or whose functions they watch. */
static const char *const modules[] = {
	"kvm",           "kvm_intel", "kvm_amd", "vfio",
	"vfio_pci_core", "vfio_pci", /* what it is split off from */
	"irqbypass",
};

unsigned int live_modules_look(void)
{
	unsigned int live = 0;

	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		if (host_module_live(modules[i]))
			live |= 1u << i;
	return live;
}

bool live_modules_have(unsigned int live, const char *module)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		if (!strcmp(modules[i], module))
			return live & 1u << i;
	return false;
}
