// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/btf.h>

#include "support.h"

#include "name_index.h"

/* Types of a module begin where the kernel's end. */
#define MANY 5000

static struct btf *btf_with(int functions)
{
	struct btf *btf = btf__new_empty();
	int integer = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int type = btf__add_func_proto(btf, integer);
	char name[32];

	for (int i = 0; i < functions; i++) {
		(void)snprintf(name, sizeof(name), "function_%d", i);
		assert_true(btf__add_func(btf, name, BTF_FUNC_GLOBAL, type) >
			    0);
	}
	return btf;
}

static void each_function_is_found(void **state)
{
	struct btf *btf = btf_with(MANY);
	struct name_index *index = name_index_new(btf, 1);
	char name[32];

	(void)state;
	assert_non_null(index);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "function_%d", i);
		assert_int_equal(
			name_index_find(index, name),
			btf__find_by_name_kind(btf, name, BTF_KIND_FUNC));
	}
	assert_int_equal(name_index_find(index, "function_5000"), 0);
	assert_int_equal(name_index_find(index, "function_"), 0);
	assert_int_equal(name_index_find(index, ""), 0);
	name_index_free(index);
	btf__free(btf);
}

static void other_types_are_no_functions(void **state)
{
	struct btf *btf = btf_with(1);
	struct name_index *index;

	(void)state;
	assert_true(btf__add_struct(btf, "irqfd", 8) > 0);
	index = name_index_new(btf, 1);
	assert_int_equal(name_index_find(index, "irqfd"), 0);
	assert_int_equal(name_index_find(index, "int"), 0);
	assert_true(name_index_find(index, "function_0") > 0);
	name_index_free(index);
	btf__free(btf);
}

/* Static functions of two files can share a name: libbpf takes the first. */
static void the_first_of_a_name_counts(void **state)
{
	struct btf *btf = btf_with(3);
	int first = btf__find_by_name_kind(btf, "function_1", BTF_KIND_FUNC);
	int proto = (int)btf__type_by_id(btf, (__u32)first)->type;
	struct name_index *index;

	(void)state;
	assert_true(btf__add_func(btf, "function_1", BTF_FUNC_STATIC, proto) >
		    first);
	index = name_index_new(btf, 1);
	assert_int_equal(name_index_find(index, "function_1"), first);
	name_index_free(index);
	btf__free(btf);
}

static void types_before_the_first_are_left_out(void **state)
{
	struct btf *btf = btf_with(2);
	int second = btf__find_by_name_kind(btf, "function_1", BTF_KIND_FUNC);
	struct name_index *index = name_index_new(btf, (uint32_t)second);

	(void)state;
	assert_int_equal(name_index_find(index, "function_0"), 0);
	assert_int_equal(name_index_find(index, "function_1"), second);
	name_index_free(index);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_function_is_found),
		cmocka_unit_test(other_types_are_no_functions),
		cmocka_unit_test(the_first_of_a_name_counts),
		cmocka_unit_test(types_before_the_first_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
