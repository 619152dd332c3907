// SPDX-License-Identifier: GPL-2.0-only
/* From what was found on a host to facts: all but the probes. */
#include "doctor_scene.h"

#include <errno.h>
#include <string.h>

#include "btf_error.h"

#define MODULE_BTF                                                             \
	"a kernel with CONFIG_DEBUG_INFO_BTF_MODULES=y, or --btf FILE"

#define HOSTS_PROC "mount the host's /proc elsewhere, and name that with --proc"

static void a_host_that_offers_all(void **state)
{
	struct doctor_findings findings;
	struct doctor_report report;

	(void)state;
	set_healthy(&findings);
	assert_int_equal(doctor_judge(&findings, &report), 0);
	for (size_t i = 0; i < report.fact_count; i++) {
		if (report.facts[i].status != DOCTOR_OK)
			fail_msg("%s %s", report.facts[i].name,
				 report.facts[i].subject);
		assert_string_equal(report.facts[i].remedy, "");
	}
	assert_true(report.fact_count <= report.room);
	assert_int_equal(report.time_ns, 1);
	assert_int_equal(report.ts_ns, 2);
	assert_int_equal(report.exit_code, EXIT_DONE);
	assert_string_equal(doctor_report_verdict(&report),
			    "everything can be traced");
	doctor_report_free(&report);
	check_fact(&findings, "kernel", "", DOCTOR_OK,
		   "6.12.0-42-amd64, x86_64", "", "");
	check_fact(&findings, "device", "0000:03:00.0", DOCTOR_OK,
		   "vfio-pci, 3 vectors (msix)", "", "");
	check_fact(&findings, "kallsyms", "", DOCTOR_OK,
		   "50000 symbols of code", "", "");
	check_fact(&findings, "apicv", "kvm_amd", DOCTOR_OK, "avic is on", "",
		   "");
}

/* Room was made for as many facts as there can be. */
static void a_host_that_offers_nothing(void **state)
{
	struct doctor_findings findings;
	struct doctor_report report;

	(void)state;
	set_healthy(&findings);
	findings.host.posting.device_posting = KNOWN_NO;
	findings.devices_error = -EACCES;
	assert_int_equal(doctor_judge(&findings, &report), 0);
	assert_true(report.fact_count <= report.room);
	doctor_report_free(&report);
}

static void the_kernels_types(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	findings.host.btf_error = -ENOENT;
	check_fact(&findings, "btf", "", DOCTOR_MISSING,
		   "/sys/kernel/btf/vmlinux: No such file or directory",
		   "programs cannot be fitted to this kernel",
		   "a kernel with CONFIG_DEBUG_INFO_BTF=y");
	findings.host.btf_absence = BTF_NO_SYSFS;
	check_fact(&findings, "btf", "", DOCTOR_MISSING, NULL, NULL,
		   "sysfs mounted at /sys");
	findings.host.btf_absence = BTF_HIDDEN;
	check_fact(
		&findings, "btf", "", DOCTOR_MISSING, NULL, NULL,
		"that directory, which only something mounted over it hides");
}

static void types_of_modules(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	check_fact(&findings, "btf", "", DOCTOR_OK,
		   "types can be read from /sys/kernel/btf/vmlinux", "", "");
	findings.host.types_described = false;
	check_fact(&findings, "btf", "modules", DOCTOR_LIMITS, "there is none",
		   NULL, MODULE_BTF);
	findings.host.types_described = true;
	findings.host.btf_file = "types.btf";
	findings.host.modules[3].btf_error = -ENOENT;
	check_fact(&findings, "btf", "", DOCTOR_OK,
		   "types can be read from types.btf", "", "");
	check_fact(&findings, "module", "kvm", DOCTOR_OK, "loaded", "", "");
	strcpy(findings.trial.refusal, "msi: no");
	check_fact(&findings, "btf", "modules", DOCTOR_LIMITS,
		   "this kernel refuses programs that read it (msi: no)",
		   "interrupts, paths and stacks are counted by kprobes, and "
		   "nothing else is known",
		   "a later kernel");
	findings.host.btf_error = BTF_NOT_IN_FILE;
	check_fact(&findings, "btf", "", DOCTOR_MISSING,
		   "types.btf: holds no BTF", NULL, "another file, or none");
	findings.host.btf_error = BTF_OF_ANOTHER_KERNEL;
	check_fact(&findings, "btf", "", DOCTOR_MISSING,
		   "types.btf: of another kernel than the one that runs", NULL,
		   NULL);
}

static void a_helper_that_lacks(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	findings.trial.lacks_loop = true;
	check_fact(&findings, "bpf_loop", "", DOCTOR_LIMITS,
		   "this kernel has no such helper", NULL, "a later kernel");
}

static void modules(void **state)
{
	struct doctor_findings findings;
	struct module_finding *kvm, *intel, *amd;

	(void)state;
	set_healthy(&findings);
	kvm = &findings.host.modules[3];
	intel = &findings.host.modules[4];
	amd = &findings.host.modules[5];
	kvm->state = MODULE_NOT_LOADED;
	check_fact(&findings, "module", "kvm", DOCTOR_LIMITS, "not loaded",
		   "every interrupt counts as eventfd until it is loaded",
		   "modprobe kvm_intel or kvm_amd");
	kvm->state = MODULE_BUILT_IN;
	kvm->btf_error = -ENOENT; /* as there is no module */
	check_fact(&findings, "module", "kvm", DOCTOR_OK,
		   "built into the kernel", "", "");
	kvm->state = MODULE_LOADED;
	check_fact(&findings, "module", "kvm", DOCTOR_LIMITS,
		   "loaded, but /sys/kernel/btf/kvm: No such file or directory",
		   NULL, MODULE_BTF);
	/* Of the two vendors' modules one is of use. */
	check_fact(&findings, "module", "kvm_intel", DOCTOR_OK,
		   "not loaded, nor of use on this CPU", "", "");
	amd->state = MODULE_NOT_LOADED;
	check_fact(&findings, "module", "kvm_amd", DOCTOR_LIMITS, "not loaded",
		   NULL, "modprobe kvm_amd");
	findings.host.vendor = CPU_INTEL;
	check_fact(&findings, "module", "kvm_intel", DOCTOR_LIMITS,
		   "not loaded", NULL, "modprobe kvm_intel");
	check_fact(&findings, "module", "kvm_amd", DOCTOR_OK, NULL, "", "");
	findings.host.vendor = CPU_OTHER;
	check_fact(&findings, "module", "kvm_intel", DOCTOR_LIMITS, NULL, NULL,
		   NULL);
	intel->state = MODULE_LOADED;
	check_fact(&findings, "module", "kvm_intel", DOCTOR_OK, NULL, "", "");
}

static void lockdown(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	strcpy(findings.host.lockdown, "integrity");
	check_fact(&findings, "lockdown", "", DOCTOR_OK, "integrity", "", "");
	strcpy(findings.host.lockdown, "confidentiality");
	findings.trial.error = -EINVAL;
	check_fact(&findings, "lockdown", "", DOCTOR_MISSING, "confidentiality",
		   NULL, "boot with lockdown=integrity, or without lockdown");
	/* Should a kernel allow it all the same. */
	findings.trial.error = 0;
	check_fact(&findings, "lockdown", "", DOCTOR_LIMITS, NULL, NULL, NULL);
}

/* A file that is not there can mean two things. */
static void lockdown_that_cannot_be_read(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	findings.host.lockdown_error = -ENOENT;
	check_fact(&findings, "lockdown", "", DOCTOR_UNKNOWN,
		   "/sys/kernel/security/lockdown: No such file or directory",
		   "the trial below shows what is refused",
		   "mount -t securityfs none /sys/kernel/security");
	findings.host.security_files = true;
	check_fact(&findings, "lockdown", "", DOCTOR_OK, "this kernel has none",
		   "", "");
	findings.host.lockdown_error = -EACCES;
	check_fact(&findings, "lockdown", "", DOCTOR_UNKNOWN, NULL, NULL,
		   "run it as root");
}

static void capabilities(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	strcpy(findings.host.missing_capabilities, "CAP_BPF, CAP_SYSLOG");
	findings.trial.error = -EPERM;
	check_fact(&findings, "capabilities", "", DOCTOR_MISSING,
		   "CAP_BPF, CAP_SYSLOG missing", "programs cannot be loaded",
		   "run it as root, or grant them");
	strcpy(findings.host.missing_capabilities, "CAP_SYSLOG");
	findings.trial.error = 0;
	check_fact(&findings, "capabilities", "", DOCTOR_LIMITS,
		   "CAP_SYSLOG missing",
		   "addresses of symbols may be hidden: see kallsyms", NULL);
	strcpy(findings.host.missing_capabilities, "CAP_SYS_ADMIN, CAP_SYSLOG");
	check_fact(&findings, "capabilities", "", DOCTOR_LIMITS, NULL,
		   "types of modules may not be found: see the probes", NULL);
	/* CAP_SYS_ADMIN stands in for it. */
	strcpy(findings.host.missing_capabilities, "CAP_BPF");
	check_fact(&findings, "capabilities", "", DOCTOR_OK,
		   "those that are needed", "", "");
}

static void switches_of_the_kernel(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	findings.host.jit = 0;
	check_fact(&findings, "bpf_jit", "", DOCTOR_LIMITS, "off", NULL,
		   "sysctl net.core.bpf_jit_enable=1");
	findings.host.jit_error = -EACCES;
	check_fact(&findings, "bpf_jit", "", DOCTOR_UNKNOWN,
		   "/proc/sys/net/core/bpf_jit_enable: Permission denied", "",
		   "run it as root");
	findings.host.jit_error = -ENOENT;
	check_fact(&findings, "bpf_jit", "", DOCTOR_UNKNOWN, NULL, NULL,
		   "a kernel with CONFIG_BPF_JIT=y, the host's network "
		   "namespace");
	findings.host.irq_files_error = -ENOENT;
	check_fact(&findings, "irq_files", "", DOCTOR_LIMITS,
		   "/sys/kernel/irq: No such file or directory", NULL, NULL);
	findings.host.irq_files_error = -ENODATA;
	check_fact(&findings, "irq_files", "", DOCTOR_LIMITS,
		   "/sys/kernel/irq: empty, since it is hidden", NULL, NULL);
}

/* Each shows that an attachment took; the second one, not whose it is. */
static void tracefs_and_kallsyms(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	findings.host.tracefs_error = -ENOENT;
	check_fact(&findings, "tracefs", "", DOCTOR_LIMITS,
		   "enabled_functions: No such file or directory",
		   "attachments are verified by the functions' first bytes, "
		   "where another tracer's patch passes for ours",
		   "mount -t tracefs none /sys/kernel/tracing; into a "
		   "container, mount the host's");
	findings.host.kallsyms_error = -EPERM;
	check_fact(&findings, "tracefs", "", DOCTOR_LIMITS, NULL,
		   "nothing shows that an attachment took", NULL);
	check_fact(&findings, "kallsyms", "", DOCTOR_LIMITS,
		   "addresses are hidden", NULL,
		   "sysctl kernel.kptr_restrict=1");
	findings.host.tracefs_error = -EACCES;
	check_fact(&findings, "tracefs", "", DOCTOR_LIMITS, NULL, NULL,
		   "run it as root");
	findings.host.tracefs_error = 0;
	findings.host.kallsyms_error = -ENOENT;
	strcpy(findings.host.missing_capabilities, "CAP_SYSLOG");
	check_fact(&findings, "tracefs", "", DOCTOR_OK, NULL, "", "");
	check_fact(&findings, "kallsyms", "", DOCTOR_LIMITS,
		   "No such file or directory", NULL,
		   "run it as root, or grant CAP_SYSLOG");
	findings.host.kallsyms_error = -ENODATA;
	check_fact(&findings, "kallsyms", "", DOCTOR_LIMITS,
		   "empty, since a container's runtime hides it", NULL,
		   HOSTS_PROC);
}

static void what_containers_hide(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	check_fact(&findings, "interrupts", "", DOCTOR_OK,
		   "/proc/interrupts can be read", "", "");
	check_fact(&findings, "processes", "", DOCTOR_OK,
		   "/proc shows the host's", "", "");
	findings.host.proc = "/host/proc";
	findings.host.interrupts_error = -ENODATA;
	findings.host.sees_processes = false;
	check_fact(&findings, "interrupts", "", DOCTOR_MISSING,
		   "/host/proc/interrupts: empty, since a container's runtime "
		   "hides it",
		   NULL, HOSTS_PROC);
	check_fact(&findings, "processes", "", DOCTOR_LIMITS,
		   "/host/proc shows those of another PID namespace than the "
		   "host's",
		   "VMs have numbers, but no names", HOSTS_PROC);
	findings.host.interrupts_error = -EACCES;
	check_fact(&findings, "interrupts", "", DOCTOR_MISSING,
		   "/host/proc/interrupts: Permission denied", NULL, NULL);
}

static void what_containers_refuse(void **state)
{
	struct doctor_findings findings;
	struct confinement *confinement = &findings.host.confinement;

	(void)state;
	set_healthy(&findings);
	check_fact(&findings, "system_calls", "", DOCTOR_OK, NULL, "", "");
	confinement->perf_filtered = true;
	check_fact(&findings, "system_calls", "", DOCTOR_LIMITS,
		   "a filter (seccomp) refuses perf_event_open(2)",
		   "no kprobe can be attached, where fentry cannot", NULL);
	findings.trial.error = -EPERM;
	confinement->bpf_filtered = true;
	check_fact(&findings, "system_calls", "", DOCTOR_MISSING,
		   "a filter (seccomp) refuses bpf(2)",
		   "programs cannot be loaded",
		   "let bpf and perf_event_open through, as the usual profiles "
		   "do with CAP_SYS_ADMIN");
	/* Then the kernel itself may be what refuses. */
	strcpy(findings.host.missing_capabilities, "CAP_SYS_ADMIN");
	check_fact(&findings, "system_calls", "", DOCTOR_OK, NULL, "", "");
	confinement->in_user_namespace = true;
	check_fact(&findings, "capabilities", "", DOCTOR_MISSING,
		   "those of a user namespace",
		   "BPF takes those of the host's alone, so that programs "
		   "cannot be loaded",
		   "run it in the host's user namespace: no rootless "
		   "container, no hostUsers: false");
}

static void devices(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	doctor_device.count = 1;
	doctor_device.vectors[0].kind = VECTOR_MSI;
	check_fact(&findings, "device", "0000:03:00.0", DOCTOR_OK,
		   "vfio-pci, 1 vector (msi)", "", "");
	doctor_device.vectors[0].kind = VECTOR_INTX;
	check_fact(&findings, "device", "0000:03:00.0", DOCTOR_OK,
		   "vfio-pci, no MSI or MSI-X is set up", "", "");
	doctor_device.vectors[0].kind = VECTOR_MSIX;
	doctor_device.is_vfio = false;
	strcpy(doctor_device.driver, "e1000e");
	check_fact(&findings, "device", "0000:03:00.0", DOCTOR_LIMITS,
		   "driver: e1000e", NULL, "bind it to vfio-pci");
	*doctor_device.driver = '\0';
	check_fact(&findings, "device", "0000:03:00.0", DOCTOR_LIMITS,
		   "driver: none", NULL, NULL);
	findings.device_count = 0;
	check_fact(&findings, "device", "", DOCTOR_LIMITS, "VFIO has none",
		   NULL, "bind one to vfio-pci");
	findings.devices_error = -ENOENT;
	check_fact(&findings, "device", "", DOCTOR_UNKNOWN,
		   "/sys/bus/pci/devices: No such file or directory", NULL, "");
}

static void iommu_and_remapping(void **state)
{
	struct doctor_findings findings;

	(void)state;
	set_healthy(&findings);
	check_fact(&findings, "iommu", "", DOCTOR_OK, "amd", "", "");
	findings.host.remapped = KNOWN_YES;
	check_fact(&findings, "remapping", "", DOCTOR_OK, "on", "", "");
	findings.host.posting.iommu = IOMMU_NONE;
	check_fact(&findings, "iommu", "", DOCTOR_LIMITS, NULL,
		   "no interrupt is remapped or posted", NULL);
	findings.host.remapped = KNOWN_NO;
	check_fact(&findings, "remapping", "", DOCTOR_LIMITS, "off", NULL,
		   NULL);
	findings.host.remapped = NOT_KNOWN;
	check_fact(&findings, "remapping", "", DOCTOR_UNKNOWN, NULL, "", "");
}

static void posting(void **state)
{
	struct doctor_findings findings;
	struct host_posting *host = &findings.host.posting;

	(void)state;
	set_healthy(&findings);
	check_fact(&findings, "posting", "", DOCTOR_OK, "the IOMMU can post",
		   "posted interrupts are shown, and cannot be counted", "");
	host->posting_disabled = KNOWN_YES;
	check_fact(&findings, "posting", "", DOCTOR_LIMITS,
		   "turned off on the command line", NULL,
		   "boot without intremap=nopost or off");
	host->iommu_can_post = KNOWN_NO;
	check_fact(&findings, "posting", "", DOCTOR_LIMITS,
		   "an IOMMU cannot post", NULL, NULL);
	host->iommu_can_post = NOT_KNOWN;
	check_fact(&findings, "posting", "", DOCTOR_UNKNOWN, NULL, NULL, "");
}

static void kvms_parameters(void **state)
{
	struct doctor_findings findings;
	struct host_posting *host = &findings.host.posting;

	(void)state;
	set_healthy(&findings);
	host->apicv = KNOWN_NO;
	host->device_posting = KNOWN_NO;
	check_fact(&findings, "apicv", "kvm_amd", DOCTOR_LIMITS, "avic is off",
		   "KVM has no interrupt posted",
		   "load kvm_amd with avic=1, if the CPU has it");
	check_fact(&findings, "device_posted_irqs", "kvm_amd", DOCTOR_LIMITS,
		   "off", NULL,
		   "load kvm_amd with enable_device_posted_irqs=1");
	host->device_posting = KNOWN_YES;
	check_fact(&findings, "device_posted_irqs", "kvm_amd", DOCTOR_OK, "on",
		   "", "");
	host->kvm_module = "kvm_intel";
	host->apicv = NOT_KNOWN;
	check_fact(&findings, "apicv", "kvm_intel", DOCTOR_UNKNOWN,
		   "enable_apicv cannot be read", NULL, "");
	host->kvm_module = NULL;
	host->device_posting = NOT_KNOWN;
	check_fact(&findings, "apicv", "", DOCTOR_UNKNOWN,
		   "neither kvm_intel nor kvm_amd is loaded", NULL, NULL);
}

static void how_handlers_run(void **state)
{
	struct doctor_findings findings;
	struct host_finding *host = &findings.host;

	(void)state;
	set_healthy(&findings);
	host->cmdline_error = -EACCES;
	check_fact(&findings, "threaded_handlers", "", DOCTOR_UNKNOWN,
		   "/proc/cmdline: Permission denied", NULL, "");
	host->is_realtime = true;
	check_fact(&findings, "preempt_rt", "", DOCTOR_OK, "yes", "", "");
	check_fact(&findings, "threaded_handlers", "", DOCTOR_LIMITS,
		   "by PREEMPT_RT", NULL, "");
	host->is_realtime = false;
	host->cmdline_error = 0;
	host->threaded_handlers = true;
	check_fact(&findings, "threaded_handlers", "", DOCTOR_LIMITS,
		   "by threadirqs", NULL, "boot without threadirqs");
	check_fact(&findings, "fred", "", DOCTOR_OK, "the CPU does not have it",
		   NULL, "");
	host->has_fred = true;
	check_fact(&findings, "fred", "", DOCTOR_OK, "the CPU has it", NULL,
		   "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_that_offers_all),
		cmocka_unit_test(a_host_that_offers_nothing),
		cmocka_unit_test(the_kernels_types),
		cmocka_unit_test(types_of_modules),
		cmocka_unit_test(a_helper_that_lacks),
		cmocka_unit_test(modules),
		cmocka_unit_test(lockdown),
		cmocka_unit_test(lockdown_that_cannot_be_read),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(switches_of_the_kernel),
		cmocka_unit_test(tracefs_and_kallsyms),
		cmocka_unit_test(what_containers_hide),
		cmocka_unit_test(what_containers_refuse),
		cmocka_unit_test(devices),
		cmocka_unit_test(iommu_and_remapping),
		cmocka_unit_test(posting),
		cmocka_unit_test(kvms_parameters),
		cmocka_unit_test(how_handlers_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
