// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include "irq_index.h"

static struct snapshot *snapshot_of(const int *irqs, size_t count)
{
	struct snapshot *s = snapshot_new(count);

	assert_non_null(s);
	for (size_t i = 0; i < count; i++)
		s->vectors[i].irq = irqs[i];
	return s;
}

static void each_vector_is_found_by_its_number(void **state)
{
	static const int irqs[] = {40, 12, 700, -1, 13};
	struct snapshot *s = snapshot_of(irqs, ARRAY_SIZE(irqs));
	struct irq_index index;
	size_t count;

	(void)state;
	assert_int_equal(irq_index_make(&index, s), 0);
	for (size_t i = 0; i < ARRAY_SIZE(irqs); i++) {
		const struct irq_index_entry *entry =
			irq_index_find(&index, irqs[i], &count);

		assert_int_equal(count, irqs[i] < 0 ? 0 : 1);
		if (count)
			assert_int_equal(entry->vector, i);
	}
	assert_null(irq_index_find(&index, 11, &count));
	assert_null(irq_index_find(&index, 39, &count));
	assert_null(irq_index_find(&index, 701, &count));
	irq_index_free(&index);
	snapshot_free(s);
}

static void a_shared_line_has_several(void **state)
{
	static const int irqs[] = {9, 16, 9, 5, 9};
	struct snapshot *s = snapshot_of(irqs, ARRAY_SIZE(irqs));
	const struct irq_index_entry *entry;
	struct irq_index index;
	size_t count;

	(void)state;
	assert_int_equal(irq_index_make(&index, s), 0);
	entry = irq_index_find(&index, 9, &count);
	assert_int_equal(count, 3);
	assert_int_equal(entry[0].vector, 0);
	assert_int_equal(entry[1].vector, 2);
	assert_int_equal(entry[2].vector, 4);
	irq_index_free(&index);
	snapshot_free(s);
}

static void nothing_has_no_number(void **state)
{
	struct snapshot *s = snapshot_new(0);
	struct irq_index index;
	size_t count;

	(void)state;
	assert_int_equal(irq_index_make(&index, s), 0);
	assert_null(irq_index_find(&index, 1, &count));
	assert_int_equal(count, 0);
	irq_index_free(&index);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_vector_is_found_by_its_number),
		cmocka_unit_test(a_shared_line_has_several),
		cmocka_unit_test(nothing_has_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
