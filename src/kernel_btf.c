// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "btf_error.h"
#include "kernel_btf.h"
#include "live_modules.h"
#include "name_index.h"

#define MODULES_MAX    8
#define INHIBITS_MAX   64
#define INHIBIT_ENUM   "kvm_apicv_inhibit"
#define INHIBIT_PREFIX "APICV_INHIBIT_REASON_"

struct module_btf {
	char name[56];
	struct btf *btf; /* NULL: has none, or cannot be read */
	int fd; /* of the kernel's object; negative: not opened */
};

struct kernel_btf {
	struct btf *vmlinux; /* the kernel's own */
	struct name_index *functions; /* vmlinux's */
	struct btf *file; /* of --btf, NULL without */
	unsigned int live; /* modules: live_modules.h */
	struct module_btf modules[MODULES_MAX];
	size_t module_count;
	bool inhibits_read;
	char *inhibits[INHIBITS_MAX]; /* names of bits */
};

static int open_own(struct kernel_btf *btf)
{
	btf->vmlinux = btf__load_vmlinux_btf();
	if (!btf->vmlinux)
		return -errno;
	btf->functions = name_index_new(btf->vmlinux, 1);
	return btf->functions ? 0 : -ENOMEM;
}

static uint32_t size_of(const struct btf *btf, const char *type)
{
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(btf, (__u32)id)->size : 0;
}

/* By types that are another size wherever the configuration is another. */
static bool is_of_this_kernel(const struct kernel_btf *btf)
{
	static const char *const types[] = {"task_struct", "module"};

	for (size_t i = 0; i < 2; i++) {
		uint32_t size = size_of(btf->file, types[i]);

		if (size && size != size_of(btf->vmlinux, types[i]))
			return false;
	}
	return true;
}

static int open_file(struct kernel_btf *btf, const char *file)
{
	btf->file = btf__parse(file, NULL);
	/* libbpf has errors of its own. */
	if (!btf->file)
		return errno >= __LIBBPF_ERRNO__START || errno == EPROTO ||
				       errno == EIO || errno == ENODATA
			       ? BTF_NOT_IN_FILE
			       : -errno;
	return is_of_this_kernel(btf) ? 0 : BTF_OF_ANOTHER_KERNEL;
}

int kernel_btf_open(const char *file, struct kernel_btf **btf)
{
	int err;

	*btf = calloc(1, sizeof(**btf));
	if (!*btf)
		return -ENOMEM;
	err = open_own(*btf);
	if (!err && file)
		err = open_file(*btf, file);
	if (!err)
		return 0;
	kernel_btf_close(*btf);
	*btf = NULL;
	return err;
}

static void forget_modules(struct kernel_btf *btf)
{
	for (size_t i = 0; i < btf->module_count; i++) {
		btf__free(btf->modules[i].btf);
		if (btf->modules[i].fd >= 0)
			(void)close(btf->modules[i].fd);
	}
	btf->module_count = 0;
	for (size_t i = 0; i < INHIBITS_MAX; i++) {
		free(btf->inhibits[i]);
		btf->inhibits[i] = NULL;
	}
	btf->inhibits_read = false;
}

void kernel_btf_look_anew(struct kernel_btf *btf, unsigned int live)
{
	forget_modules(btf);
	btf->live = live;
}

void kernel_btf_close(struct kernel_btf *btf)
{
	if (!btf)
		return;
	forget_modules(btf);
	name_index_free(btf->functions);
	btf__free(btf->vmlinux);
	btf__free(btf->file);
	free(btf);
}

/* What describes types: the file, if one was given. */
static const struct btf *types_of(const struct kernel_btf *btf)
{
	return btf->file ? btf->file : btf->vmlinux;
}

static struct module_btf *module_of(struct kernel_btf *btf, const char *name)
{
	struct module_btf *module;

	for (size_t i = 0; i < btf->module_count; i++)
		if (strcmp(btf->modules[i].name, name) == 0)
			return &btf->modules[i];
	if (btf->module_count == MODULES_MAX)
		return NULL;
	module = &btf->modules[btf->module_count++];
	(void)snprintf(module->name, sizeof(module->name), "%s", name);
	module->btf = btf__load_module_btf(name, btf->vmlinux);
	module->fd = -1;
	return module;
}

static struct btf *module_btf(struct kernel_btf *btf, const char *name)
{
	struct module_btf *module = name ? module_of(btf, name) : NULL;

	return module ? module->btf : NULL;
}

/* Is this object, which the caller opened, the module's own? */
static bool is_of_module(int fd, const char *module)
{
	char name[56] = "";
	struct bpf_btf_info info = {.name = (uintptr_t)name,
				    .name_len = sizeof(name)};
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.kernel_btf &&
	       !strcmp(name, module);
}

/* Objects have names, but are opened by number. Returns one, or -1. */
static int open_object(const char *module)
{
	__u32 id = 0;
	int fd;

	while (!bpf_btf_get_next_id(id, &id)) {
		fd = bpf_btf_get_fd_by_id(id);
		if (fd < 0)
			continue;
		if (is_of_module(fd, module))
			return fd;
		(void)close(fd);
	}
	return -1;
}

/* Among the types that are the module's own. Returns an id or 0. */
static __u32 find_own(const struct kernel_btf *btf, const struct btf *split,
		      const char *name, __u32 kind)
{
	__u32 end = btf__type_cnt(split);

	for (__u32 id = btf__type_cnt(btf->vmlinux); id < end; id++) {
		const struct btf_type *type = btf__type_by_id(split, id);

		if (btf_kind(type) == kind &&
		    !strcmp(btf__name_by_offset(split, type->name_off), name))
			return id;
	}
	return 0;
}

static __u32 find_in_kernel(const struct kernel_btf *btf, const char *name,
			    __u32 kind)
{
	int id;

	if (kind == BTF_KIND_FUNC)
		return name_index_find(btf->functions, name);
	id = btf__find_by_name_kind(btf->vmlinux, name, kind);
	return id > 0 ? (__u32)id : 0;
}

/*
 * A function of a module that is loaded is nowhere else: what the kernel itself
 * has by this name is another one. Types that both use are the kernel's.
 */
static bool must_be_own(const struct kernel_btf *btf, const char *module,
			const struct btf *split, __u32 kind)
{
	return kind == BTF_KIND_FUNC && module &&
	       (split || live_modules_have(btf->live, module));
}

/*
 * Searches the module's types, which are few, then the kernel's. Returns an id
 * or 0; *@where is what was searched last, NULL if that could not be read.
 */
static __u32 find_own_or_kernel(struct kernel_btf *btf, const char *module,
				const char *name, __u32 kind,
				const struct btf **where)
{
	struct btf *split = module_btf(btf, module);
	__u32 id = split ? find_own(btf, split, name, kind) : 0;

	*where = split;
	if (id || must_be_own(btf, module, split, kind))
		return id;
	id = find_in_kernel(btf, name, kind);
	if (id || !module)
		*where = btf->vmlinux;
	return id;
}

/* The same of types, for which a file stands in. */
static __u32 find_type(struct kernel_btf *btf, const char *module,
		       const char *name, __u32 kind, const struct btf **where)
{
	int id;

	if (!btf->file)
		return find_own_or_kernel(btf, module, name, kind, where);
	*where = btf->file;
	id = btf__find_by_name_kind(btf->file, name, kind);
	return id > 0 ? (__u32)id : 0;
}

/*
 * struct btf_module is the kernel's own, if it is built to describe modules
 * (kernel/bpf/btf.c). Modules that are built in, and a file, speak for
 * themselves.
 */
bool kernel_btf_describes_modules(struct kernel_btf *btf)
{
	const struct btf *types = types_of(btf);

	if (!btf->file && size_of(types, "btf_module"))
		return true;
	return size_of(types, "kvm_kernel_irqfd") &&
	       (size_of(types, "vfio_pci_core_device") ||
		size_of(types, "vfio_pci_device"));
}

uint32_t kernel_btf_function(struct kernel_btf *btf, const char *module,
			     const char *function, int *fd)
{
	struct btf *split = module_btf(btf, module);
	__u32 own = split ? find_own(btf, split, function, BTF_KIND_FUNC) : 0;
	struct module_btf *owner;

	*fd = 0;
	if (!own)
		return must_be_own(btf, module, split, BTF_KIND_FUNC)
			       ? 0
			       : find_in_kernel(btf, function, BTF_KIND_FUNC);
	owner = module_of(btf, module);
	if (owner->fd < 0)
		owner->fd = open_object(module);
	*fd = owner->fd;
	return owner->fd < 0 ? 0 : own;
}

enum known kernel_btf_has_function(struct kernel_btf *btf, const char *module,
				   const char *function)
{
	const struct btf *where;

	if (find_own_or_kernel(btf, module, function, BTF_KIND_FUNC, &where))
		return KNOWN_YES;
	return where ? KNOWN_NO : NOT_KNOWN;
}

bool kernel_btf_has_variable(struct kernel_btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf->vmlinux, name, BTF_KIND_VAR) > 0;
}

int kernel_btf_tracepoint_args(struct kernel_btf *btf, const char *module,
			       const char *tracepoint)
{
	const struct btf_type *type;
	const struct btf *where;
	char name[128];
	__u32 id;

	(void)snprintf(name, sizeof(name), "btf_trace_%s", tracepoint);
	id = find_type(btf, module, name, BTF_KIND_TYPEDEF, &where);
	if (!id)
		return -1;
	type = btf__type_by_id(where, id);
	while (type && (btf_is_typedef(type) || btf_is_ptr(type)))
		type = btf__type_by_id(where, type->type);
	/* The first one is the tracepoint's own data. */
	return type && btf_is_func_proto(type) ? btf_vlen(type) - 1 : -1;
}

static bool find_in_enum(const struct btf *btf, const struct btf_type *type,
			 const char *name, uint32_t *value)
{
	const struct btf_enum *entry = btf_enum(type);

	for (int i = 0; i < btf_vlen(type); i++, entry++) {
		if (strcmp(btf__name_by_offset(btf, entry->name_off), name) !=
		    0)
			continue;
		*value = (uint32_t)entry->val;
		return true;
	}
	return false;
}

bool kernel_btf_enumerator(struct kernel_btf *btf, const char *name,
			   uint32_t *value)
{
	const struct btf *types = types_of(btf);
	__u32 end = btf__type_cnt(types);

	for (__u32 id = 1; id < end; id++) {
		const struct btf_type *type = btf__type_by_id(types, id);

		if (btf_is_enum(type) && find_in_enum(types, type, name, value))
			return true;
	}
	return false;
}

static char *shorten_inhibit(const char *name)
{
	size_t prefix = strlen(INHIBIT_PREFIX);
	char *copy;

	if (strncmp(name, INHIBIT_PREFIX, prefix) != 0)
		return NULL;
	copy = strdup(name + prefix);
	for (char *at = copy; at && *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

static void read_inhibits(struct kernel_btf *btf)
{
	const struct btf_type *type;
	const struct btf_enum *entry;
	const struct btf *where;
	__u32 id = find_type(btf, "kvm", INHIBIT_ENUM, BTF_KIND_ENUM, &where);

	btf->inhibits_read = true;
	if (!id)
		return;
	type = btf__type_by_id(where, id);
	entry = btf_enum(type);
	for (int i = 0; i < btf_vlen(type); i++, entry++)
		if (entry->val >= 0 && entry->val < INHIBITS_MAX &&
		    !btf->inhibits[entry->val])
			btf->inhibits[entry->val] = shorten_inhibit(
				btf__name_by_offset(where, entry->name_off));
}

const char *kernel_btf_inhibit_name(struct kernel_btf *btf, unsigned int bit)
{
	if (!btf->inhibits_read)
		read_inhibits(btf);
	return btf->inhibits[bit];
}

/* --- irq_stat --- */

static const struct {
	const char *field; /* on kernels before 7.2 */
	const char *enumerator; /* the index in counts, from 7.2 on */
} irq_stat_names[HOST_VECTOR_COUNT] = {
	[HOST_PIN] = {"kvm_posted_intr_ipis", "IRQ_COUNT_POSTED_INTR"},
	[HOST_NPI] = {"kvm_posted_intr_nested_ipis",
		      "IRQ_COUNT_POSTED_INTR_NESTED"},
	[HOST_PIW] = {"kvm_posted_intr_wakeup_ipis",
		      "IRQ_COUNT_POSTED_INTR_WAKEUP"},
	[HOST_PMN] = {"posted_msi_notification_count",
		      "IRQ_COUNT_POSTED_MSI_NOTIFICATION"},
};

static const struct btf_type *resolve(const struct btf *btf, __u32 id)
{
	int resolved = btf__resolve_type(btf, id);

	return resolved > 0 ? btf__type_by_id(btf, (__u32)resolved) : NULL;
}

static const struct btf_type *irq_stat_type(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "irq_stat", BTF_KIND_VAR);
	const struct btf_type *type;

	if (id <= 0)
		return NULL;
	type = resolve(btf, btf__type_by_id(btf, (__u32)id)->type);
	return type && btf_is_struct(type) ? type : NULL;
}

/* The offset of a member, or -1. */
static int member_offset(const struct btf *btf, const struct btf_type *type,
			 const char *name)
{
	const struct btf_member *member = btf_members(type);

	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (strcmp(btf__name_by_offset(btf, member[i].name_off),
			   name) == 0)
			return (int)(btf_member_bit_offset(type, i) / 8);
	return -1;
}

int kernel_btf_irq_stat(struct kernel_btf *btf, int offsets[HOST_VECTOR_COUNT])
{
	const struct btf_type *type = irq_stat_type(btf->vmlinux);
	uint32_t index;
	int counts;

	if (!type)
		return -ENOENT;
	counts = member_offset(btf->vmlinux, type, "counts");
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		offsets[i] = member_offset(btf->vmlinux, type,
					   irq_stat_names[i].field);
		if (counts >= 0 &&
		    kernel_btf_enumerator(btf, irq_stat_names[i].enumerator,
					  &index))
			offsets[i] = counts + 4 * (int)index;
	}
	return 0;
}
