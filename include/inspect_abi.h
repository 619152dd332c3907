/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is asked of the program "inspect", and what it finds out about one
 * interrupt: raw facts of the kernel, for src/configured.c to make sense of.
 * One reader at a time; the question is asked by reading the sysfs file
 * /sys/kernel/irq/N/actions, so the answer is there once that read returns.
 */
#ifndef PITRACE_INSPECT_ABI_H
#define PITRACE_INSPECT_ABI_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#include "probe_abi.h"

/* In fields that cannot be negative otherwise. */
#define FACT_UNKNOWN (-1)

/* The interrupt-remapping chip among those that the interrupt goes through. */
enum remapping_chip {
	REMAPPING_NONE,
	REMAPPING_INTEL,
	REMAPPING_AMD,
	REMAPPING_OTHER,
};

/* By begin_inspection(), again whenever modules have come or gone. */
struct inspect_host {
	__u32 reader; /* the thread group whose reads are questions */
	__u64 irqfd_wakeup; /* address; 0: unknown */
	__u64 page_offset; /* of the kernel's direct map; 0: unknown */
	__u64 wakeup_list; /* kvm_intel's wakeup_vcpus_on_cpu, of each CPU */
	__s32 amd_guest_ir; /* enum amd_iommu_intr_mode_type */
};

struct inspect_question {
	__u32 nth; /* of VFIO's actions on a line that is shared */
	__u32 is_vfio; /* a VFIO driver has the device */
};

struct inspect_answer {
	__u32 count; /* of answers, this one included */
	__u32 irq;

	/* The action: VFIO's nth, or the first where VFIO has none. */
	__u32 has_action;
	char action[VECTOR_NAME_LEN];
	__u64 eventfd; /* struct eventfd_ctx that it signals; 0: none */
	__u32 torn; /* action or entry changed while they were looked at */
	__u32 state; /* irq_common_data.state_use_accessors */
	__s32 intx_masked; /* by VFIO */
	__s32 msi_index;

	/*
	 * Its entry in the remapping table: Intel's as it stands there, AMD's
	 * as the driver has it, which writes it there.
	 */
	__u32 chip; /* enum remapping_chip */
	__s32 entry_bytes; /* 16, or 4 of AMD's legacy format; 0: not read */
	__u64 low, high;
	__s32 entry_index;
	__u32 posts_to_host; /* its chip is the one for host-posted MSIs */
	/* What the kernel has noted, where it has such notes. */
	__s32 noted_vcpu, noted_msi;

	/* The irqfd on the eventfd, and its route. */
	__u32 knows_irqfds; /* if there is one, it was found */
	__u64 irqfd;
	__s32 gsi;
	__s32 route_type; /* KVM_IRQ_ROUTING_*, 0: no one route */
	__u32 msi_address_lo, msi_address_hi, msi_data;
	__s32 has_producer; /* the irqbypass producer is joined to it */
	__u32 is_broadcast;
	__s32 route_vcpus; /* that the message reaches now */
	__s32 route_vcpu; /* vcpu_id, if that is one */
	__s32 bypass_vcpu; /* vcpu_id of irqfd.irq_bypass_vcpu */
	__s32 has_bypass_vcpu; /* FACT_UNKNOWN: this kernel keeps none */

	/* The VM: the irqfd's, else the one that the device was given to. */
	__u64 kvm;
	__u32 vm_by_device;
	__s32 vm_pid;
	__s32 irqchip_mode; /* enum kvm_irqchip_mode: 0 is none */
	__s32 x2apic_format; /* of destinations in routes */
	__s32 assigned_devices;
	__s32 has_inhibits;
	__u64 apicv_inhibits; /* bits by enum kvm_apicv_inhibit */

	__s32 descriptor_vcpu; /* vcpu_id whose descriptor the entry has */
};

struct inspection {
	struct inspect_host host;
	struct inspect_question question;
	struct inspect_answer answer;
};

#endif
