/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an interrupt would do now, and if it is not posted, why: sense made of
 * the facts that the program "inspect" read. Pure: needs no kernel.
 */
#ifndef PITRACE_CONFIGURED_H
#define PITRACE_CONFIGURED_H

#include <stdbool.h>
#include <stdint.h>

#include "host_posting.h"
#include "inspect_abi.h"
#include "irte.h"
#include "msi_route.h"
#include "reasons.h"
#include "vm_identity.h"

enum configured_path {
	CONFIGURED_UNKNOWN,
	CONFIGURED_POSTED, /* the IOMMU writes it to a vCPU's descriptor */
	CONFIGURED_IRQFD,
	CONFIGURED_EVENTFD,
	CONFIGURED_MASKED,
	CONFIGURED_UNUSED, /* VFIO has no handler for it */
	CONFIGURED_HOST, /* a driver of the host takes it */
};

enum route_kind {
	ROUTE_UNKNOWN, /* no irqfd, or it could not be read */
	ROUTE_NONE, /* its GSI has none, or several */
	ROUTE_MSI,
	ROUTE_IRQCHIP,
	ROUTE_OTHER, /* Hyper-V's or Xen's */
};

enum since {
	SINCE_UNKNOWN,
	SINCE_BEFORE_START, /* posted, and no change was seen */
	SINCE_TIME,
};

#define INHIBIT_NAMES_LEN 160

struct configured {
	enum configured_path path;
	reason_set reasons; /* why not posted; empty if it is */
	struct irte irte;
	int guest_vector; /* -1: unknown, as all that follow */
	int vcpu; /* vcpu_id that it goes to */
	int gsi; /* of the irqfd */
	enum route_kind route_kind;
	struct msi_route route; /* of ROUTE_MSI */
	int route_vcpus; /* how many the message reaches now */
	enum known bypass_joined;
	struct vm_identity vm; /* without a name: whoever shows it finds it */
	bool vm_by_device; /* it has the device, but takes no irqfd */
	bool inhibits_known;
	uint64_t inhibits; /* bits by enum kvm_apicv_inhibit */
	char inhibit_names[INHIBIT_NAMES_LEN]; /* "hyperv,nested" */
	/* When it became posted, or was last turned back. */
	enum since since;
	int64_t since_time_ns; /* CLOCK_REALTIME */
	int update_error; /* negative errno of REASON_UPDATE_FAILED, else 0 */
};

/* What else is needed to judge an answer. */
struct inspect_setting {
	const struct host_posting *host;
	int amd_guest_ir; /* enum amd_iommu_intr_mode_type, or FACT_UNKNOWN */
	/* Bits of irq_common_data.state: disabled or masked. 0: unknown */
	uint32_t masked_bits;
	bool is_vfio; /* the device's driver is VFIO's */
};

/* What can be said of an interrupt of which nothing could be read. */
void configured_unknown(struct configured *configured);

/* A vector that VFIO has released. */
void configured_unused(struct configured *configured);

void configured_interpret(const struct inspect_answer *answer,
			  const struct inspect_setting *setting,
			  struct configured *configured);

/* A try to change its entry failed with @error, and none has worked since. */
void configured_note_failure(struct configured *configured, int error);

/* "posted", "irqfd", "eventfd", "masked", "unused", "host", "unknown". */
const char *configured_path_name(enum configured_path path);

/* "msi", "irqchip", "other", "none"; NULL for ROUTE_UNKNOWN. */
const char *route_kind_name(enum route_kind kind);

#endif
