// SPDX-License-Identifier: GPL-2.0-only
/*
 * What probes tell of runs that the kernel skipped, as modules come and go.
 * Everything that attach.c asks of the kernel is made up here: a program counts
 * its skipped runs from the moment that it is loaded.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdint.h>
#include <string.h>

/* Before cmocka.h, which has a macro fail(). */
#include "attach.h"
#include "support.h"

#include "availability.h"
#include "host.h"
#include "libbpf_log.h"
#include "loader.h"
#include "probe_abi.h"
#include "probe_link.h"
#include "probes.h"

#define PROGRAMS_MAX 128

/* Called after everything that is attached. */
#define LATER UINT64_MAX

struct fake_program {
	const char *name;
	unsigned long long skipped;
};

static struct fake_program programs[PROGRAMS_MAX];
static bool modules_changed, vfio_is_gone;
static struct program_constants constants;
static struct options options;

static struct fake_program *fake(const char *name)
{
	struct fake_program *program = programs;

	while (program->name && strcmp(program->name, name) != 0)
		program++;
	assert_true(program < programs + PROGRAMS_MAX - 1);
	program->name = name;
	return program;
}

/* --- what attach.c calls --- */

bool loader_is_untyped(const struct loader *loader)
{
	(void)loader;
	return false;
}

bool loader_is_plain(const struct loader *loader)
{
	(void)loader;
	return false;
}

struct program_constants *loader_constants(struct loader *loader)
{
	(void)loader;
	return &constants;
}

/* Anew, whether they were loaded before or not. */
int loader_load(struct loader *loader, const char *const *names, size_t count,
		char *reason, size_t reason_size)
{
	(void)loader;
	(void)reason;
	(void)reason_size;
	for (size_t i = 0; i < count; i++)
		fake(names[i])->skipped = 0;
	return 0;
}

struct bpf_program *loader_program(const struct loader *loader,
				   const char *name)
{
	(void)loader;
	return (struct bpf_program *)fake(name);
}

struct bpf_link *probe_link(struct bpf_program *program,
			    enum attach_method method, const char *module,
			    const char *function)
{
	(void)method;
	(void)module;
	(void)function;
	return (struct bpf_link *)program;
}

bool probe_link_took(const struct loader *loader, const char *module,
		     struct probe_status *status)
{
	(void)loader;
	(void)module;
	(void)status;
	return true;
}

bool probe_setting_look(struct probe_setting *kernel)
{
	bool changed = modules_changed;

	(void)kernel;
	modules_changed = false;
	return changed;
}

int probe_setting_learn(struct probe_setting *kernel)
{
	(void)kernel;
	return 0;
}

const char *probe_module(const struct probe *probe,
			 const struct probe_setting *kernel)
{
	(void)kernel;
	return probe->module;
}

enum availability availability_of(const struct probe *probe,
				  const struct probe_setting *kernel)
{
	(void)kernel;
	return vfio_is_gone && probe->module &&
			       !strcmp(probe->module, "vfio_pci_core")
		       ? PROBE_NO_MODULE
		       : PROBE_AVAILABLE;
}

void availability_explain(enum availability availability,
			  const struct probe *probe,
			  const struct probe_setting *kernel, char *reason,
			  size_t size)
{
	(void)availability;
	(void)probe;
	(void)kernel;
	(void)size;
	*reason = '\0';
}

void libbpf_log_clear(void)
{
}

void libbpf_log_reason(int error, char *reason, size_t size)
{
	(void)error;
	(void)size;
	*reason = '\0';
}

/* --- and of libbpf, in place of the library's --- */

int bpf_program__fd(const struct bpf_program *program)
{
	return (int)((const struct fake_program *)program - programs);
}

int bpf_obj_get_info_by_fd(int fd, void *info, __u32 *size)
{
	struct bpf_prog_info *answer = info;

	(void)size;
	answer->recursion_misses = programs[fd].skipped;
	return 0;
}

int bpf_link__destroy(struct bpf_link *link)
{
	(void)link;
	return 0;
}

/* --- tests --- */

static struct attacher *attacher;

static void attach(void)
{
	struct failure failure = {.exit_code = EXIT_DONE};
	bool changed;

	modules_changed = true;
	assert_int_equal(attacher_attach(attacher, &changed, &failure), 0);
}

static int set_up(void **state)
{
	(void)state;
	memset(programs, 0, sizeof(programs));
	options = (struct options){.attach = ATTACH_AUTO};
	vfio_is_gone = false;
	attacher = attacher_new(NULL, &options, NULL, PURPOSE_COUNTING, NULL);
	assert_non_null(attacher);
	attach();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	attacher_free(attacher);
	return 0;
}

static void skip_runs(unsigned long long runs)
{
	fake("fentry_msi")->skipped += runs;
}

/* All of them, and those of the one probe that has any. */
static void expect_skipped(unsigned long long wanted)
{
	size_t count;
	const struct probe_status *status = attacher_statuses(attacher, &count);

	assert_int_equal(attacher_skipped_runs(attacher), wanted);
	while (strcmp(status->name, "msi") != 0)
		status++;
	assert_int_equal(status->skipped_runs, wanted);
}

static void skipped_are_told(void **state)
{
	(void)state;
	expect_skipped(0);
	skip_runs(3);
	expect_skipped(3);
	skip_runs(1);
	expect_skipped(4);
}

/* The new module's program begins at 0: what the old one's had stays. */
static void reload_keeps_them(void **state)
{
	(void)state;
	skip_runs(3);
	attacher_module_loaded(attacher, "vfio_pci_core", LATER);
	expect_skipped(3);
	attach();
	expect_skipped(3);
	skip_runs(2);
	expect_skipped(5);
	attacher_module_loaded(attacher, "vfio_pci_core", LATER);
	attach();
	skip_runs(1);
	expect_skipped(6);
}

/* The same where nobody has told that it went. */
static void going_keeps_them(void **state)
{
	(void)state;
	skip_runs(3);
	vfio_is_gone = true;
	attach();
	assert_false(attacher_is_on(attacher, "msi"));
	expect_skipped(3);
	vfio_is_gone = false;
	attach();
	assert_true(attacher_is_on(attacher, "msi"));
	skip_runs(4);
	expect_skipped(7);
}

static void other_modules_change_nothing(void **state)
{
	(void)state;
	skip_runs(3);
	attacher_module_loaded(attacher, "kvm", LATER);
	attach();
	skip_runs(2);
	expect_skipped(5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(skipped_are_told, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(reload_keeps_them, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(going_keeps_them, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(other_modules_change_nothing,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
