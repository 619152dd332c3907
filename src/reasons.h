/* SPDX-License-Identifier: GPL-2.0-only */
/* Why an interrupt is not posted: a word and a sentence for each cause. */
#ifndef PITRACE_REASONS_H
#define PITRACE_REASONS_H

#include <stdint.h>

/*
 * In the order in which they decide: what comes earlier has to go before what
 * comes later matters. docs/posting.md has a row for each.
 */
enum reason {
	REASON_HOST_MANAGED,
	REASON_UNUSED,
	REASON_MASKED,
	REASON_REMAPPING_OFF,
	REASON_POSTING_DISABLED,
	REASON_IOMMU_NO_POSTING,
	REASON_APICV_OFF,
	REASON_DEVICE_POSTING_OFF,
	REASON_IRQCHIP_USERSPACE,
	REASON_NO_IRQFD,
	REASON_NO_ROUTE,
	REASON_ROUTE_NOT_MSI,
	REASON_DELIVERY_MODE,
	REASON_SEVERAL_DESTINATIONS,
	REASON_NO_DESTINATION,
	REASON_APICV_INHIBITED,
	REASON_NO_ASSIGNED_DEVICE,
	REASON_BYPASS_NOT_JOINED,
	REASON_UPDATE_FAILED,
	REASON_UNKNOWN,
	REASON_COUNT
};

/* A set of them. */
typedef uint32_t reason_set;

#define REASON_BIT(reason) (UINT32_C(1) << (reason))

/* The first one of the set; REASON_COUNT if it is empty. */
enum reason reason_first(reason_set reasons);

/* "no_irqfd" */
const char *reason_word(enum reason reason);

/* "no irqfd is on its eventfd: ...", without an end of line. */
const char *reason_sentence(enum reason reason);

#endif
