// SPDX-License-Identifier: GPL-2.0-only
/* Devices asked for, of records that have others before and after them. */
#include "record_scene.h"

#include <string.h>

#include "replay_filter.h"

static struct pci_address wanted = {.bus = 2};

static struct options options(void)
{
	return (struct options){.devices = &wanted, .device_count = 1};
}

static void inspections_are_filtered(void **state)
{
	struct inspected_device devices[3];
	struct inspected_vector vectors[5];
	const struct options o = options();
	struct saved_record saved = {
		.inspection = {.devices = devices,
			       .device_count = ARRAY_SIZE(devices),
			       .vectors = vectors,
			       .vector_count = ARRAY_SIZE(vectors)},
		.record.type = RECORD_INSPECT,
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++)
		devices[i] = (struct inspected_device){
			.device = device_of_bus(i + 1)};
	/* Two of the second device, amid others. */
	for (unsigned int i = 0; i < ARRAY_SIZE(vectors); i++)
		vectors[i] = (struct inspected_vector){
			.name = {device_of_bus(i == 1 || i == 3 ? 2 : 1 + i),
				 VECTOR_MSIX, i},
		};
	assert_true(replay_filter(&o, &saved));
	assert_int_equal(saved.inspection.device_count, 1);
	assert_int_equal(devices[0].device.bus, 2);
	assert_int_equal(saved.inspection.vector_count, 2);
	assert_int_equal(vectors[0].name.vector, 1);
	assert_int_equal(vectors[1].name.vector, 3);
}

static void findings_are_filtered(void **state)
{
	struct device_vectors devices[3];
	const struct options o = options();
	struct saved_record saved = {
		.findings = {.devices = devices,
			     .device_count = ARRAY_SIZE(devices)},
		.record.type = RECORD_DOCTOR,
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++)
		devices[i] =
			(struct device_vectors){.device = device_of_bus(i + 1)};
	assert_true(replay_filter(&o, &saved));
	assert_int_equal(saved.findings.device_count, 1);
	assert_int_equal(devices[0].device.bus, 2);
}

static void changes_are_of_a_device(void **state)
{
	const struct options o = options();
	struct saved_record saved = {.record.type = RECORD_EVENT};

	(void)state;
	/* Of none that is known: whoever asks for one does not mean it. */
	assert_false(replay_filter(&o, &saved));
	saved.change.has_vector = true;
	saved.change.vector.device = device_of_bus(1);
	assert_false(replay_filter(&o, &saved));
	saved.change.vector.device = device_of_bus(2);
	assert_true(replay_filter(&o, &saved));
}

static void several_devices_are_wanted(void **state)
{
	struct pci_address both[] = {{.bus = 3}, {.bus = 1}};
	const struct options o = {.devices = both,
				  .device_count = ARRAY_SIZE(both)};
	struct device_vectors devices[3];
	struct saved_record saved = {
		.findings = {.devices = devices,
			     .device_count = ARRAY_SIZE(devices)},
		.record.type = RECORD_DOCTOR,
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++)
		devices[i] =
			(struct device_vectors){.device = device_of_bus(i + 1)};
	assert_true(replay_filter(&o, &saved));
	assert_int_equal(saved.findings.device_count, 2);
	assert_int_equal(devices[0].device.bus, 1);
	assert_int_equal(devices[1].device.bus, 3);
}

static void all_are_wanted_unless_some_are(void **state)
{
	const struct options all = {.device_count = 0};
	struct saved_record saved = {.record.type = RECORD_EVENT};

	(void)state;
	assert_true(replay_filter(&all, &saved));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inspections_are_filtered),
		cmocka_unit_test(findings_are_filtered),
		cmocka_unit_test(changes_are_of_a_device),
		cmocka_unit_test(several_devices_are_wanted),
		cmocka_unit_test(all_are_wanted_unless_some_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
