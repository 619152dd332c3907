// SPDX-License-Identifier: GPL-2.0-only
#include "doctor_scene.h"

#include <string.h>

static struct device_vector vectors[] = {
	{40, VECTOR_MSIX},
	{41, VECTOR_MSIX},
	{42, VECTOR_MSIX},
};

struct device_vectors doctor_device;

void set_healthy(struct doctor_findings *findings)
{
	static const char *const names[DOCTOR_MODULES] = {
		"vfio", "vfio_pci_core", "irqbypass",
		"kvm",  "kvm_intel",     "kvm_amd",
	};
	struct host_finding *host = &findings->host;

	*findings = (struct doctor_findings){.time_ns = 1, .ts_ns = 2};
	for (size_t i = 0; i < DOCTOR_MODULES; i++)
		host->modules[i] =
			(struct module_finding){names[i], MODULE_LOADED, 0};
	host->modules[4].state = MODULE_NOT_LOADED;
	strcpy(host->release, "6.12.0-42-amd64");
	strcpy(host->version, "#1 SMP PREEMPT_DYNAMIC");
	strcpy(host->machine, "x86_64");
	strcpy(host->lockdown, "none");
	host->vendor = CPU_AMD;
	host->types_described = true;
	host->jit = 1;
	host->symbols = 50000;
	host->proc = "/proc";
	host->sees_processes = true;
	host->remapped = KNOWN_YES;
	host->posting = (struct host_posting){
		.iommu = IOMMU_AMD,
		.iommu_can_post = KNOWN_YES,
		.posting_disabled = KNOWN_NO,
		.apicv = KNOWN_YES,
		.device_posting = NOT_KNOWN,
		.kvm_loaded = true,
		.kvm_module = "kvm_amd",
	};
	doctor_device = (struct device_vectors){
		.device = device_of_bus(3),
		.driver = "vfio-pci",
		.is_vfio = true,
		.vectors = vectors,
		.count = ARRAY_SIZE(vectors),
	};
	findings->devices = &doctor_device;
	findings->device_count = 1;
}

const struct doctor_fact *fact_of(const struct doctor_report *report,
				  const char *name, const char *subject)
{
	for (size_t i = 0; i < report->fact_count; i++)
		if (!strcmp(report->facts[i].name, name) &&
		    !strcmp(report->facts[i].subject, subject))
			return &report->facts[i];
	fail_msg("no fact %s %s", name, subject);
	return NULL;
}

static void check_if_any(const char *text, const char *expected)
{
	if (expected)
		assert_string_equal(text, expected);
}

/* What is well needs no remedy; what is not has consequences. */
static void check_sense(const struct doctor_fact *fact)
{
	bool has_remedy = *fact->remedy, has_consequence = *fact->consequence;

	switch (fact->status) {
	case DOCTOR_OK:
		assert_false(has_remedy);
		break;
	case DOCTOR_LIMITS:
	case DOCTOR_MISSING:
		assert_true(has_consequence);
		break;
	case DOCTOR_UNKNOWN:
		break;
	}
}

void check_fact(const struct doctor_findings *findings, const char *name,
		const char *subject, enum fact_status status, const char *found,
		const char *consequence, const char *remedy)
{
	struct doctor_report report;
	const struct doctor_fact *fact;

	assert_int_equal(doctor_judge(findings, &report), 0);
	for (size_t i = 0; i < report.fact_count; i++)
		check_sense(&report.facts[i]);
	fact = fact_of(&report, name, subject);
	assert_string_equal(fact_status_name(fact->status),
			    fact_status_name(status));
	check_if_any(fact->found, found);
	check_if_any(fact->consequence, consequence);
	check_if_any(fact->remedy, remedy);
	doctor_report_free(&report);
}
