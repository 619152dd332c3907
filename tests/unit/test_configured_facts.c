// SPDX-License-Identifier: GPL-2.0-only
/* What is told of an interrupt besides its path and the reasons for it. */
#include "scene.h"

#include <errno.h>
#include <string.h>

/* Where the kernel notes each, "none for the host" is an answer. */
static void posted_to_a_vcpu_by_the_notes(void **state)
{
	static const struct patch patches[MAX_PATCHES] = {
		POSTED,
		PATCH(answer.noted_msi, 0),
		PATCH(answer.noted_vcpu, 1),
		PATCH(answer.posts_to_host, 1),
	};
	struct configured c;

	(void)state;
	interpret(patches, &c);
	assert_int_equal(c.irte.mode, IRTE_POSTED);
}

/* Only with x2APIC ids are there 32 bits of destination. */
static void destinations_have_eight_bits(void **state)
{
	static const int formats[] = {0, FACT_UNKNOWN};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		const struct patch patches[MAX_PATCHES] = {
			PATCH(answer.msi_address_hi, 0x100),
			PATCH(answer.x2apic_format, formats[i]),
		};
		struct configured c;

		interpret(patches, &c);
		assert_int_equal(c.route.destination, 1);
	}
}

static void facts_of_an_irqfd(void **state)
{
	static const struct patch patches[MAX_PATCHES] = {
		PATCH(answer.msi_address_hi, 0x100),
		PATCH(answer.x2apic_format, 1),
		PATCH(answer.apicv_inhibits, 5),
	};
	struct configured c;

	(void)state;
	interpret(patches, &c);
	assert_int_equal(c.irte.mode, IRTE_REMAPPED);
	assert_true(c.irte.words_known);
	assert_true(c.irte.low == REMAPPED_LOW && c.irte.high == ENTRY_HIGH);
	assert_int_equal(c.irte.index, 17);
	assert_int_equal(c.irte.descriptor, 0);
	assert_int_equal(c.guest_vector, 0x22);
	assert_int_equal(c.vcpu, 1);
	assert_int_equal(c.gsi, 24);
	assert_int_equal(c.route_kind, ROUTE_MSI);
	assert_int_equal(c.route.destination, 0x101);
	assert_int_equal(c.route_vcpus, 1);
	assert_int_equal(c.bypass_joined, KNOWN_YES);
	assert_true(c.vm.known);
	assert_int_equal(c.vm.pid, 4321);
	assert_string_equal(c.vm.comm, "");
	assert_false(c.vm_by_device);
	assert_true(c.inhibits_known);
	assert_int_equal(c.inhibits, 5);
	assert_string_equal(c.inhibit_names, "");
	assert_int_equal(c.since, SINCE_UNKNOWN);
}

static void facts_without_an_irqfd(void **state)
{
	static const struct patch patches[MAX_PATCHES] = {
		PATCH(answer.irqfd, 0),
		PATCH(answer.vm_by_device, 1),
		PATCH(answer.has_inhibits, FACT_UNKNOWN),
		PATCH(answer.chip, REMAPPING_NONE),
		PATCH(answer.entry_bytes, 0),
		PATCH(answer.entry_index, FACT_UNKNOWN),
	};
	struct configured c;

	(void)state;
	interpret(patches, &c);
	assert_int_equal(c.irte.mode, IRTE_NONE);
	assert_false(c.irte.words_known);
	assert_int_equal(c.irte.index, -1);
	assert_int_equal(c.irte.vector, -1);
	/* Left over from whatever was asked before. */
	assert_int_equal(c.guest_vector, -1);
	assert_int_equal(c.vcpu, -1);
	assert_int_equal(c.gsi, -1);
	assert_int_equal(c.route_kind, ROUTE_UNKNOWN);
	assert_int_equal(c.route_vcpus, -1);
	assert_int_equal(c.bypass_joined, NOT_KNOWN);
	assert_true(c.vm.known);
	assert_true(c.vm_by_device);
	assert_false(c.inhibits_known);
}

/* Who made the VM may not be known, though there is one. */
static void vm_without_a_process(void **state)
{
	static const struct patch patches[MAX_PATCHES] = {
		PATCH(answer.vm_pid, 0),
		PATCH(answer.irqchip_mode, 0),
	};
	struct configured c;

	(void)state;
	interpret(patches, &c);
	assert_false(c.vm.known);
	assert_int_equal(c.reasons, BIT(IRQCHIP_USERSPACE));
}

struct mode_case {
	struct patch patches[MAX_PATCHES];
	enum irte_mode mode;
	int guest_vector, vcpu;
};

/* The route says vCPU 1, 0x22; the entry 0x41, and who owns the descriptor. */
static const struct mode_case mode_cases[] = {
	{{POSTED, PATCH(answer.descriptor_vcpu, 3),
	  PATCH(answer.bypass_vcpu, 2)},
	 IRTE_POSTED,
	 0x41,
	 3},
	{{POSTED, PATCH(answer.bypass_vcpu, 2)}, IRTE_POSTED, 0x41, 2},
	{{POSTED}, IRTE_POSTED, 0x41, -1},
	{{POSTED, PATCH(answer.irqfd, 0)}, IRTE_POSTED, 0x41, -1},
	{{POSTED, PATCH(answer.noted_vcpu, 1)}, IRTE_POSTED, 0x41, -1},
	/* One note for posting to either, on the chip for host-posted MSIs. */
	{{POSTED, PATCH(answer.noted_vcpu, 1), PATCH(answer.posts_to_host, 1)},
	 IRTE_POSTED_MSI,
	 0x22,
	 1},
	{{POSTED, PATCH(answer.noted_vcpu, 1), PATCH(answer.posts_to_host, 1),
	  PATCH(answer.descriptor_vcpu, 0)},
	 IRTE_POSTED,
	 0x41,
	 0},
	/* To a CPU of the host: the guest gets what the route says. */
	{{POSTED, PATCH(answer.noted_msi, 1), PATCH(answer.noted_vcpu, 0),
	  PATCH(answer.descriptor_vcpu, 3)},
	 IRTE_POSTED_MSI,
	 0x22,
	 1},
	{{POSTED, PATCH(answer.noted_vcpu, 0)}, IRTE_UNKNOWN, 0x22, 1},
	{{POSTED, PATCH(answer.noted_vcpu, 0), PATCH(answer.noted_msi, 0)},
	 IRTE_UNKNOWN,
	 0x22,
	 1},
	/* Notes of what was remapped are not looked at. */
	{{PATCH(answer.noted_vcpu, 0)}, IRTE_REMAPPED, 0x22, 1},
	{{PATCH(answer.noted_msi, 1)}, IRTE_REMAPPED, 0x22, 1},
	{{PATCH(answer.chip, REMAPPING_AMD), PATCH(answer.low, 0x81),
	  PATCH(answer.high, 0x123456077), PATCH(answer.descriptor_vcpu, 3)},
	 IRTE_POSTED,
	 0x77,
	 3},
	{{PATCH(answer.chip, REMAPPING_AMD), PATCH(answer.low, 0x81),
	  PATCH(answer.entry_bytes, 4)},
	 IRTE_REMAPPED,
	 0x22,
	 1},
	/* There is an entry, and it could not be read. */
	{{PATCH(answer.entry_bytes, 0)}, IRTE_UNKNOWN, 0x22, 1},
	{{PATCH(answer.chip, REMAPPING_AMD), PATCH(answer.entry_bytes, 0)},
	 IRTE_UNKNOWN,
	 0x22,
	 1},
	{{PATCH(answer.chip, REMAPPING_OTHER), PATCH(answer.entry_bytes, 0)},
	 IRTE_UNKNOWN,
	 0x22,
	 1},
	{{PATCH(answer.chip, REMAPPING_NONE), PATCH(answer.entry_bytes, 0)},
	 IRTE_NONE,
	 0x22,
	 1},
	{{PATCH(answer.low, 0)}, IRTE_NONE, 0x22, 1},
	/* No MSI, no vector. */
	{{PATCH(answer.route_type, 1)}, IRTE_REMAPPED, -1, -1},
};

static void the_entry_decides_where_to(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mode_cases); i++) {
		const struct mode_case *expected = &mode_cases[i];
		struct configured c;

		interpret(expected->patches, &c);
		if (c.irte.mode != expected->mode || c.vcpu != expected->vcpu ||
		    c.guest_vector != expected->guest_vector)
			fail_msg("%zu: %s, vCPU %d, vector %#x", i,
				 irte_mode_name(c.irte.mode), c.vcpu,
				 (unsigned int)c.guest_vector);
	}
}

static void failures_are_noted(void **state)
{
	static const struct patch none[MAX_PATCHES] = {{0}};
	static const struct patch no_bypass[MAX_PATCHES] = {
		PATCH(answer.has_producer, 0)};
	static const struct patch posted[MAX_PATCHES] = {POSTED};
	struct configured c;

	(void)state;
	/* What was not known is known now. */
	interpret(none, &c);
	configured_note_failure(&c, -EINVAL);
	assert_int_equal(c.reasons, BIT(UPDATE_FAILED));
	assert_int_equal(c.update_error, -EINVAL);

	interpret(no_bypass, &c);
	configured_note_failure(&c, -ENODEV);
	assert_int_equal(c.reasons,
			 BIT(UPDATE_FAILED) | BIT(BYPASS_NOT_JOINED));
	assert_int_equal(c.update_error, -ENODEV);

	/* It is posted all the same: nothing is to be explained. */
	interpret(posted, &c);
	configured_note_failure(&c, -EINVAL);
	assert_int_equal(c.reasons, 0);
	assert_int_equal(c.update_error, 0);

	/* Nor of one that is no more: its failures went with it. */
	configured_unused(&c);
	configured_note_failure(&c, -EINVAL);
	assert_int_equal(c.reasons, BIT(UNUSED));
	assert_int_equal(c.update_error, 0);
}

static void without_an_answer(void **state)
{
	struct configured c;

	(void)state;
	memset(&c, 0, sizeof(c));
	configured_unknown(&c);
	assert_int_equal(c.path, CONFIGURED_UNKNOWN);
	assert_int_equal(c.reasons, BIT(UNKNOWN));
	assert_int_equal(c.irte.mode, IRTE_UNKNOWN);
	assert_false(c.irte.words_known || c.vm.known || c.inhibits_known);
	assert_int_equal(c.irte.index, -1);
	assert_int_equal(c.irte.vector, -1);
	assert_int_equal(c.guest_vector, -1);
	assert_int_equal(c.vcpu, -1);
	assert_int_equal(c.gsi, -1);
	assert_int_equal(c.route_vcpus, -1);
	assert_int_equal(c.route_kind, ROUTE_UNKNOWN);
	assert_int_equal(c.bypass_joined, NOT_KNOWN);

	configured_unused(&c);
	assert_int_equal(c.path, CONFIGURED_UNUSED);
	assert_int_equal(c.reasons, BIT(UNUSED));
	assert_int_equal(c.irte.mode, IRTE_NONE);
	assert_int_equal(c.gsi, -1);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(configured_path_name(CONFIGURED_UNKNOWN),
			    "unknown");
	assert_string_equal(configured_path_name(CONFIGURED_POSTED), "posted");
	assert_string_equal(configured_path_name(CONFIGURED_IRQFD), "irqfd");
	assert_string_equal(configured_path_name(CONFIGURED_EVENTFD),
			    "eventfd");
	assert_string_equal(configured_path_name(CONFIGURED_MASKED), "masked");
	assert_string_equal(configured_path_name(CONFIGURED_UNUSED), "unused");
	assert_string_equal(configured_path_name(CONFIGURED_HOST), "host");
	assert_null(route_kind_name(ROUTE_UNKNOWN));
	assert_string_equal(route_kind_name(ROUTE_NONE), "none");
	assert_string_equal(route_kind_name(ROUTE_MSI), "msi");
	assert_string_equal(route_kind_name(ROUTE_IRQCHIP), "irqchip");
	assert_string_equal(route_kind_name(ROUTE_OTHER), "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destinations_have_eight_bits),
		cmocka_unit_test(posted_to_a_vcpu_by_the_notes),
		cmocka_unit_test(facts_of_an_irqfd),
		cmocka_unit_test(facts_without_an_irqfd),
		cmocka_unit_test(vm_without_a_process),
		cmocka_unit_test(the_entry_decides_where_to),
		cmocka_unit_test(failures_are_noted),
		cmocka_unit_test(without_an_answer),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
