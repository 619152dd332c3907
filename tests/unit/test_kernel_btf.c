// SPDX-License-Identifier: GPL-2.0-only
/*
 * BTF of kernels that have VFIO, KVM, irqbypass built in or as modules, with
 * and without BTF of modules: where a function is, whether its probe can be had
 * and by which method. The kernels are made up; what libbpf would read of the
 * running one is theirs.
 */
#include "support.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "availability.h"
#include "built_in.h"
#include "kernel_btf.h"
#include "live_modules.h"

enum part {
	VFIO,
	BYPASS,
	KVM,
	VENDOR,
	PARTS,
};

enum state {
	ABSENT,
	LOADED,
	BUILT_IN,
	STATES,
};

static const struct {
	const char *name;
	enum part part;
	const char *witness; /* that no probe is on */
} modules[] = {
	{"vfio", VFIO, "vfio_register_iommu_driver"},
	{"vfio_pci_core", VFIO, NULL},
	{"irqbypass", BYPASS, "irq_bypass_register_producer"},
	{"kvm", KVM, NULL},
	{"kvm_amd", VENDOR, "svm_vcpu_load"},
};

static struct {
	enum state parts[PARTS];
	bool module_btf;
	bool has_xen; /* privcmd, which has an irqfd_wakeup() of its own */
} made;

/* --- BTF of such a kernel --- */

static void add_function(struct btf *btf, const char *name)
{
	int proto = btf__add_func_proto(btf, 0);

	assert_true(btf__add_func(btf, name, BTF_FUNC_STATIC, proto) > 0);
}

/* The tracepoint's own data, and six arguments. */
static void add_pi_update(struct btf *btf)
{
	int proto = btf__add_func_proto(btf, 0);

	for (int i = 0; i < 7; i++)
		assert_int_equal(btf__add_func_param(btf, "", 0), 0);
	assert_true(btf__add_typedef(btf, "btf_trace_kvm_pi_irte_update",
				     btf__add_ptr(btf, proto)) > 0);
}

static bool is_of(const struct probe *probe, const char *module)
{
	return probe->module && !strcmp(probe->module, module) &&
	       strcmp(probe->function, "kvm_pi_update_irte") != 0;
}

/* What the code of one module adds to a kernel or has for its own. */
static void add_module(struct btf *btf, size_t index)
{
	const char *name = modules[index].name;

	for (size_t i = 0; i < probe_count; i++)
		if (is_of(&probes[i], name) && !probes[i].is_pi_update)
			add_function(btf, probes[i].function);
	if (modules[index].witness)
		add_function(btf, modules[index].witness);
	if (!strcmp(name, "kvm")) {
		btf__add_struct(btf, "kvm_kernel_irqfd", 256);
		add_pi_update(btf);
	}
	if (!strcmp(name, "vfio_pci_core"))
		btf__add_struct(btf, "vfio_pci_core_device", 256);
}

static void add_xen(struct btf *btf)
{
	add_function(btf, "irqfd_wakeup");
	add_function(btf, "irqfd_inject");
	add_function(btf, "irqfd_shutdown");
}

struct btf *btf__load_vmlinux_btf(void)
{
	struct btf *btf = btf__new_empty();

	for (size_t i = 0; i < probe_count; i++)
		if (!probes[i].module)
			add_function(btf, probes[i].function);
	add_function(btf, "eventfd_ctx_remove_wait_queue");
	if (made.module_btf)
		btf__add_struct(btf, "btf_module", 64);
	if (made.has_xen)
		add_xen(btf);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		if (made.parts[modules[i].part] == BUILT_IN)
			add_module(btf, i);
	return btf;
}

static size_t index_of(const char *module)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(modules) && strcmp(modules[i].name, module) != 0)
		i++;
	return i;
}

static bool is_described(size_t index)
{
	return index < ARRAY_SIZE(modules) && made.module_btf &&
	       made.parts[modules[index].part] == LOADED;
}

struct btf *btf__load_module_btf(const char *name, struct btf *vmlinux)
{
	size_t index = index_of(name);
	struct btf *btf;

	if (!is_described(index)) {
		errno = ENOENT;
		return NULL;
	}
	btf = btf__new_empty_split(vmlinux);
	add_module(btf, index);
	return btf;
}

/* Objects of the kernel: each module's has the number and descriptor that its
 * place in the table gives. */
#define FIRST_FD 1000

int bpf_btf_get_next_id(__u32 start, __u32 *next)
{
	if (start >= ARRAY_SIZE(modules))
		return -ENOENT;
	*next = start + 1;
	return 0;
}

int bpf_btf_get_fd_by_id(__u32 id)
{
	return is_described(id - 1) ? FIRST_FD + (int)id - 1 : -ENOENT;
}

int bpf_obj_get_info_by_fd(int fd, void *info, __u32 *size)
{
	struct bpf_btf_info *about = info;

	(void)size;
	about->kernel_btf = 1;
	(void)snprintf((char *)(uintptr_t)about->name, about->name_len, "%s",
		       modules[fd - FIRST_FD].name);
	return 0;
}

/* --- what is to be said of it --- */

static unsigned int bit_of(const char *module)
{
	unsigned int bit = 1;

	while (!live_modules_have(bit, module))
		bit <<= 1;
	return bit;
}

static void set_kernel(struct probe_setting *kernel)
{
	*kernel = (struct probe_setting){.untyped = false};
	assert_int_equal(kernel_btf_open(NULL, &kernel->btf), 0);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		if (made.parts[modules[i].part] == LOADED)
			kernel->live |= bit_of(modules[i].name);
	kernel_btf_look_anew(kernel->btf, kernel->live);
	kernel->untyped = !kernel_btf_describes_modules(kernel->btf);
	(void)probe_setting_learn(kernel);
}

static bool types_are_known(void)
{
	return made.module_btf ||
	       (made.parts[KVM] == BUILT_IN && made.parts[VFIO] == BUILT_IN);
}

static enum state state_of(const char *module)
{
	size_t index = module ? index_of(module) : ARRAY_SIZE(modules);

	if (!module)
		return BUILT_IN;
	return index < ARRAY_SIZE(modules) ? made.parts[modules[index].part]
					   : ABSENT;
}

static enum availability wanted_availability(const struct probe *probe)
{
	enum state state = state_of(probe->module);

	if (!types_are_known() && !probe->untyped.program)
		return PROBE_NO_TYPES;
	if (state == ABSENT)
		return PROBE_NO_MODULE;
	/* Without its BTF nobody knows what a module has not. */
	if (state == LOADED && !made.module_btf)
		return probe->is_pi_update ? PROBE_UNKNOWN_ARGS
					   : PROBE_AVAILABLE;
	return strcmp(probe->function, "kvm_pi_update_irte") != 0
		       ? PROBE_AVAILABLE
		       : PROBE_NO_FUNCTION;
}

static enum attach_method wanted_method(const struct probe *probe)
{
	const struct probe_candidate *candidate = &probe->candidates[0];
	bool is_known = candidate->function ||
			state_of(probe->module) == BUILT_IN || made.module_btf;

	if (!types_are_known())
		return probe->untyped.method;
	return is_known || !probe->candidates[1].program
		       ? candidate->method
		       : probe->candidates[1].method;
}

static void describe_kernel(char *text, size_t size, const char *probe)
{
	(void)snprintf(text, size,
		       "vfio %d, irqbypass %d, kvm %d, kvm_amd %d, btf %d, "
		       "xen %d: %s",
		       made.parts[VFIO], made.parts[BYPASS], made.parts[KVM],
		       made.parts[VENDOR], made.module_btf, made.has_xen,
		       probe);
}

static void check_probe(const struct probe *probe,
			const struct probe_setting *kernel)
{
	enum availability availability = availability_of(probe, kernel);
	char text[160];

	describe_kernel(text, sizeof(text), probe->name);
	if (availability != wanted_availability(probe))
		fail_msg("%s: availability %d, not %d", text, availability,
			 wanted_availability(probe));
	if (availability != PROBE_AVAILABLE)
		return;
	if (availability_candidate(probe, kernel)->method !=
	    wanted_method(probe))
		fail_msg("%s: method %d, not %d", text,
			 availability_candidate(probe, kernel)->method,
			 wanted_method(probe));
}

/* Where programs for the function would be attached. */
static void check_target(const struct probe *probe,
			 const struct probe_setting *kernel)
{
	enum state state = state_of(probe->module);
	char text[160];
	int fd;
	uint32_t id = kernel_btf_function(kernel->btf, probe->module,
					  probe->function, &fd);

	describe_kernel(text, sizeof(text), probe->name);
	if ((id != 0) !=
	    (state == BUILT_IN || (state == LOADED && made.module_btf)))
		fail_msg("%s: type %u", text, id);
	if (id &&
	    fd != (state == LOADED ? FIRST_FD + (int)index_of(probe->module)
				   : 0))
		fail_msg("%s: of %d", text, fd);
}

/* A function of KVM's name that is Xen's is no one's, where KVM is absent. */
static bool may_be_xens(const struct probe *probe)
{
	return made.has_xen && state_of(probe->module) == ABSENT;
}

static void check_kernel(void)
{
	struct probe_setting kernel;

	set_kernel(&kernel);
	assert_int_equal(kernel.untyped, !types_are_known());
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		assert_int_equal(
			module_is_built_in(kernel.btf, modules[i].name),
			made.parts[modules[i].part] == BUILT_IN);
	for (size_t i = 0; i < probe_count; i++) {
		if (probes[i].purpose == PURPOSE_NOTIFICATIONS ||
		    (!kernel.untyped && probe_is_untyped_only(&probes[i])))
			continue;
		check_probe(&probes[i], &kernel);
		if (is_of(&probes[i], probes[i].module ?: "") &&
		    !probes[i].is_pi_update && !may_be_xens(&probes[i]))
			check_target(&probes[i], &kernel);
	}
	kernel_btf_close(kernel.btf);
}

/* All mixtures, possible or not: 81 of states, each by four. */
static void any_mixture(void **state)
{
	(void)state;
	for (int i = 0; i < STATES * STATES * STATES * STATES * 4; i++) {
		made.module_btf = i & 1;
		made.has_xen = i & 2;
		made.parts[VFIO] = i / 4 % STATES;
		made.parts[BYPASS] = i / (4 * STATES) % STATES;
		made.parts[KVM] = i / (4 * STATES * STATES) % STATES;
		made.parts[VENDOR] = i / (4 * STATES * STATES * STATES);
		check_kernel();
	}
}

/* Before vfio_pci_core was split off its functions are vfio_pci's. */
static void before_the_split(void **state)
{
	struct probe_setting kernel;
	const struct probe *msi = probes;

	(void)state;
	memset(&made, 0, sizeof(made));
	made.module_btf = true;
	set_kernel(&kernel);
	kernel.live = bit_of("vfio_pci");
	while (strcmp(msi->name, "msi") != 0)
		msi++;
	assert_string_equal(probe_module(msi, &kernel), "vfio_pci");
	assert_int_equal(availability_of(msi, &kernel), PROBE_AVAILABLE);
	kernel.live |= bit_of("vfio_pci_core");
	assert_string_equal(probe_module(msi, &kernel), "vfio_pci_core");
	kernel_btf_close(kernel.btf);
}

/* What the kernel refuses is why, where types are there. */
static void a_refusal_is_told(void **state)
{
	struct probe_setting kernel = {.untyped = true};
	char reason[200];

	(void)state;
	availability_explain(PROBE_NO_TYPES, probes, &kernel, reason,
			     sizeof(reason));
	assert_string_equal(reason, "it reads types of modules, and there is "
				    "no BTF of modules");
	kernel.refusal = "msi: kprobe: no";
	availability_explain(PROBE_NO_TYPES, probes, &kernel, reason,
			     sizeof(reason));
	assert_string_equal(reason,
			    "it reads types of modules, and this kernel "
			    "refuses programs that do (msi: kprobe: no)");
}

/* Nothing is said of other modules, nor without BTF. */
static void built_in_is_told_of_ours_alone(void **state)
{
	struct kernel_btf *btf;

	(void)state;
	memset(&made, 0, sizeof(made));
	made.parts[KVM] = BUILT_IN;
	assert_int_equal(kernel_btf_open(NULL, &btf), 0);
	assert_true(module_is_built_in(btf, "kvm"));
	assert_false(module_is_built_in(btf, "xen_privcmd"));
	assert_false(module_is_built_in(NULL, "kvm"));
	kernel_btf_close(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_mixture),
		cmocka_unit_test(before_the_split),
		cmocka_unit_test(a_refusal_is_told),
		cmocka_unit_test(built_in_is_told_of_ours_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
