// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "probes.h"

/* Functions and their modules: docs/paths.md, from 6.1 to 7.3. */
const struct probe probes[] = {
	{
		.name = "request_irq",
		.function = "request_threaded_irq",
		.candidates = {{METHOD_FENTRY, "fentry_request_irq"},
			       {METHOD_KPROBE, "kprobe_request_irq"}},
		.required = true,
		.without = "vectors that appear while tracing",
	},
	{
		.name = "free_irq",
		.function = "free_irq",
		.candidates = {{METHOD_FEXIT, "fexit_free_irq"},
			       {METHOD_KRETPROBE, "kretprobe_free_irq"}},
		.without = "which vectors were released",
	},
	{
		.name = "module_load",
		.function = "module_load",
		.candidates = {{METHOD_TRACEPOINT, "tracepoint_module_load"}},
		.without = "what happens between a module's loading and "
			   "the next interval",
	},
	{
		.name = "msi",
		.module = "vfio_pci_core",
		.function = "vfio_msihandler",
		.candidates = {{METHOD_FENTRY, "fentry_msi"},
			       {METHOD_KPROBE, "kprobe_msi"}},
		.required = true,
		.without = "every MSI and MSI-X interrupt",
	},
	{
		.name = "intx_exit",
		.module = "vfio_pci_core",
		.function = "vfio_intx_handler",
		.candidates = {{METHOD_FEXIT, "fexit_intx"},
			       {METHOD_KRETPROBE, "kretprobe_intx"}},
		.partner = "intx",
		.without = "every INTx interrupt",
	},
	{
		.name = "intx",
		.module = "vfio_pci_core",
		.function = "vfio_intx_handler",
		.candidates = {{METHOD_FENTRY, "fentry_intx"},
			       {METHOD_KPROBE, "kprobe_intx"}},
		.partner = "intx_exit",
		.without = "every INTx interrupt",
	},
	{
		.name = "wakeup",
		.module = "kvm",
		.function = "irqfd_wakeup",
		.candidates = {{METHOD_FENTRY, "fentry_wakeup"},
			       {METHOD_KPROBE, "kprobe_wakeup"}},
		.required = true,
		.without = "the difference between eventfd and irqfd",
	},
	{
		.name = "inatomic_exit",
		.module = "kvm",
		.function = "kvm_arch_set_irq_inatomic",
		.candidates = {{METHOD_FEXIT, "fexit_inatomic"},
			       {METHOD_KRETPROBE, "kretprobe_inatomic"}},
		.required = true,
		.without = "whether an irqfd delivered, deferred or dropped",
	},
	{
		.name = "inject_exit",
		.module = "kvm",
		.function = "irqfd_inject",
		.candidates = {{METHOD_FEXIT, "fexit_inject"},
			       {METHOD_KRETPROBE, "kretprobe_inject"}},
		.partner = "inject",
		.without = "targets of deferred interrupts",
	},
	{
		.name = "inject",
		.module = "kvm",
		.function = "irqfd_inject",
		.candidates = {{METHOD_FENTRY, "fentry_inject"},
			       {METHOD_KPROBE, "kprobe_inject"}},
		.partner = "inject_exit",
		.without = "targets of deferred interrupts",
	},
	{
		.name = "vmx_deliver",
		.module = "kvm_intel",
		.function = "vmx_deliver_interrupt",
		.candidates = {{METHOD_FENTRY, "fentry_vmx_deliver"},
			       {METHOD_KPROBE, "kprobe_vmx_deliver"}},
		.without = "vCPU, guest vector and other injections on Intel",
	},
	{
		.name = "svm_deliver",
		.module = "kvm_amd",
		.function = "svm_deliver_interrupt",
		.candidates = {{METHOD_FENTRY, "fentry_svm_deliver"},
			       {METHOD_KPROBE, "kprobe_svm_deliver"}},
		.without = "vCPU, guest vector and other injections on AMD",
	},
};

const size_t probe_count = sizeof(probes) / sizeof(*probes);

size_t probe_index(const char *name)
{
	size_t i = 0;

	while (i < probe_count && strcmp(probes[i].name, name) != 0)
		i++;
	return i;
}
