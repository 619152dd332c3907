// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is read of sysfs and procfs, in a directory that stands for both: the
 * functions that open files are redirected there.
 */
#include "support.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "host_posting.h"
#include "live_modules.h"
#include "probes.h"

static char root[TEMPORARY_LEN];

/* --- redirection --- */

static bool is_redirected(const char *path)
{
	return !strncmp(path, "/sys/", 5) || !strncmp(path, "/proc/", 6);
}

static const char *redirect(const char *path, char to[PATH_MAX])
{
	if (!*root || !is_redirected(path))
		return path;
	snprintf(to, PATH_MAX, "%s%s", root, path);
	return to;
}

static void *next(const char *function)
{
	void *found = dlsym(RTLD_NEXT, function);

	assert_non_null(found);
	return found;
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *) = next("fopen");
	char to[PATH_MAX];

	return real(redirect(path, to), mode);
}

int access(const char *path, int mode)
{
	int (*real)(const char *, int) = next("access");
	char to[PATH_MAX];

	return real(redirect(path, to), mode);
}

ssize_t readlink(const char *path, char *target, size_t size)
{
	ssize_t (*real)(const char *, char *, size_t) = next("readlink");
	char to[PATH_MAX];

	return real(redirect(path, to), target, size);
}

int glob(const char *pattern, int flags, int (*failed)(const char *, int),
	 glob_t *found)
{
	int (*real)(const char *, int, int (*)(const char *, int), glob_t *) =
		next("glob");
	char to[PATH_MAX];

	return real(redirect(pattern, to), flags, failed, found);
}

/* --- the directory --- */

static void run(const char *command)
{
	char line[PATH_MAX];

	snprintf(line, sizeof(line), "cd '%s' && %s", root, command);
	assert_int_equal(system(line), 0);
}

static int make_root(void **state)
{
	(void)state;
	temporary_template(root);
	if (!mkdtemp(root))
		return -1;
	run("mkdir -p proc sys/module sys/class/iommu sys/bus/pci/devices");
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	run("rm -r proc sys");
	assert_int_equal(rmdir(root), 0);
	*root = '\0';
	return 0;
}

/* Makes directories on the way to @path. */
static void put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	for (const char *slash = path; (slash = strchr(slash + 1, '/'));) {
		snprintf(full, sizeof(full), "%s%.*s", root,
			 (int)(slash - path), path);
		(void)mkdir(full, 0700);
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* --- modules --- */

static void modules_have_states(void **state)
{
	(void)state;
	put("/sys/module/kvm/initstate", "live\n");
	put("/sys/module/vfio/initstate", "coming\n");
	put("/sys/module/vfio/parameters/x", "1\n");
	put("/sys/module/built_in/parameters/x", "1\n");
	put("/sys/module/empty/initstate", "");
	assert_true(host_module_live("kvm"));
	assert_true(host_module_present("kvm"));
	/* One that comes is neither yet. */
	assert_false(host_module_live("vfio"));
	assert_false(host_module_present("vfio"));
	assert_false(host_module_live("built_in"));
	assert_true(host_module_present("built_in"));
	assert_false(host_module_live("empty"));
	assert_false(host_module_present("empty"));
	assert_false(host_module_live("none"));
	assert_false(host_module_present("none"));
}

/* Those that probes are in, one after the other. */
static void modules_that_are_live(void **state)
{
	(void)state;
	assert_int_equal(live_modules_look(), 0);
	for (size_t i = 0; i < probe_count; i++) {
		const char *module = probes[i].module;
		char path[100];

		if (!module)
			continue;
		snprintf(path, sizeof(path), "/sys/module/%s/initstate",
			 module);
		assert_int_equal(live_modules_have(live_modules_look(), module),
				 !access(path, F_OK));
		put(path, "live\n");
		assert_true(live_modules_have(live_modules_look(), module));
	}
}

/* --- CPUs and symbols --- */

static void cpus_are_described(void **state)
{
	(void)state;
	assert_false(host_cpu_has_fred());
	assert_int_equal(host_cpu_vendor(), CPU_OTHER);
	put("/proc/cpuinfo",
	    "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fred\n");
	assert_true(host_cpu_has_fred());
	assert_int_equal(host_cpu_vendor(), CPU_INTEL);
	put("/proc/cpuinfo",
	    "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu\n");
	assert_false(host_cpu_has_fred());
	assert_int_equal(host_cpu_vendor(), CPU_AMD);
}

/* The first symbols of a kernel are at 0 for everybody. */
static void symbols_are_shown_or_hidden(void **state)
{
	(void)state;
	assert_false(host_shows_symbols());
	put("/proc/kallsyms", "");
	assert_false(host_shows_symbols());
	put("/proc/kallsyms", "0000000000000000 A a\n0000000000000000 T b\n");
	assert_false(host_shows_symbols());
	put("/proc/kallsyms", "0000000000000000 A a\nffffffff81000000 T b\n"
			      "0000000000000000 T c\n");
	assert_true(host_shows_symbols());
}

/* --- devices --- */

static void devices_have_drivers(void **state)
{
	const struct pci_address bound = device_of_bus(1),
				 free_one = device_of_bus(2),
				 none = device_of_bus(3);
	char driver[DRIVER_NAME_LEN] = "x";

	(void)state;
	run("cd sys/bus/pci/devices && mkdir 0000:01:00.0 0000:02:00.0 && "
	    "ln -s ../../drivers/vfio-pci 0000:01:00.0/driver");
	assert_true(host_device_exists(&bound));
	assert_true(host_device_exists(&free_one));
	assert_false(host_device_exists(&none));
	host_device_driver(&bound, driver);
	assert_string_equal(driver, "vfio-pci");
	host_device_driver(&free_one, driver);
	assert_string_equal(driver, "");
	strcpy(driver, "x");
	host_device_driver(&none, driver);
	assert_string_equal(driver, "");
}

/* --- processes --- */

static void processes_have_names(void **state)
{
	struct vm_identity vm;
	char comm[16] = "before";

	(void)state;
	put("/proc/12/comm", "qemu-system-x86\n");
	put("/proc/13/comm", "a\nb\n");
	put("/proc/14/comm", "");
	assert_int_equal(host_process_comm(12, comm, sizeof(comm)), 0);
	assert_string_equal(comm, "qemu-system-x86");
	assert_int_equal(host_process_comm(13, comm, sizeof(comm)), 0);
	assert_string_equal(comm, "a\nb");
	assert_int_equal(host_process_comm(15, comm, sizeof(comm)), -ENOENT);
	assert_string_equal(comm, "a\nb");
	assert_int_equal(host_process_comm(14, comm, sizeof(comm)), 0);
	assert_string_equal(comm, "");
	host_vm_identify(12, &vm);
	assert_true(vm.known);
	assert_int_equal(vm.pid, 12);
	assert_string_equal(vm.comm, "qemu-system-x86");
	host_vm_identify(15, &vm);
	assert_true(vm.known);
	assert_int_equal(vm.pid, 15);
	assert_string_equal(vm.comm, "");
}

/* --- whole files --- */

static void files_are_read_whole(void **state)
{
	static const size_t sizes[] = {0,    1,    4094, 4095, 4096,
				       4097, 8190, 8191, 8192, 100000};
	char *text, *got;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		text = calloc(1, sizes[i] + 1);
		assert_non_null(text);
		for (size_t at = 0; at < sizes[i]; at++)
			text[at] = (char)('a' + at % 23);
		put("/proc/some", text);
		got = NULL;
		assert_int_equal(host_read_file("/proc/some", &got), 0);
		assert_string_equal(got, text);
		free(got);
		free(text);
	}
}

static void files_that_cannot_be_read(void **state)
{
	char *text = NULL;

	(void)state;
	assert_int_equal(host_read_file("/proc/none", &text), -ENOENT);
	assert_int_equal(host_read_file("/sys/class", &text), -EIO);
	assert_null(text);
}

/* --- what allows posting --- */

#define INTEL_CAN     "800000000000000\n"
#define INTEL_CANNOT  "d2008c22260286\n"
#define INTEL_UNIT(n) "/sys/class/iommu/dmar" #n "/intel-iommu/cap"
#define AMD_CAN       "200080:0\n"
#define AMD_UNIT(n)   "/sys/class/iommu/ivhd" #n "/amd-iommu/features"

static struct host_posting read_posting(void)
{
	struct host_posting host;

	memset(&host, 0x5a, sizeof(host));
	host_posting_read(&host);
	return host;
}

static void a_bare_host_has_nothing(void **state)
{
	struct host_posting host = read_posting();

	(void)state;
	assert_int_equal(host.iommu, IOMMU_NONE);
	assert_int_equal(host.iommu_can_post, NOT_KNOWN);
	assert_int_equal(host.posting_disabled, NOT_KNOWN);
	assert_int_equal(host.apicv, NOT_KNOWN);
	assert_int_equal(host.device_posting, NOT_KNOWN);
	assert_false(host.kvm_loaded);
	assert_null(host.kvm_module);
}

/* The kernel posts only if each of them can. */
static void all_units_have_to_post(void **state)
{
	static const struct {
		const char *texts[3];
		enum known answer;
	} cases[] = {
		{{INTEL_CAN, INTEL_CAN, INTEL_CAN}, KNOWN_YES},
		{{INTEL_CANNOT, INTEL_CAN, INTEL_CAN}, KNOWN_NO},
		{{INTEL_CAN, INTEL_CANNOT, INTEL_CAN}, KNOWN_NO},
		{{INTEL_CAN, INTEL_CAN, INTEL_CANNOT}, KNOWN_NO},
		{{INTEL_CAN, "?\n", INTEL_CAN}, NOT_KNOWN},
		{{"?\n", INTEL_CAN, INTEL_CAN}, NOT_KNOWN},
		{{"?\n", INTEL_CANNOT, INTEL_CAN}, KNOWN_NO},
		{{INTEL_CANNOT, "?\n", INTEL_CAN}, KNOWN_NO},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct host_posting host;

		put(INTEL_UNIT(0), cases[i].texts[0]);
		put(INTEL_UNIT(1), cases[i].texts[1]);
		put(INTEL_UNIT(2), cases[i].texts[2]);
		host = read_posting();
		assert_int_equal(host.iommu, IOMMU_INTEL);
		if (host.iommu_can_post != cases[i].answer)
			fail_msg("case %zu: %d", i, host.iommu_can_post);
	}
}

/* A unit whose register cannot be read leaves the question open. */
static void units_that_cannot_be_read(void **state)
{
	struct host_posting host;

	(void)state;
	run("mkdir -p sys/class/iommu/dmar0/intel-iommu/cap");
	put(INTEL_UNIT(1), INTEL_CAN);
	host = read_posting();
	assert_int_equal(host.iommu, IOMMU_INTEL);
	assert_int_equal(host.iommu_can_post, NOT_KNOWN);
}

static void amd_units(void **state)
{
	struct host_posting host;

	(void)state;
	put(AMD_UNIT(0), AMD_CAN);
	host = read_posting();
	assert_int_equal(host.iommu, IOMMU_AMD);
	assert_int_equal(host.iommu_can_post, KNOWN_YES);
	put(AMD_UNIT(1), "0\n");
	host = read_posting();
	assert_int_equal(host.iommu, IOMMU_AMD);
	assert_int_equal(host.iommu_can_post, KNOWN_NO);
}

static void command_lines(void **state)
{
	(void)state;
	put("/proc/cmdline", "quiet intremap=nopost\n");
	assert_int_equal(read_posting().posting_disabled, KNOWN_YES);
	put("/proc/cmdline", "quiet\n");
	assert_int_equal(read_posting().posting_disabled, KNOWN_NO);
}

static void parameters_of_kvm(void **state)
{
	struct host_posting host;

	(void)state;
	put("/sys/module/kvm/initstate", "live\n");
	host = read_posting();
	assert_true(host.kvm_loaded);
	assert_null(host.kvm_module);
	put("/sys/module/kvm_amd/initstate", "live\n");
	put("/sys/module/kvm_amd/parameters/avic", "N\n");
	put("/sys/module/kvm_amd/parameters/enable_device_posted_irqs", "Y\n");
	host = read_posting();
	assert_string_equal(host.kvm_module, "kvm_amd");
	assert_int_equal(host.apicv, KNOWN_NO);
	assert_int_equal(host.device_posting, KNOWN_YES);
	run("rm -r sys/module/kvm_amd");
	put("/sys/module/kvm_intel/initstate", "live\n");
	put("/sys/module/kvm_intel/parameters/enable_apicv", "Y\n");
	host = read_posting();
	assert_string_equal(host.kvm_module, "kvm_intel");
	assert_int_equal(host.apicv, KNOWN_YES);
	assert_int_equal(host.device_posting, NOT_KNOWN);
}

/* A module that is loaded is at work, whatever the CPU. */
static void loaded_modules_run(void **state)
{
	(void)state;
	put("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\n");
	put("/sys/module/kvm_amd/initstate", "live\n");
	assert_string_equal(read_posting().kvm_module, "kvm_amd");
}

static void built_in_modules_run_on_their_cpu(void **state)
{
	struct host_posting host;

	(void)state;
	put("/sys/module/kvm_intel/parameters/enable_apicv", "Y\n");
	put("/sys/module/kvm_amd/parameters/avic", "0\n");
	put("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\n");
	host = read_posting();
	assert_string_equal(host.kvm_module, "kvm_intel");
	assert_int_equal(host.apicv, KNOWN_YES);
	put("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: AuthenticAMD\n");
	host = read_posting();
	assert_string_equal(host.kvm_module, "kvm_amd");
	assert_int_equal(host.apicv, KNOWN_NO);
	/* Without a word on the CPU, the first. */
	run("rm proc/cpuinfo");
	assert_string_equal(read_posting().kvm_module, "kvm_intel");
}

#define IN_ROOT(test)                                                          \
	cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ROOT(modules_have_states),
		IN_ROOT(modules_that_are_live),
		IN_ROOT(cpus_are_described),
		IN_ROOT(symbols_are_shown_or_hidden),
		IN_ROOT(devices_have_drivers),
		IN_ROOT(processes_have_names),
		IN_ROOT(files_are_read_whole),
		IN_ROOT(files_that_cannot_be_read),
		IN_ROOT(a_bare_host_has_nothing),
		IN_ROOT(all_units_have_to_post),
		IN_ROOT(units_that_cannot_be_read),
		IN_ROOT(amd_units),
		IN_ROOT(command_lines),
		IN_ROOT(parameters_of_kvm),
		IN_ROOT(loaded_modules_run),
		IN_ROOT(built_in_modules_run_on_their_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
