// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "output.h"
#include "render.h"
#include "snapshot.h"
#include "text_escape.h"

#define NS_PER_SECOND 1000000000

/* "12:00:01.000000001Z" */
static void print_time(FILE *out, int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / NS_PER_SECOND);
	char clock[16];
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(clock, sizeof(clock), "%H:%M:%S", &utc);
	fprintf(out, "%s.%09" PRId64 "Z", clock, time_ns % NS_PER_SECOND);
}

static void print_vector(FILE *out, const struct change *change)
{
	char device[PCI_ADDRESS_LEN], name[16];

	if (!change->has_vector) {
		fputs(" -", out);
		return;
	}
	pci_address_format(&change->vector.device, device);
	vector_name_format(&change->vector, name, sizeof(name));
	fprintf(out, " %s %s", device, name);
}

static void print_vm(FILE *out, const struct vm_identity *vm)
{
	char comm[4 * COMM_LEN];

	if (!vm->known)
		return;
	text_escape(vm->comm, comm, sizeof(comm));
	fprintf(out, " VM %d %s", (int)vm->pid, *comm ? comm : "(gone)");
}

static void print_details(FILE *out, const struct change *change)
{
	if (change->irq >= 0)
		fprintf(out, " IRQ %d", change->irq);
	if (change->gsi >= 0)
		fprintf(out, " GSI %d", change->gsi);
	if (change->vcpu >= 0)
		fprintf(out, " vCPU %d", change->vcpu);
	if (change->guest_vector >= 0)
		fprintf(out, " vector 0x%02x",
			(unsigned int)change->guest_vector);
	if (change->descriptor)
		fprintf(out, " descriptor 0x%" PRIx64, change->descriptor);
	print_vm(out, &change->vm);
}

int render_change(FILE *file, const struct change *change)
{
	struct output out;
	int error = output_begin(&out);

	if (error)
		return error;
	print_time(out.text, change->time_ns);
	print_vector(out.text, change);
	fprintf(out.text, " %s%s", change_name(change->kind),
		change->result ? " FAILED" : "");
	if (change->result)
		fprintf(out.text, " (%s)", strerror(-change->result));
	print_details(out.text, change);
	fputc('\n', out.text);
	return output_end(&out, file);
}
