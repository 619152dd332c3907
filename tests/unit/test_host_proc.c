// SPDX-License-Identifier: GPL-2.0-only
/* Another procfs than /proc: files of a directory made for it. */
#include "support.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "host_proc.h"

#define KERNEL_THREAD "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0\n"
#define IMPOSTOR      "2 (kthreadd) S 1 2 2 0 -1 4194560 0 0 0 0\n"

static char directory[] = "/tmp/pitrace-proc.XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/2", directory);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/77", directory);
	mkdir(path, 0700);
	write_file("77/comm", "qemu-system-x86\n");
	return 0;
}

static int clean(void **state)
{
	static const char *const names[] = {"2/stat", "77/comm", "interrupts",
					    "2",      "77",      ""};
	char path[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		(void)remove(path);
	}
	return 0;
}

static void assert_name(const char *comm)
{
	struct vm_identity vm;

	host_vm_identify(77, &vm);
	assert_true(vm.known);
	assert_int_equal(vm.pid, 77);
	assert_string_equal(vm.comm, comm);
}

/* A number of the host's is another process's there. */
static void names_are_taken_from_the_hosts_alone(void **state)
{
	(void)state;
	write_file("2/stat", IMPOSTOR);
	host_proc_set(directory);
	assert_false(host_proc_has_processes());
	assert_name("");
	write_file("2/stat", KERNEL_THREAD);
	host_proc_set(directory);
	assert_true(host_proc_has_processes());
	assert_name("qemu-system-x86");
}

static int ignore_row(const struct interrupt_row *row, void *arg)
{
	(void)row;
	(void)arg;
	return 0;
}

static void a_hidden_file_is_an_empty_one(void **state)
{
	(void)state;
	host_proc_set(directory);
	assert_int_equal(proc_interrupts_read(ignore_row, NULL), -ENOENT);
	write_file("interrupts", "");
	assert_int_equal(proc_interrupts_read(ignore_row, NULL), -ENODATA);
	write_file("interrupts", "\n");
	assert_int_equal(proc_interrupts_read(ignore_row, NULL), -EINVAL);
	write_file("interrupts", "  CPU0\n 1: 2 chip\n");
	assert_int_equal(proc_interrupts_read(ignore_row, NULL), 0);
}

static void another_file_system_is_no_procfs(void **state)
{
	char path[PATH_MAX];

	(void)state;
	host_proc_set(directory);
	assert_int_equal(host_proc_check(), -EINVAL);
	assert_string_equal(host_proc_directory(), directory);
	host_proc_set("/nowhere");
	assert_int_equal(host_proc_check(), -ENOENT);
	assert_false(host_proc_has_processes());
	host_proc_path("interrupts", path);
	assert_string_equal(path, "/nowhere/interrupts");
	host_proc_set(NULL);
	assert_int_equal(host_proc_check(), 0);
	assert_string_equal(host_proc_directory(), "/proc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_from_the_hosts_alone),
		cmocka_unit_test(a_hidden_file_is_an_empty_one),
		cmocka_unit_test(another_file_system_is_no_procfs),
	};

	return cmocka_run_group_tests(tests, make, clean);
}
