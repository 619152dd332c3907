// SPDX-License-Identifier: GPL-2.0-only
#include "scene.h"

#include <string.h>

/* x86 keeps the low bytes of a number first. */
void apply_patch(struct scene *scene, const struct patch *patch)
{
	memcpy((char *)scene + patch->offset, &patch->value, patch->size);
}

void set_scene(struct scene *scene)
{
	*scene = (struct scene){
		.answer = {.has_action = 1,
			   .action = "vfio-msix[3](0000:03:00.0)",
			   .eventfd = 0x1000,
			   .intx_masked = FACT_UNKNOWN,
			   .msi_index = 3,
			   .chip = REMAPPING_INTEL,
			   .entry_bytes = 16,
			   .low = REMAPPED_LOW,
			   .high = ENTRY_HIGH,
			   .entry_index = 17,
			   .noted_vcpu = FACT_UNKNOWN,
			   .noted_msi = FACT_UNKNOWN,
			   .knows_irqfds = 1,
			   .irqfd = 0x2000,
			   .gsi = 24,
			   .route_type = 2,
			   .msi_address_lo = 0xfee01000,
			   .msi_data = 0x22,
			   .has_producer = 1,
			   .route_vcpus = 1,
			   .route_vcpu = 1,
			   .bypass_vcpu = FACT_UNKNOWN,
			   .has_bypass_vcpu = FACT_UNKNOWN,
			   .kvm = 0x3000,
			   .vm_pid = 4321,
			   .irqchip_mode = 1,
			   .x2apic_format = 0,
			   .assigned_devices = 1,
			   .has_inhibits = 1,
			   .descriptor_vcpu = FACT_UNKNOWN},
		.host = {.iommu = IOMMU_INTEL,
			 .iommu_can_post = KNOWN_YES,
			 .posting_disabled = KNOWN_NO,
			 .apicv = KNOWN_YES,
			 .device_posting = NOT_KNOWN,
			 .kvm_loaded = true},
		.setting = {.amd_guest_ir = FACT_UNKNOWN,
			    .masked_bits = MASKED_BITS,
			    .is_vfio = true},
	};
	scene->setting.host = &scene->host;
}

void set_on_irqfd(struct configured *c)
{
	configured_unknown(c);
	c->path = CONFIGURED_IRQFD;
	c->irte = (struct irte){
		.mode = IRTE_REMAPPED,
		.words_known = true,
		.high = ENTRY_HIGH,
		.low = REMAPPED_LOW,
		.index = 17,
		.vector = -1,
	};
	c->guest_vector = 0x41;
	c->vcpu = 1;
	c->gsi = 24;
	c->route_kind = ROUTE_MSI;
	msi_route_decode(0xfee01000, 0, 0x41, false, &c->route);
	c->route_vcpus = 1;
	c->bypass_joined = KNOWN_YES;
}

void interpret(const struct patch patches[MAX_PATCHES],
	       struct configured *configured)
{
	struct scene scene;

	set_scene(&scene);
	for (int i = 0; i < MAX_PATCHES && patches[i].size; i++)
		apply_patch(&scene, &patches[i]);
	memset(configured, 0xff, sizeof(*configured));
	configured_interpret(&scene.answer, &scene.setting, configured);
}
