/* SPDX-License-Identifier: GPL-2.0-only */
/* All that --inspect finds out, as plain data for its renderers. */
#ifndef PITRACE_INSPECT_REPORT_H
#define PITRACE_INSPECT_REPORT_H

#include "configured.h"
#include "host.h"
#include "vector_name.h"

struct inspected_vector {
	struct vector_name name;
	unsigned int irq; /* of the host */
	struct configured configured;
};

struct inspected_device {
	struct pci_address device;
	char driver[DRIVER_NAME_LEN]; /* "" for none */
	size_t vectors;
};

struct inspect_report {
	int64_t time_ns; /* CLOCK_REALTIME */
	uint64_t ts_ns; /* CLOCK_MONOTONIC */
	struct host_posting host;
	struct inspected_device *devices; /* by address */
	size_t device_count;
	struct inspected_vector *vectors; /* by device, kind, vector */
	size_t vector_count;
};

/* Puts the vectors into their order. */
void inspect_report_sort(struct inspect_report *report);

/* Frees what it holds, not the report itself. */
void inspect_report_free(struct inspect_report *report);

#endif
