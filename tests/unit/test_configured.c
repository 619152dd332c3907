// SPDX-License-Identifier: GPL-2.0-only
/* Which way an interrupt goes, and why: each case a few changes of a scene. */
#include "scene.h"

#include <string.h>

#define NMI    0x400u
#define LOWEST 0x100u
#define HINT   0xfee01008u

struct situation {
	const char *what;
	struct patch patches[MAX_PATCHES];
	enum configured_path path;
	reason_set reasons;
};

/* Which way it goes, with the reasons that this alone gives. */
static const struct situation paths[] = {
	{"nothing is against it", {{0}}, CONFIGURED_IRQFD, BIT(UNKNOWN)},
	{"posted", {POSTED}, CONFIGURED_POSTED, 0},
	{"posted, noted so",
	 {POSTED, PATCH(answer.noted_vcpu, 1), PATCH(answer.noted_msi, 0)},
	 CONFIGURED_POSTED,
	 0},
	{"posted, whatever seems to be against it",
	 {POSTED, PATCH(host.iommu_can_post, KNOWN_NO),
	  PATCH(host.posting_disabled, KNOWN_YES),
	  PATCH(answer.has_producer, 0), PATCH(answer.irqchip_mode, 0)},
	 CONFIGURED_POSTED,
	 0},
	{"posted, and the irqfd was not found",
	 {POSTED, PATCH(answer.irqfd, 0)},
	 CONFIGURED_POSTED,
	 0},
	{"posted by AMD",
	 {PATCH(answer.chip, REMAPPING_AMD), PATCH(answer.low, 0x81),
	  PATCH(answer.high, 0x123456041), PATCH(host.iommu, IOMMU_AMD),
	  PATCH(setting.amd_guest_ir, 2)},
	 CONFIGURED_POSTED,
	 0},
	{"remapped by AMD",
	 {PATCH(answer.chip, REMAPPING_AMD), PATCH(answer.low, 0x8001),
	  PATCH(answer.high, 0x22), PATCH(host.iommu, IOMMU_AMD),
	  PATCH(setting.amd_guest_ir, 2)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	/* In the short format bit 7 is a part of the destination's mode. */
	{"remapped by AMD's old format",
	 {PATCH(answer.chip, REMAPPING_AMD), PATCH(answer.low, 0x81),
	  PATCH(answer.entry_bytes, 4)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"posted to the host's own descriptor",
	 {POSTED, PATCH(answer.noted_msi, 1), PATCH(answer.noted_vcpu, 0)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"posted, but the kernel has not noted it",
	 {POSTED, PATCH(answer.noted_vcpu, 0), PATCH(answer.noted_msi, 0)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
	/* What cannot be read may be a posted one, if there are such. */
	{"an entry that cannot be read",
	 {PATCH(answer.entry_bytes, 0)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
	{"an entry that cannot be read, where one may be posted",
	 {PATCH(answer.entry_bytes, 0), PATCH(host.iommu_can_post, NOT_KNOWN)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
	{"an entry that cannot be read, where none can be posted",
	 {PATCH(answer.entry_bytes, 0), PATCH(host.iommu_can_post, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(IOMMU_NO_POSTING)},
	{"an entry that cannot be read, without an irqfd",
	 {PATCH(answer.entry_bytes, 0), PATCH(answer.irqfd, 0),
	  PATCH(answer.kvm, 0)},
	 CONFIGURED_EVENTFD,
	 BIT(NO_IRQFD)},
	{"an irqfd would not be found",
	 {PATCH(answer.irqfd, 0), PATCH(answer.kvm, 0),
	  PATCH(answer.knows_irqfds, 0)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
	{"no irqfd",
	 {PATCH(answer.irqfd, 0), PATCH(answer.kvm, 0)},
	 CONFIGURED_EVENTFD,
	 BIT(NO_IRQFD)},
	{"masked in the chip",
	 {PATCH(answer.state, 0x20000)},
	 CONFIGURED_MASKED,
	 BIT(MASKED)},
	{"masked, and posted",
	 {POSTED, PATCH(answer.state, 0x10000)},
	 CONFIGURED_MASKED,
	 BIT(MASKED)},
	{"masked by VFIO",
	 {PATCH(answer.intx_masked, 1)},
	 CONFIGURED_MASKED,
	 BIT(MASKED)},
	{"not masked by VFIO",
	 {PATCH(answer.intx_masked, 0)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"other bits of the state",
	 {PATCH(answer.state, ~MASKED_BITS)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"which bits mean masked is not known",
	 {PATCH(answer.state, UINT32_MAX), PATCH(setting.masked_bits, 0)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"no handler",
	 {NO_ACTION, PATCH(answer.has_action, 0)},
	 CONFIGURED_UNUSED,
	 BIT(UNUSED)},
	{"no handler, and masked",
	 {NO_ACTION, PATCH(answer.has_action, 0),
	  PATCH(answer.state, MASKED_BITS)},
	 CONFIGURED_UNUSED,
	 BIT(UNUSED)},
	{"a handler that is not VFIO's",
	 {NO_ACTION, PATCH(setting.is_vfio, false)},
	 CONFIGURED_HOST,
	 BIT(HOST_MANAGED)},
	{"a handler that is not VFIO's on a line of VFIO's device",
	 {NO_ACTION},
	 CONFIGURED_HOST,
	 BIT(HOST_MANAGED)},
	{"no handler, of a driver of the host",
	 {NO_ACTION, PATCH(answer.has_action, 0),
	  PATCH(setting.is_vfio, false)},
	 CONFIGURED_HOST,
	 BIT(HOST_MANAGED)},
	{"torn",
	 {POSTED, PATCH(answer.torn, 1)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
	{"torn, and no handler any more",
	 {NO_ACTION, PATCH(answer.has_action, 0), PATCH(answer.torn, 1)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
};

/* What the host allows. */
static const struct situation hosts[] = {
	{"no remapping",
	 {PATCH(answer.chip, REMAPPING_NONE), PATCH(answer.entry_bytes, 0)},
	 CONFIGURED_IRQFD,
	 BIT(REMAPPING_OFF)},
	/* That no IOMMU could post goes without saying then. */
	{"no IOMMU",
	 {PATCH(answer.chip, REMAPPING_NONE), PATCH(answer.entry_bytes, 0),
	  PATCH(host.iommu, IOMMU_NONE), PATCH(host.iommu_can_post, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(REMAPPING_OFF)},
	{"remapped by something else",
	 {PATCH(answer.chip, REMAPPING_OTHER), PATCH(answer.entry_bytes, 0)},
	 CONFIGURED_UNKNOWN,
	 BIT(UNKNOWN)},
	{"nopost",
	 {PATCH(host.posting_disabled, KNOWN_YES)},
	 CONFIGURED_IRQFD,
	 BIT(POSTING_DISABLED)},
	{"whether nopost was said is not known",
	 {PATCH(host.posting_disabled, NOT_KNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"AMD's old format, which the IOMMU need not have used",
	 {PATCH(host.iommu, IOMMU_AMD), PATCH(setting.amd_guest_ir, 0)},
	 CONFIGURED_IRQFD,
	 BIT(POSTING_DISABLED)},
	{"AMD's new format without guest mode",
	 {PATCH(host.iommu, IOMMU_AMD), PATCH(setting.amd_guest_ir, 1)},
	 CONFIGURED_IRQFD,
	 BIT(POSTING_DISABLED)},
	{"AMD's guest mode",
	 {PATCH(host.iommu, IOMMU_AMD), PATCH(setting.amd_guest_ir, 2)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"AMD, and its mode is not known",
	 {PATCH(host.iommu, IOMMU_AMD)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"AMD without guest mode, as its IOMMU has none",
	 {PATCH(host.iommu, IOMMU_AMD), PATCH(setting.amd_guest_ir, 1),
	  PATCH(host.iommu_can_post, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(IOMMU_NO_POSTING)},
	{"that variable on Intel",
	 {PATCH(setting.amd_guest_ir, 0)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"an IOMMU that cannot post",
	 {PATCH(host.iommu_can_post, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(IOMMU_NO_POSTING)},
	{"whether it can is not known",
	 {PATCH(host.iommu_can_post, NOT_KNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"no APICv",
	 {PATCH(host.apicv, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(APICV_OFF)},
	{"APICv is not known",
	 {PATCH(host.apicv, NOT_KNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"KVM's parameter",
	 {PATCH(host.device_posting, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(DEVICE_POSTING_OFF)},
	{"KVM's parameter, and the rest is not known",
	 {PATCH(host.device_posting, KNOWN_NO),
	  PATCH(host.iommu_can_post, NOT_KNOWN), PATCH(host.apicv, NOT_KNOWN),
	  PATCH(host.posting_disabled, NOT_KNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(DEVICE_POSTING_OFF)},
	{"KVM's parameter, on",
	 {PATCH(host.device_posting, KNOWN_YES)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	/* KVM clears it itself, so it is no reason of its own. */
	{"KVM's parameter, for lack of APICv",
	 {PATCH(host.device_posting, KNOWN_NO), PATCH(host.apicv, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(APICV_OFF)},
	{"KVM's parameter, for lack of posting",
	 {PATCH(host.device_posting, KNOWN_NO),
	  PATCH(host.iommu_can_post, KNOWN_NO)},
	 CONFIGURED_IRQFD,
	 BIT(IOMMU_NO_POSTING)},
	{"KVM's parameter, for nopost",
	 {PATCH(host.device_posting, KNOWN_NO),
	  PATCH(host.posting_disabled, KNOWN_YES)},
	 CONFIGURED_IRQFD,
	 BIT(POSTING_DISABLED)},
};

/* What the VM and its irqfd are like. */
static const struct situation vms[] = {
	{"interrupt controller in user space",
	 {PATCH(answer.irqchip_mode, 0)},
	 CONFIGURED_IRQFD,
	 BIT(IRQCHIP_USERSPACE)},
	{"interrupt controller not known",
	 {PATCH(answer.irqchip_mode, FACT_UNKNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"split irqchip",
	 {PATCH(answer.irqchip_mode, 2)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"the VM that has the device takes no irqfd",
	 {PATCH(answer.irqfd, 0), PATCH(answer.vm_by_device, 1),
	  PATCH(answer.irqchip_mode, 0)},
	 CONFIGURED_EVENTFD,
	 BIT(NO_IRQFD) | BIT(IRQCHIP_USERSPACE)},
	/* Zeroes are facts only of a VM that there is. */
	{"no VM",
	 {PATCH(answer.irqfd, 0), PATCH(answer.kvm, 0),
	  PATCH(answer.irqchip_mode, 0), PATCH(answer.assigned_devices, 0),
	  PATCH(answer.apicv_inhibits, 1)},
	 CONFIGURED_EVENTFD,
	 BIT(NO_IRQFD)},
	{"inhibited",
	 {PATCH(answer.apicv_inhibits, UINT64_C(1) << 40)},
	 CONFIGURED_IRQFD,
	 BIT(APICV_INHIBITED)},
	{"inhibited, which Intel's code does not heed",
	 {PATCH(answer.apicv_inhibits, 1),
	  PATCH(host.kvm_module, (uintptr_t) "kvm_intel")},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"inhibited, with AMD's code",
	 {PATCH(answer.apicv_inhibits, 1),
	  PATCH(host.kvm_module, (uintptr_t) "kvm_amd")},
	 CONFIGURED_IRQFD,
	 BIT(APICV_INHIBITED)},
	{"inhibits not known",
	 {PATCH(answer.apicv_inhibits, 1),
	  PATCH(answer.has_inhibits, FACT_UNKNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"no assigned device",
	 {PATCH(answer.assigned_devices, 0)},
	 CONFIGURED_IRQFD,
	 BIT(NO_ASSIGNED_DEVICE)},
	{"assigned devices not known",
	 {PATCH(answer.assigned_devices, FACT_UNKNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"no bypass",
	 {PATCH(answer.has_producer, 0)},
	 CONFIGURED_IRQFD,
	 BIT(BYPASS_NOT_JOINED)},
	{"no route",
	 {PATCH(answer.route_type, 0)},
	 CONFIGURED_IRQFD,
	 BIT(NO_ROUTE)},
	{"route not known",
	 {PATCH(answer.route_type, FACT_UNKNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"route to a pin",
	 {PATCH(answer.route_type, 1)},
	 CONFIGURED_IRQFD,
	 BIT(ROUTE_NOT_MSI)},
	{"route of Hyper-V",
	 {PATCH(answer.route_type, 4)},
	 CONFIGURED_IRQFD,
	 BIT(ROUTE_NOT_MSI)},
	/* It would not be joined, and no message goes anywhere. */
	{"route to a pin, with all that an MSI must not be",
	 {PATCH(answer.route_type, 1), PATCH(answer.msi_data, NMI),
	  PATCH(answer.route_vcpus, 0), PATCH(answer.is_broadcast, 1),
	  PATCH(answer.has_producer, 0)},
	 CONFIGURED_IRQFD,
	 BIT(ROUTE_NOT_MSI)},
};

/* Where the guest's message goes. */
static const struct situation messages[] = {
	{"NMI",
	 {PATCH(answer.msi_data, NMI)},
	 CONFIGURED_IRQFD,
	 BIT(DELIVERY_MODE)},
	{"SMI",
	 {PATCH(answer.msi_data, 0x200)},
	 CONFIGURED_IRQFD,
	 BIT(DELIVERY_MODE)},
	{"ExtINT",
	 {PATCH(answer.msi_data, 0x722)},
	 CONFIGURED_IRQFD,
	 BIT(DELIVERY_MODE)},
	{"lowest priority",
	 {PATCH(answer.msi_data, LOWEST | 0x22)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"several",
	 {PATCH(answer.route_vcpus, 2)},
	 CONFIGURED_IRQFD,
	 BIT(SEVERAL_DESTINATIONS)},
	{"lowest priority of several",
	 {PATCH(answer.route_vcpus, 2), PATCH(answer.msi_data, LOWEST | 0x22)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"one of several by the hint",
	 {PATCH(answer.route_vcpus, 4), PATCH(answer.msi_address_lo, HINT)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"broadcast",
	 {PATCH(answer.route_vcpus, 2), PATCH(answer.is_broadcast, 1)},
	 CONFIGURED_IRQFD,
	 BIT(SEVERAL_DESTINATIONS)},
	{"broadcast to the only vCPU",
	 {PATCH(answer.route_vcpus, 1), PATCH(answer.is_broadcast, 1)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
	{"lowest priority of all",
	 {PATCH(answer.route_vcpus, 2), PATCH(answer.is_broadcast, 1),
	  PATCH(answer.msi_data, LOWEST | 0x22)},
	 CONFIGURED_IRQFD,
	 BIT(SEVERAL_DESTINATIONS)},
	{"one of all by the hint",
	 {PATCH(answer.route_vcpus, 2), PATCH(answer.is_broadcast, 1),
	  PATCH(answer.msi_address_lo, HINT)},
	 CONFIGURED_IRQFD,
	 BIT(SEVERAL_DESTINATIONS)},
	{"NMI to several",
	 {PATCH(answer.route_vcpus, 2), PATCH(answer.msi_data, NMI)},
	 CONFIGURED_IRQFD,
	 BIT(DELIVERY_MODE) | BIT(SEVERAL_DESTINATIONS)},
	{"to nobody",
	 {PATCH(answer.route_vcpus, 0), PATCH(answer.route_vcpu, FACT_UNKNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(NO_DESTINATION)},
	{"to whom is not known",
	 {PATCH(answer.route_vcpus, FACT_UNKNOWN),
	  PATCH(answer.route_vcpu, FACT_UNKNOWN)},
	 CONFIGURED_IRQFD,
	 BIT(UNKNOWN)},
};

#define CHECK(situations, seen, seen_paths)                                    \
	check_situations(situations, ARRAY_SIZE(situations), seen, seen_paths)

static void check_situations(const struct situation *situations, size_t count,
			     reason_set *seen, unsigned int *seen_paths)
{
	for (size_t i = 0; i < count; i++) {
		const struct situation *situation = &situations[i];
		struct configured c;

		interpret(situation->patches, &c);
		if (c.path != situation->path ||
		    c.reasons != situation->reasons)
			fail_msg("%s: %s, reasons %#x, not %#x",
				 situation->what, configured_path_name(c.path),
				 c.reasons, situation->reasons);
		assert_int_equal(c.update_error, 0);
		*seen |= c.reasons;
		*seen_paths |= 1u << c.path;
	}
}

static void paths_and_reasons(void **state)
{
	const reason_set all = REASON_BIT(REASON_COUNT) - 1;
	unsigned int seen_paths = 0;
	reason_set seen = 0;

	(void)state;
	CHECK(paths, &seen, &seen_paths);
	CHECK(hosts, &seen, &seen_paths);
	CHECK(vms, &seen, &seen_paths);
	CHECK(messages, &seen, &seen_paths);
	/* None is left out here. Failures are noted by another function. */
	assert_int_equal(seen, all & ~BIT(UPDATE_FAILED));
	assert_int_equal(seen_paths, (1u << (CONFIGURED_HOST + 1)) - 1);
}

/* All that can stand in the way of one interrupt goes, one by one. */
static void the_first_reason_decides(void **state)
{
	static const struct patch obstacles[] = {
		PATCH(answer.state, MASKED_BITS),
		PATCH(host.posting_disabled, KNOWN_YES),
		PATCH(host.iommu_can_post, KNOWN_NO),
		PATCH(host.apicv, KNOWN_NO),
		PATCH(host.device_posting, KNOWN_NO),
		PATCH(answer.irqchip_mode, 0),
		PATCH(answer.msi_data, NMI),
		PATCH(answer.route_vcpus, 0),
		PATCH(answer.apicv_inhibits, 1),
		PATCH(answer.assigned_devices, 0),
		PATCH(answer.has_producer, 0),
	};
	static const enum reason order[] = {
		REASON_MASKED,
		REASON_POSTING_DISABLED,
		REASON_IOMMU_NO_POSTING,
		REASON_APICV_OFF,
		REASON_DEVICE_POSTING_OFF,
		REASON_IRQCHIP_USERSPACE,
		REASON_DELIVERY_MODE,
		REASON_NO_DESTINATION,
		REASON_APICV_INHIBITED,
		REASON_NO_ASSIGNED_DEVICE,
		REASON_BYPASS_NOT_JOINED,
	};

	(void)state;
	for (size_t first = 0; first < ARRAY_SIZE(obstacles); first++) {
		struct configured c;
		struct scene scene;

		set_scene(&scene);
		for (size_t i = first; i < ARRAY_SIZE(obstacles); i++)
			apply_patch(&scene, &obstacles[i]);
		configured_interpret(&scene.answer, &scene.setting, &c);
		assert_string_equal(reason_word(reason_first(c.reasons)),
				    reason_word(order[first]));
		/* The last one alone is always among them. */
		assert_true(c.reasons & BIT(BYPASS_NOT_JOINED));
	}
}

/* KVM's types are not known while it is not loaded, and there are no irqfds. */
static void without_kvm_there_is_no_irqfd(void **state)
{
	static const struct patch patches[MAX_PATCHES] = {
		PATCH(answer.irqfd, 0),        PATCH(answer.kvm, 0),
		PATCH(answer.knows_irqfds, 0), PATCH(host.kvm_loaded, false),
		PATCH(host.apicv, NOT_KNOWN),
	};
	struct configured c;

	(void)state;
	interpret(patches, &c);
	assert_string_equal(configured_path_name(c.path), "eventfd");
	assert_string_equal(reason_word(reason_first(c.reasons)), "no_irqfd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_and_reasons),
		cmocka_unit_test(the_first_reason_decides),
		cmocka_unit_test(without_kvm_there_is_no_irqfd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
