// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "doctor_findings.h"

void doctor_findings_free(struct doctor_findings *findings)
{
	free(findings->probes);
	device_vectors_free(findings->devices, findings->device_count);
	*findings = (struct doctor_findings){.probes = NULL};
}
