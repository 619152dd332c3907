// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "render_inspect.h"
#include "text_escape.h"

#define BOLD  "\033[1m"
#define RESET "\033[0m"

static const char *yes_no_unknown(enum known value, const char *yes,
				  const char *no)
{
	return value == KNOWN_YES ? yes : value == KNOWN_NO ? no : "unknown";
}

static void print_host(FILE *out, const struct host_posting *host)
{
	const char *iommu = iommu_kind_name(host->iommu);

	if (iommu)
		fprintf(out, "IOMMU     %s, %s%s\n", iommu,
			host->iommu_can_post == NOT_KNOWN
				? "may be able to post"
			: host->iommu_can_post == KNOWN_YES ? "can post"
							    : "cannot post",
			host->posting_disabled == KNOWN_YES
				? ", posting disabled"
				: "");
	else
		fputs("IOMMU     none known to the kernel's sysfs\n", out);
	if (!host->kvm_module) {
		fputs("KVM       neither kvm_intel nor kvm_amd is loaded\n",
		      out);
		return;
	}
	fprintf(out, "KVM       %s, APICv or AVIC %s%s\n", host->kvm_module,
		yes_no_unknown(host->apicv, "on", "off"),
		host->device_posting == KNOWN_NO
			? ", posting of devices' interrupts off"
			: "");
}

/* "vectors   5: 2 posted, 1 irqfd, 1 eventfd, 1 unused" */
static void print_totals(FILE *out, const struct inspect_report *report)
{
	size_t counts[CONFIGURED_HOST + 1] = {0};
	const char *separator = ": ";

	for (size_t i = 0; i < report->vector_count; i++)
		counts[report->vectors[i].configured.path]++;
	fprintf(out, "vectors   %zu", report->vector_count);
	for (int path = CONFIGURED_POSTED; path <= CONFIGURED_HOST; path++) {
		if (!counts[path])
			continue;
		fprintf(out, "%s%zu %s", separator, counts[path],
			configured_path_name((enum configured_path)path));
		separator = ", ";
	}
	if (counts[CONFIGURED_UNKNOWN])
		fprintf(out, "%s%zu unknown", separator,
			counts[CONFIGURED_UNKNOWN]);
	fputc('\n', out);
}

static void print_silent_devices(FILE *out, const struct inspect_report *report)
{
	char address[PCI_ADDRESS_LEN];

	for (size_t i = 0; i < report->device_count; i++) {
		const struct inspected_device *device = &report->devices[i];

		if (device->vectors)
			continue;
		pci_address_format(&device->device, address);
		fprintf(out, "\n%s: no interrupt is set up (driver: ", address);
		text_print(out, *device->driver ? device->driver : "none", "");
		fputs(")\n", out);
	}
}

static void print_title(FILE *out, const struct inspected_vector *vector,
			bool color)
{
	char address[PCI_ADDRESS_LEN], name[16];

	pci_address_format(&vector->name.device, address);
	vector_name_format(&vector->name, name, sizeof(name));
	fprintf(out, "\n%s%s %s  IRQ %u: %s%s\n", color ? BOLD : "", address,
		name, vector->irq,
		configured_path_name(vector->configured.path),
		color ? RESET : "");
}

/* Addresses take 18 columns each, so that the line has 79 at the most. */
static void print_entry(FILE *out, const struct irte *irte)
{
	fprintf(out, "  entry   %s", irte_mode_name(irte->mode));
	if (irte->index >= 0)
		fprintf(out, ", index %d", irte->index);
	if (irte->words_known)
		fprintf(out, ", 0x%016" PRIx64 " 0x%016" PRIx64, irte->high,
			irte->low);
	fputc('\n', out);
}

static void print_vm(FILE *out, const struct vm_identity *vm)
{
	char comm[4 * COMM_LEN];

	text_escape(vm->comm, comm, sizeof(comm));
	fprintf(out, "VM %d %s", (int)vm->pid, *comm ? comm : "(gone)");
}

static void print_target(FILE *out, const struct configured *c)
{
	if (c->guest_vector < 0 && c->vcpu < 0 && !c->vm.known)
		return;
	fputs("  target  ", out);
	if (c->vcpu >= 0)
		fprintf(out, "vCPU %d, ", c->vcpu);
	else if (c->guest_vector >= 0)
		fputs("vCPU unknown, ", out);
	if (c->guest_vector >= 0)
		fprintf(out, "guest vector 0x%02x%s",
			(unsigned int)c->guest_vector, c->vm.known ? ", " : "");
	if (c->vm.known)
		print_vm(out, &c->vm);
	if (c->vm_by_device)
		fputs(" (has the device)", out);
	fputc('\n', out);
	if (c->irte.mode == IRTE_POSTED)
		fprintf(out, "          descriptor at 0x%" PRIx64 "\n",
			c->irte.descriptor);
}

/* --inspect watches nothing, so it knows of no time. */
static void print_since(FILE *out, const struct configured *c)
{
	if (c->since == SINCE_BEFORE_START)
		fputs("  since   before start\n", out);
}

static void print_message(FILE *out, const struct msi_route *route, int vcpus)
{
	fprintf(out, "MSI 0x%" PRIx64 " 0x%" PRIx32 "\n", route->address,
		route->data);
	fprintf(out, "          to %s 0x%" PRIx32 ", %s, vector 0x%02x",
		route->logical ? "logical" : "APIC id", route->destination,
		delivery_mode_name(route->delivery_mode),
		(unsigned int)route->vector);
	if (vcpus >= 0)
		fprintf(out, ": %d vCPU%s", vcpus, vcpus == 1 ? "" : "s");
	fputc('\n', out);
}

static void print_irqfd(FILE *out, const struct configured *c)
{
	if (c->gsi < 0)
		return;
	fprintf(out, "  irqfd   GSI %d, bypass %s, ", c->gsi,
		yes_no_unknown(c->bypass_joined, "joined", "not joined"));
	if (c->route_kind == ROUTE_MSI)
		print_message(out, &c->route, c->route_vcpus);
	else
		fprintf(out, "route: %s\n",
			c->route_kind == ROUTE_UNKNOWN
				? "unknown"
				: route_kind_name(c->route_kind));
}

/* They come from BTF. */
static void print_inhibits(FILE *out, const char *names)
{
	fputs("            (", out);
	text_print(out, names, "");
	fputs(")\n", out);
}

static void print_reasons(FILE *out, const struct configured *c)
{
	const char *label = "  why     ";

	for (int i = 0; i < REASON_COUNT; i++) {
		if (!(c->reasons & REASON_BIT(i)))
			continue;
		fprintf(out, "%s%s\n            %s\n", label,
			reason_word((enum reason)i),
			reason_sentence((enum reason)i));
		if (i == REASON_APICV_INHIBITED)
			print_inhibits(out, c->inhibit_names);
		label = "          ";
	}
}

static void print_vector(FILE *out, const struct inspected_vector *vector,
			 bool color)
{
	const struct configured *c = &vector->configured;

	print_title(out, vector, color);
	print_target(out, c);
	print_since(out, c);
	print_entry(out, &c->irte);
	print_irqfd(out, c);
	print_reasons(out, c);
}

int render_inspect(FILE *file, const struct inspect_report *report,
		   const struct table_options *o)
{
	struct output out;
	int error = output_begin(&out);

	if (error)
		return error;
	print_host(out.text, &report->host);
	print_totals(out.text, report);
	for (size_t i = 0; i < report->vector_count; i++)
		print_vector(out.text, &report->vectors[i], o->color);
	print_silent_devices(out.text, report);
	return output_end(&out, file);
}
