// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the BTF of the running kernel and of modules as one file, as a host
 * that describes no modules is given one:
 *
 *   btf-flat FILE MODULE...
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Types of a module follow the kernel's; here they follow other modules'. */
struct shift {
	__u32 first; /* of the module's own */
	__u32 by;
};

static void move_id(__u32 *id, const struct shift *shift)
{
	if (*id >= shift->first)
		*id += shift->by;
}

static void move_members(struct btf_type *type, const struct shift *shift)
{
	struct btf_member *members = btf_members(type);

	for (int i = 0; i < btf_vlen(type); i++)
		move_id(&members[i].type, shift);
}

static void move_prototype(struct btf_type *type, const struct shift *shift)
{
	struct btf_param *params = btf_params(type);

	move_id(&type->type, shift);
	for (int i = 0; i < btf_vlen(type); i++)
		move_id(&params[i].type, shift);
}

static void move_ids(struct btf_type *type, const struct shift *shift)
{
	switch (btf_kind(type)) {
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		break;
	case BTF_KIND_ARRAY:
		move_id(&btf_array(type)->type, shift);
		move_id(&btf_array(type)->index_type, shift);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		move_members(type, shift);
		break;
	case BTF_KIND_FUNC_PROTO:
		move_prototype(type, shift);
		break;
	default: /* has a type and nothing else */
		move_id(&type->type, shift);
	}
}

static int add_module(struct btf *flat, struct btf *base, const char *name)
{
	struct btf *module = btf__load_module_btf(name, base);
	struct shift shift;
	int id;

	if (!module)
		return -errno;
	shift.first = btf__type_cnt(base);
	shift.by = btf__type_cnt(flat) - shift.first;
	for (__u32 i = shift.first; i < btf__type_cnt(module); i++) {
		const struct btf_type *type = btf__type_by_id(module, i);

		/* Variables are of no use, but ids must not change. */
		if (btf_is_datasec(type))
			id = btf__add_int(flat, "unused", 4, 0);
		else
			id = btf__add_type(flat, module, type);
		if (id < 0)
			return id;
		move_ids((struct btf_type *)btf__type_by_id(flat, (__u32)id),
			 &shift);
	}
	btf__free(module);
	return 0;
}

static int write_file(const struct btf *flat, const char *path)
{
	FILE *file = fopen(path, "we");
	const void *data;
	__u32 size;
	int err = 0;

	if (!file)
		return -errno;
	data = btf__raw_data(flat, &size);
	if (fwrite(data, 1, size, file) != size)
		err = -EIO;
	if (fclose(file))
		err = -errno;
	return err;
}

int main(int argc, char **argv)
{
	struct btf *base = btf__load_vmlinux_btf();
	struct btf *flat = btf__load_vmlinux_btf();
	int err = base && flat && argc > 2 ? 0 : -EINVAL;

	for (int i = 2; i < argc && !err; i++)
		err = add_module(flat, base, argv[i]);
	if (!err)
		err = write_file(flat, argv[1]);
	if (err)
		fprintf(stderr, "btf-flat: %s\n", strerror(-err));
	btf__free(flat);
	btf__free(base);
	return err ? 1 : 0;
}
