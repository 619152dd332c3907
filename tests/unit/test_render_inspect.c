// SPDX-License-Identifier: GPL-2.0-only
/* What --inspect says to people. */
#include "scene.h"
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render_inspect.h"
#include "text_escape.h"

static const struct table_options plain = {0};

/* A host that posts. */
static const struct host_posting able = {
	.iommu = IOMMU_INTEL,
	.iommu_can_post = KNOWN_YES,
	.posting_disabled = KNOWN_NO,
	.apicv = KNOWN_YES,
	.device_posting = KNOWN_YES,
	.kvm_module = "kvm_intel",
};

static const struct vm_identity qemu = {true, 4321, "qemu-system-x86"};

static char *render(const struct inspect_report *report,
		    const struct table_options *o)
{
	struct capture capture;

	assert_int_equal(render_inspect(capture_begin(&capture), report, o), 0);
	return capture_end(&capture);
}

/* The paragraph of one vector on that host, without the lines above. */
static void check_vector(const struct inspected_vector *vector,
			 const char *expected)
{
	const struct inspect_report report = {
		.host = able,
		.vectors = (struct inspected_vector *)vector,
		.vector_count = 1,
	};
	char *text = render(&report, &plain), *paragraph;

	paragraph = strstr(text, "\n\n");
	assert_non_null(paragraph);
	assert_string_equal(paragraph + 2, expected);
	free(text);
}

static void set_irqfd(struct inspected_vector *vector)
{
	struct configured *c = &vector->configured;

	*vector = (struct inspected_vector){
		.name = {device_of_bus(3), VECTOR_MSIX, 12},
		.irq = 137,
	};
	set_on_irqfd(c);
	c->vm = qemu;
}

static void set_posted(struct inspected_vector *vector)
{
	struct configured *c = &vector->configured;

	set_irqfd(vector);
	c->path = CONFIGURED_POSTED;
	c->reasons = 0;
	c->irte.low = 0x025e6e4000418001;
	irte_decode_intel(&c->irte);
}

static void posted(void **state)
{
	struct inspected_vector vector;

	(void)state;
	set_posted(&vector);
	check_vector(&vector,
		     "0000:03:00.0 msix 12  IRQ 137: posted\n"
		     "  target  vCPU 1, guest vector 0x41, "
		     "VM 4321 qemu-system-x86\n"
		     "          descriptor at 0x25e6e40\n"
		     "  entry   posted, index 17, "
		     "0x0000000000040010 0x025e6e4000418001\n"
		     "  irqfd   GSI 24, bypass joined, MSI 0xfee01000 0x41\n"
		     "          to APIC id 0x1, fixed, "
		     "vector 0x41: 1 vCPU\n");
	/* Whose descriptor it is may not be known, nor the process. */
	vector.configured.vcpu = -1;
	vector.configured.vm.known = false;
	vector.configured.gsi = -1;
	check_vector(&vector, "0000:03:00.0 msix 12  IRQ 137: posted\n"
			      "  target  vCPU unknown, guest vector 0x41\n"
			      "          descriptor at 0x25e6e40\n"
			      "  entry   posted, index 17, "
			      "0x0000000000040010 0x025e6e4000418001\n");
}

/* It watches nothing, so it knows of no other time. */
static void posted_since_before_the_start(void **state)
{
	struct inspected_vector vector;

	(void)state;
	set_posted(&vector);
	vector.configured.since = SINCE_BEFORE_START;
	vector.configured.gsi = -1;
	check_vector(&vector, "0000:03:00.0 msix 12  IRQ 137: posted\n"
			      "  target  vCPU 1, guest vector 0x41, "
			      "VM 4321 qemu-system-x86\n"
			      "          descriptor at 0x25e6e40\n"
			      "  since   before start\n"
			      "  entry   posted, index 17, "
			      "0x0000000000040010 0x025e6e4000418001\n");
}

static void on_an_irqfd(void **state)
{
	struct inspected_vector vector;
	struct configured *c = &vector.configured;

	(void)state;
	set_irqfd(&vector);
	c->reasons = REASON_BIT(REASON_APICV_INHIBITED) |
		     REASON_BIT(REASON_SEVERAL_DESTINATIONS);
	snprintf(c->inhibit_names, INHIBIT_NAMES_LEN, "hyperv,irq\033win");
	c->route.logical = true;
	c->route.destination = 3;
	c->route_vcpus = 2;
	c->bypass_joined = KNOWN_NO;
	c->vcpu = -1;
	c->irte.index = 0;
	check_vector(&vector,
		     "0000:03:00.0 msix 12  IRQ 137: irqfd\n"
		     "  target  vCPU unknown, guest vector 0x41, "
		     "VM 4321 qemu-system-x86\n"
		     "  entry   remapped, index 0, "
		     "0x0000000000040010 0x0000010000250009\n"
		     "  irqfd   GSI 24, bypass not joined, "
		     "MSI 0xfee01000 0x41\n"
		     "          to logical 0x3, fixed, "
		     "vector 0x41: 2 vCPUs\n"
		     "  why     several_destinations\n"
		     "            the guest's message goes to more than one "
		     "vCPU\n"
		     "          apicv_inhibited\n"
		     "            KVM has turned APICv or AVIC off for this "
		     "VM\n"
		     "            (hyperv,irq\\x1bwin)\n");
}

/* How many it reaches is not said if it is not known. */
static void routes_of_an_irqfd(void **state)
{
	static const struct {
		enum route_kind kind;
		enum known joined;
		const char *lines;
	} cases[] = {
		{ROUTE_UNKNOWN, NOT_KNOWN,
		 "  irqfd   GSI 0, bypass unknown, route: unknown\n"},
		{ROUTE_NONE, KNOWN_NO,
		 "  irqfd   GSI 0, bypass not joined, route: none\n"},
		{ROUTE_IRQCHIP, KNOWN_YES,
		 "  irqfd   GSI 0, bypass joined, route: irqchip\n"},
		{ROUTE_OTHER, KNOWN_YES,
		 "  irqfd   GSI 0, bypass joined, route: other\n"},
		{ROUTE_MSI, KNOWN_YES,
		 "  irqfd   GSI 0, bypass joined, MSI 0xfee01000 0x41\n"
		 "          to APIC id 0x1, fixed, vector 0x41\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct inspected_vector vector;
		struct configured *c = &vector.configured;
		char expected[400];

		set_irqfd(&vector);
		c->guest_vector = c->vcpu = -1;
		c->vm.known = false;
		c->irte.words_known = false;
		c->irte.index = -1;
		c->gsi = 0;
		c->route_kind = cases[i].kind;
		c->bypass_joined = cases[i].joined;
		c->route_vcpus = -1;
		snprintf(
			expected, sizeof(expected),
			"0000:03:00.0 msix 12  IRQ 137: irqfd\n"
			"  entry   remapped\n"
			"%s"
			"  why     unknown\n"
			"            no cause was found, or it could not be read\n",
			cases[i].lines);
		check_vector(&vector, expected);
	}
}

/* The device was given to a VM, and its VMM takes the interrupt. */
static void on_an_eventfd(void **state)
{
	struct inspected_vector vector = {
		.name = {device_of_bus(3), VECTOR_INTX, 0}, .irq = 16};
	struct configured *c = &vector.configured;

	(void)state;
	configured_unknown(c);
	c->path = CONFIGURED_EVENTFD;
	c->reasons =
		REASON_BIT(REASON_NO_IRQFD) | REASON_BIT(REASON_REMAPPING_OFF);
	c->irte.mode = IRTE_NONE;
	c->vm = qemu;
	c->vm_by_device = true;
	check_vector(&vector,
		     "0000:03:00.0 intx  IRQ 16: eventfd\n"
		     "  target  VM 4321 qemu-system-x86 (has the device)\n"
		     "  entry   none\n"
		     "  why     remapping_off\n"
		     "            no IOMMU remaps this interrupt, so none can "
		     "post it\n"
		     "          no_irqfd\n"
		     "            no irqfd is on its eventfd: a process takes "
		     "the interrupt\n");
	c->vm.comm[0] = '\0';
	c->reasons = REASON_BIT(REASON_NO_IRQFD);
	check_vector(&vector,
		     "0000:03:00.0 intx  IRQ 16: eventfd\n"
		     "  target  VM 4321 (gone) (has the device)\n"
		     "  entry   none\n"
		     "  why     no_irqfd\n"
		     "            no irqfd is on its eventfd: a process takes "
		     "the interrupt\n");
}

static void unused_and_unknown(void **state)
{
	struct inspected_vector vector = {
		.name = {device_of_bus(3), VECTOR_MSI, 31}, .irq = 40};

	(void)state;
	configured_unused(&vector.configured);
	check_vector(&vector,
		     "0000:03:00.0 msi 31  IRQ 40: unused\n"
		     "  entry   none\n"
		     "  why     unused\n"
		     "            VFIO was given no eventfd for this vector\n");
	configured_unknown(&vector.configured);
	check_vector(
		&vector,
		"0000:03:00.0 msi 31  IRQ 40: unknown\n"
		"  entry   unknown\n"
		"  why     unknown\n"
		"            no cause was found, or it could not be read\n");
}

static void hosts(void **state)
{
	static const struct {
		struct host_posting host;
		const char *lines;
	} cases[] = {
		{{.iommu = IOMMU_NONE,
		  .iommu_can_post = NOT_KNOWN,
		  .apicv = NOT_KNOWN,
		  .device_posting = NOT_KNOWN},
		 "IOMMU     none known to the kernel's sysfs\n"
		 "KVM       neither kvm_intel nor kvm_amd is loaded\n"},
		{{.iommu = IOMMU_INTEL,
		  .iommu_can_post = KNOWN_YES,
		  .apicv = KNOWN_YES,
		  .device_posting = KNOWN_YES,
		  .kvm_module = "kvm_intel"},
		 "IOMMU     intel, can post\n"
		 "KVM       kvm_intel, APICv or AVIC on\n"},
		{{.iommu = IOMMU_AMD,
		  .iommu_can_post = KNOWN_NO,
		  .apicv = KNOWN_NO,
		  .device_posting = NOT_KNOWN,
		  .kvm_module = "kvm_amd"},
		 "IOMMU     amd, cannot post\n"
		 "KVM       kvm_amd, APICv or AVIC off\n"},
		{{.iommu = IOMMU_INTEL,
		  .iommu_can_post = NOT_KNOWN,
		  .posting_disabled = KNOWN_YES,
		  .apicv = NOT_KNOWN,
		  .device_posting = KNOWN_NO,
		  .kvm_module = "kvm_intel"},
		 "IOMMU     intel, may be able to post, posting disabled\n"
		 "KVM       kvm_intel, APICv or AVIC unknown, posting of "
		 "devices' interrupts off\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct inspect_report report = {.host = cases[i].host};
		char expected[300], *text = render(&report, &plain);

		snprintf(expected, sizeof(expected), "%svectors   0\n",
			 cases[i].lines);
		assert_string_equal(text, expected);
		free(text);
	}
}

/* Unknown ones come last, and kinds that there are none of not at all. */
static void totals(void **state)
{
	static const enum configured_path paths[] = {
		CONFIGURED_UNKNOWN, CONFIGURED_HOST,   CONFIGURED_POSTED,
		CONFIGURED_UNUSED,  CONFIGURED_POSTED, CONFIGURED_EVENTFD,
		CONFIGURED_UNKNOWN, CONFIGURED_MASKED,
	};
	struct inspected_vector vectors[ARRAY_SIZE(paths)];
	struct inspect_report report = {.host = able, .vectors = vectors};
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		vectors[i] = (struct inspected_vector){.irq = 1};
		configured_unknown(&vectors[i].configured);
		vectors[i].configured.path = paths[i];
	}
	report.vector_count = ARRAY_SIZE(paths);
	text = render(&report, &plain);
	assert_non_null(strstr(text,
			       "\nvectors   8: 2 posted, 1 eventfd, 1 masked, "
			       "1 unused, 1 host, 2 unknown\n"));
	free(text);
	report.vector_count = 1;
	text = render(&report, &plain);
	assert_non_null(strstr(text, "\nvectors   1: 1 unknown\n"));
	free(text);
}

static void devices_without_vectors(void **state)
{
	struct inspected_device devices[] = {
		{{0, 3, 0, 0}, "vfio-pci", 1},
		{{0, 4, 0, 0}, "vfio-pci", 0},
		{{0x10000, 0xff, 0x1f, 7}, "", 0},
		{{0, 5, 0, 0}, "a\033[m\n\xff", 0},
	};
	struct inspected_vector vector;
	const struct inspect_report report = {
		.host = able,
		.devices = devices,
		.device_count = ARRAY_SIZE(devices),
		.vectors = &vector,
		.vector_count = 1,
	};
	char *text;

	(void)state;
	set_posted(&vector);
	text = render(&report, &plain);
	assert_non_null(strstr(
		text, "vector 0x41: 1 vCPU\n"
		      "\n"
		      "0000:04:00.0: no interrupt is set up (driver: "
		      "vfio-pci)\n"
		      "\n"
		      "10000:ff:1f.7: no interrupt is set up (driver: none)\n"
		      "\n"
		      "0000:05:00.0: no interrupt is set up (driver: "
		      "a\\x1b[m\\x0a\\xff)\n"));
	assert_null(strstr(text, "0000:03:00.0: "));
	free(text);
}

static void color_changes_nothing_else(void **state)
{
	static const struct table_options colored = {.color = true};
	struct inspected_vector vector;
	const struct inspect_report report = {
		.host = able, .vectors = &vector, .vector_count = 1};
	char *text, *other, *to;

	(void)state;
	set_irqfd(&vector);
	text = render(&report, &plain);
	other = to = render(&report, &colored);
	assert_non_null(strstr(other, "\n\033[1m0000:03:00.0 msix 12"));
	for (char *from = other; *from; from++) {
		if (*from == '\033')
			from = strchr(from, 'm');
		else
			*to++ = *from;
	}
	*to = '\0';
	assert_string_equal(other, text);
	free(text);
	free(other);
}

/* Everything as long as it can become on a host that exists. */
static void set_longest(struct inspected_vector *vector)
{
	struct configured *c = &vector->configured;

	set_irqfd(vector);
	vector->name = (struct vector_name){
		{0x10000, 0xff, 0x1f, 7}, VECTOR_MSIX, 2047};
	vector->irq = 1048575;
	c->irte = (struct irte){
		.mode = IRTE_POSTED_MSI,
		.words_known = true,
		.high = UINT64_MAX,
		.low = UINT64_MAX,
		.index = 65535,
		.descriptor = ~UINT64_C(63),
		.vector = 0xff,
	};
	c->guest_vector = 0xff;
	c->vcpu = 4095;
	c->gsi = 4095;
	c->bypass_joined = KNOWN_NO;
	c->vm = (struct vm_identity){true, 4194304, "qemu\033[1m\nsystem"};
	c->reasons = REASON_BIT(REASON_COUNT) - 1;
	snprintf(c->inhibit_names, INHIBIT_NAMES_LEN,
		 "hyperv,absent,blockirq,apic_id_modified,nested,irqwin");
}

static void check_width(const struct inspected_vector *vector)
{
	const struct inspect_report report = {
		.host = {.iommu = IOMMU_INTEL,
			 .iommu_can_post = KNOWN_NO,
			 .posting_disabled = KNOWN_YES,
			 .apicv = NOT_KNOWN,
			 .device_posting = KNOWN_NO,
			 .kvm_module = "kvm_intel"},
		.vectors = (struct inspected_vector *)vector,
		.vector_count = 1,
	};
	char *text = render(&report, &plain), *rest = text, *line;
	char wide[200] = "";

	assert_null(strchr(text, '\033'));
	while ((line = strsep(&rest, "\n")))
		if (text_columns(line) > 79)
			snprintf(wide, sizeof(wide), "%s", line);
	free(text);
	if (*wide)
		fail_msg("%zu columns: %s", text_columns(wide), wide);
}

static void lines_fit_a_terminal(void **state)
{
	struct inspected_vector vector;
	char *text;
	const struct inspect_report report = {
		.host = able, .vectors = &vector, .vector_count = 1};

	(void)state;
	set_longest(&vector);
	check_width(&vector);
	/* Only a vCPU's descriptor is the target's. */
	vector.configured.irte.mode = IRTE_POSTED;
	check_width(&vector);
	text = render(&report, &plain);
	assert_non_null(strstr(text, "10000:ff:1f.7 msix 2047  IRQ 1048575"));
	assert_non_null(strstr(text, ", VM 4194304 qemu\\x1b[1m\\x0asystem\n"));
	assert_non_null(strstr(text, " 0xffffffffffffffff 0xffffffffffffffff"));
	assert_non_null(strstr(text, "descriptor at 0xffffffffffffffc0\n"));
	for (int i = 0; i < REASON_COUNT; i++)
		assert_non_null(strstr(text, reason_sentence((enum reason)i)));
	free(text);
}

/* All messages that guests send, also those to many by a mask. */
static void messages_fit_a_terminal(void **state)
{
	struct inspected_vector vector;
	struct configured *c = &vector.configured;

	(void)state;
	for (unsigned int mode = 0; mode < 8; mode++) {
		set_longest(&vector);
		msi_route_decode(0xfeeff000, 0x00ffff00, 0xc0ff | mode << 8,
				 true, &c->route);
		c->route_vcpus = 1;
		check_width(&vector);
		msi_route_decode(0xfeeff00c, 0, 0xc0ff | mode << 8, false,
				 &c->route);
		c->route_vcpus = 8;
		check_width(&vector);
	}
}

static void write_errors_are_told(void **state)
{
	const struct inspect_report report = {.host = able};
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(render_inspect(full, &report, &plain), -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posted),
		cmocka_unit_test(posted_since_before_the_start),
		cmocka_unit_test(on_an_irqfd),
		cmocka_unit_test(routes_of_an_irqfd),
		cmocka_unit_test(on_an_eventfd),
		cmocka_unit_test(unused_and_unknown),
		cmocka_unit_test(hosts),
		cmocka_unit_test(totals),
		cmocka_unit_test(devices_without_vectors),
		cmocka_unit_test(color_changes_nothing_else),
		cmocka_unit_test(lines_fit_a_terminal),
		cmocka_unit_test(messages_fit_a_terminal),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
