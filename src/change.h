/* SPDX-License-Identifier: GPL-2.0-only */
/* One change of the way that an interrupt takes, as plain data. */
#ifndef PITRACE_CHANGE_H
#define PITRACE_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "probe_abi.h"
#include "vector_name.h"
#include "vm_identity.h"

struct change {
	int64_t time_ns; /* CLOCK_REALTIME */
	uint64_t ts_ns; /* CLOCK_MONOTONIC */
	enum change_kind kind;
	int result; /* 0, or a negative errno: it was tried in vain */
	bool has_vector; /* false: of none that is known */
	struct vector_name vector;
	int irq; /* -1: unknown, as all that follow */
	int gsi;
	int vcpu; /* vcpu_id */
	int guest_vector;
	uint64_t descriptor; /* physical address; 0: unknown */
	struct vm_identity vm;
};

#endif
