// SPDX-License-Identifier: GPL-2.0-only
/* The record of --inspect. */
#include "json_support.h"
#include "scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render_inspect.h"

/* 2026-01-31T23:59:58.000000042Z */
#define TIME_NS INT64_C(1769903998000000042)
#define TIME    "2026-01-31T23:59:58.000000042Z"

static const struct run_info run = {
	.version = "0.2",
	.kernel_release = "6.12.0-42-amd64",
};

static struct json_object *record_of(const struct inspect_report *report)
{
	struct json_object *record;
	struct capture capture;

	assert_int_equal(
		render_json_inspect(capture_begin(&capture), report, &run), 0);
	record = parse_line(&capture);
	check_keys(record, "type schema time ts_ns version kernel probes host "
			   "devices vectors ");
	check_text(record, "type", "inspect");
	check_number(record, "schema", 1);
	check_text(record, "version", "0.2");
	check_text(record, "kernel", "6.12.0-42-amd64");
	return record;
}

/* One vector's "configured"; the record that it is in is to be freed. */
static struct json_object *configured_of(const struct configured *configured,
					 struct json_object **record)
{
	struct inspected_vector vector = {
		.name = {device_of_bus(3), VECTOR_MSIX, 12},
		.irq = 137,
		.configured = *configured,
	};
	const struct inspect_report report = {.vectors = &vector,
					      .vector_count = 1};
	struct json_object *object;

	*record = record_of(&report);
	object = item(*record, "vectors", 0);
	check_keys(object, "device kind vector irq configured ");
	check_text(object, "device", "0000:03:00.0");
	check_text(object, "kind", "msix");
	check_number(object, "vector", 12);
	check_number(object, "irq", 137);
	object = member(object, "configured");
	check_keys(object,
		   "path reason reasons irte gsi guest_vector vcpu "
		   "descriptor since vm vm_by_device route bypass_joined "
		   "apicv_inhibits update_error ");
	check_keys(member(object, "irte"), "mode index high low ");
	return object;
}

/* Numbers that are 0 must not be taken for unknown ones. */
static void set_irqfd(struct configured *c)
{
	set_on_irqfd(c);
	c->irte.index = 0;
	c->vcpu = 0;
	c->gsi = 0;
	msi_route_decode(0xfee0100c, 0x100, 0x141, true, &c->route);
	c->route_vcpus = 2;
	c->bypass_joined = KNOWN_NO;
	c->vm = (struct vm_identity){true, 4321, "qemu\xff"};
}

static void on_an_irqfd(void **state)
{
	struct json_object *record, *object, *part;
	struct configured c;

	(void)state;
	set_irqfd(&c);
	c.reasons = REASON_BIT(REASON_BYPASS_NOT_JOINED) |
		    REASON_BIT(REASON_APICV_INHIBITED) |
		    REASON_BIT(REASON_UPDATE_FAILED);
	c.inhibits_known = true;
	snprintf(c.inhibit_names, INHIBIT_NAMES_LEN, "hyperv,irqwin,40");
	c.update_error = -ENODEV;
	object = configured_of(&c, &record);
	check_text(object, "path", "irqfd");
	check_text(object, "reason", "apicv_inhibited");
	check_texts(object, "reasons",
		    "apicv_inhibited bypass_not_joined update_failed ");
	part = member(object, "irte");
	check_text(part, "mode", "remapped");
	check_number(part, "index", 0);
	check_text(part, "high", "0x40010");
	check_text(part, "low", "0x10000250009");
	check_number(object, "gsi", 0);
	check_number(object, "guest_vector", 0x41);
	check_number(object, "vcpu", 0);
	check_null(object, "descriptor");
	check_null(object, "since");
	check_number(member(object, "vm"), "pid", 4321);
	check_text(member(object, "vm"), "comm", "qemu\xef\xbf\xbd");
	check_bool(object, "vm_by_device", false);
	part = member(object, "route");
	check_keys(part, "type address data destination logical "
			 "redirection_hint delivery_mode guest_vector vcpus ");
	check_text(part, "type", "msi");
	check_text(part, "address", "0x100fee0100c");
	check_text(part, "data", "0x141");
	check_number(part, "destination", 0x101);
	check_bool(part, "logical", true);
	check_bool(part, "redirection_hint", true);
	check_text(part, "delivery_mode", "lowest_priority");
	check_number(part, "guest_vector", 0x41);
	check_number(part, "vcpus", 2);
	check_bool(object, "bypass_joined", false);
	check_texts(object, "apicv_inhibits", "hyperv irqwin 40 ");
	assert_int_equal(json_object_get_int(member(object, "update_error")),
			 -ENODEV);
	json_object_put(record);
}

static void posted(void **state)
{
	struct json_object *record, *object;
	struct configured c;

	(void)state;
	set_irqfd(&c);
	c.path = CONFIGURED_POSTED;
	c.reasons = 0;
	c.irte.low = 0x025e6e4000418001;
	irte_decode_intel(&c.irte);
	c.inhibits_known = true;
	c.bypass_joined = KNOWN_YES;
	c.since = SINCE_BEFORE_START;
	object = configured_of(&c, &record);
	check_text(object, "path", "posted");
	check_null(object, "reason");
	check_texts(object, "reasons", "");
	check_text(member(object, "irte"), "mode", "posted");
	check_text(member(object, "irte"), "low", "0x25e6e4000418001");
	check_text(object, "descriptor", "0x25e6e40");
	check_text(object, "since", "before_start");
	check_bool(object, "bypass_joined", true);
	check_texts(object, "apicv_inhibits", "");
	check_null(object, "update_error");
	json_object_put(record);

	c.since = SINCE_TIME;
	c.since_time_ns = TIME_NS;
	object = configured_of(&c, &record);
	check_text(object, "since", TIME);
	json_object_put(record);
}

/* What is not known is null, never 0 or false. */
static void unknown_and_unused(void **state)
{
	static const char *const keys[] = {
		"gsi",           "guest_vector",
		"vcpu",          "descriptor",
		"since",         "vm",
		"update_error",  "route",
		"bypass_joined", "apicv_inhibits",
	};
	struct json_object *record, *object;
	struct configured c;

	(void)state;
	configured_unknown(&c);
	object = configured_of(&c, &record);
	check_text(object, "path", "unknown");
	check_text(object, "reason", "unknown");
	check_text(member(object, "irte"), "mode", "unknown");
	check_null(member(object, "irte"), "index");
	check_null(member(object, "irte"), "high");
	check_null(member(object, "irte"), "low");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		check_null(object, keys[i]);
	json_object_put(record);

	configured_unused(&c);
	object = configured_of(&c, &record);
	check_text(object, "path", "unused");
	check_text(object, "reason", "unused");
	check_texts(object, "reasons", "unused ");
	check_text(member(object, "irte"), "mode", "none");
	json_object_put(record);
}

static void on_an_eventfd(void **state)
{
	struct json_object *record, *object;
	struct configured c;

	(void)state;
	configured_unknown(&c);
	c.path = CONFIGURED_EVENTFD;
	c.reasons = REASON_BIT(REASON_NO_IRQFD);
	c.vm = (struct vm_identity){true, 4321, ""};
	c.vm_by_device = true;
	object = configured_of(&c, &record);
	check_text(object, "path", "eventfd");
	check_text(object, "reason", "no_irqfd");
	check_null(object, "route");
	check_bool(object, "vm_by_device", true);
	check_number(member(object, "vm"), "pid", 4321);
	check_null(member(object, "vm"), "comm");
	json_object_put(record);
}

static void other_routes_are_a_type_alone(void **state)
{
	static const struct {
		enum route_kind kind;
		const char *type;
	} cases[] = {
		{ROUTE_NONE, "none"},
		{ROUTE_IRQCHIP, "irqchip"},
		{ROUTE_OTHER, "other"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct json_object *record, *route;
		struct configured c;

		set_irqfd(&c);
		c.route_kind = cases[i].kind;
		route = member(configured_of(&c, &record), "route");
		check_keys(route, "type ");
		check_text(route, "type", cases[i].type);
		json_object_put(record);
	}
}

/* 64-bit words as they are: a double would lose bits. */
static void large_words(void **state)
{
	struct json_object *record, *object;
	struct configured c;

	(void)state;
	set_irqfd(&c);
	c.irte.high = c.irte.low = UINT64_MAX;
	c.irte.mode = IRTE_POSTED;
	c.irte.descriptor = ~UINT64_C(63);
	c.route_vcpus = -1;
	c.route.destination = UINT32_MAX;
	object = configured_of(&c, &record);
	check_text(member(object, "irte"), "high", "0xffffffffffffffff");
	check_text(member(object, "irte"), "low", "0xffffffffffffffff");
	check_text(object, "descriptor", "0xffffffffffffffc0");
	check_number(member(object, "route"), "destination", UINT32_MAX);
	check_null(member(object, "route"), "vcpus");
	json_object_put(record);
}

static void hosts(void **state)
{
	const struct inspect_report able = {
		.time_ns = TIME_NS,
		.ts_ns = 77,
		.host = {.iommu = IOMMU_AMD,
			 .iommu_can_post = KNOWN_YES,
			 .posting_disabled = KNOWN_NO,
			 .apicv = KNOWN_YES,
			 .device_posting = NOT_KNOWN,
			 .kvm_module = "kvm_amd"},
	};
	const struct inspect_report bare = {
		.host = {.iommu = IOMMU_NONE,
			 .iommu_can_post = NOT_KNOWN,
			 .posting_disabled = NOT_KNOWN,
			 .apicv = NOT_KNOWN,
			 .device_posting = KNOWN_NO},
	};
	struct json_object *record = record_of(&able), *host;

	(void)state;
	check_text(record, "time", TIME);
	check_number(record, "ts_ns", 77);
	host = member(record, "host");
	check_keys(host, "iommu iommu_can_post posting_disabled kvm_module "
			 "apicv device_posted_irqs ");
	check_text(host, "iommu", "amd");
	check_bool(host, "iommu_can_post", true);
	check_bool(host, "posting_disabled", false);
	check_text(host, "kvm_module", "kvm_amd");
	check_bool(host, "apicv", true);
	check_null(host, "device_posted_irqs");
	json_object_put(record);

	record = record_of(&bare);
	host = member(record, "host");
	check_null(host, "iommu");
	check_null(host, "iommu_can_post");
	check_null(host, "posting_disabled");
	check_null(host, "kvm_module");
	check_null(host, "apicv");
	check_bool(host, "device_posted_irqs", false);
	check_texts(record, "vectors", "");
	check_texts(record, "devices", "");
	json_object_put(record);
}

static void devices_and_intx(void **state)
{
	struct inspected_device devices[] = {
		{{0, 3, 0, 0}, "vfio-pci", 2},
		{{0x10000, 0xff, 0x1f, 7}, "", 0},
	};
	struct inspected_vector vectors[] = {
		{.name = {{0, 3, 0, 0}, VECTOR_MSI, 31}, .irq = 40},
		{.name = {{0, 3, 0, 0}, VECTOR_INTX, 0}, .irq = 16},
	};
	const struct inspect_report report = {
		.devices = devices,
		.device_count = 2,
		.vectors = vectors,
		.vector_count = 2,
	};
	struct json_object *record, *object;

	(void)state;
	configured_unused(&vectors[0].configured);
	configured_unused(&vectors[1].configured);
	record = record_of(&report);
	object = item(record, "devices", 0);
	check_keys(object, "device driver vectors ");
	check_text(object, "device", "0000:03:00.0");
	check_text(object, "driver", "vfio-pci");
	check_number(object, "vectors", 2);
	object = item(record, "devices", 1);
	check_text(object, "device", "10000:ff:1f.7");
	check_null(object, "driver");
	check_number(object, "vectors", 0);
	check_text(item(record, "vectors", 0), "kind", "msi");
	check_text(item(record, "vectors", 1), "kind", "intx");
	check_number(item(record, "vectors", 1), "vector", 0);
	json_object_put(record);
}

static void write_errors_are_told(void **state)
{
	const struct inspect_report report = {0};
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(render_json_inspect(full, &report, &run), -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_an_irqfd),
		cmocka_unit_test(posted),
		cmocka_unit_test(unknown_and_unused),
		cmocka_unit_test(on_an_eventfd),
		cmocka_unit_test(other_routes_are_a_type_alone),
		cmocka_unit_test(large_words),
		cmocka_unit_test(hosts),
		cmocka_unit_test(devices_and_intx),
		cmocka_unit_test(write_errors_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
