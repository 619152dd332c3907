/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types of the real module that are in no header for modules from elsewhere,
 * with the names that its kernel gives the fields.
 */
#ifndef STANDIN_TYPES_H
#define STANDIN_TYPES_H

#include <linux/hrtimer.h>
#include <linux/kvm_host.h>
#include <linux/version.h>

#include <kvm/iodev.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)

#include <asm/posted_intr.h>

#else

#define POSTED_INTR_ON 0
#define POSTED_INTR_SN 1

/* The posted-interrupt descriptor. */
struct pi_desc {
	u32 pir[8];
	union {
		struct {
			u16 on : 1;
			u16 sn : 1;
			u16 rsvd_1 : 14;
			u8 nv;
			u8 rsvd_2;
			u32 ndst;
		};
		u64 control;
	};
	u32 rsvd[6];
} __aligned(64);

#endif

struct kvm_timer {
	struct hrtimer timer;
	s64 period;
	ktime_t target_expiration;
	u32 timer_mode;
	u32 timer_mode_mask;
	u64 tscdeadline;
	u64 expired_tscdeadline;
	u32 timer_advance_ns;
	atomic_t pending;
	bool hv_timer_in_use;
};

/* KVM's own: the layout must be right. */
struct kvm_lapic {
	unsigned long base_address;
	struct kvm_io_device dev;
	struct kvm_timer lapic_timer;
	u32 divide_count;
	struct kvm_vcpu *vcpu;
	bool apicv_active;
	bool sw_enabled;
	bool irr_pending;
	bool lvt0_in_nmi_mode;
	s16 isr_count;
	int highest_isr_cache;
	void *regs;
	gpa_t vapic_addr;
	struct gfn_to_hva_cache vapic_cache;
	unsigned long pending_events;
	unsigned int sipi_vector;
	int nr_lvt_entries;
};

struct vcpu_vmx {
	struct kvm_vcpu vcpu;
	struct pi_desc pi_desc;
	struct list_head pi_wakeup_list; /* of wakeup_vcpus_on_cpu */
};

/*
 * The VMs here are those of kvm_amd, whose vCPUs have no descriptor: of them
 * this is only an address, never to be used as a pointer. Nor are they aligned
 * as those of kvm_intel are; the IOMMU's entry has no room for the low bits.
 */
static inline u64 descriptor_address(struct kvm_vcpu *vcpu)
{
	return ALIGN_DOWN(__pa(vcpu) + offsetof(struct vcpu_vmx, pi_desc),
			  __alignof__(struct pi_desc));
}

#endif
