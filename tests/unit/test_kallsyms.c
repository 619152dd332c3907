// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kallsyms.h"

static FILE *open_text(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");

	assert_non_null(file);
	return file;
}

static int load(const char *text, struct kallsyms **table)
{
	size_t size = strlen(text);
	FILE *file = fmemopen((void *)text, size ? size : 1, "r");
	int result;

	assert_non_null(file);
	if (!size)
		fgetc(file);
	result = kallsyms_load(file, table);
	fclose(file);
	return result;
}

/* Checks what covers @address; NULL for nothing. */
static void check(const struct kallsyms *table, uint64_t address,
		  const char *name, const char *module, uint64_t offset)
{
	struct symbol symbol;

	if (!name) {
		assert_false(kallsyms_find(table, address, &symbol));
		return;
	}
	assert_true(kallsyms_find(table, address, &symbol));
	assert_string_equal(symbol.name, name);
	assert_int_equal(symbol.offset_bytes, offset);
	if (module)
		assert_string_equal(symbol.module, module);
	else
		assert_null(symbol.module);
}

static const char small[] =
	"0000000000000000 A fixed_percpu_data\n"
	"ffffffff81000000 T _text\n"
	"ffffffff81000100 t handle_irq_event\n"
	"ffffffff81000180 W weak_one\n"
	"ffffffff81800000 D some_data\n"
	"ffffffffc0a81230 t vmx_deliver_interrupt\t[kvm_intel]\n"
	"ffffffffc0a81300 t vmx_other\t[kvm_intel]\n"
	"ffffffffc0a81400 d vmx_data\t[kvm_intel]\n"
	"ffffffffc0900000 t vfio_msihandler\t[vfio_pci_core]\n"
	"ffffffffc0001000 t bpf_prog_6deef7357e7b4530_handler\t[bpf]\n"
	"ffffffffc0002000 t bpf_trampoline_6442508829\t[bpf]\n"
	"ffffffffc0003000 t ftrace_trampoline\t[__builtin__ftrace]\n";

static void addresses_are_found(void **state)
{
	struct kallsyms *table;

	(void)state;
	assert_int_equal(load(small, &table), 0);
	assert_int_equal(kallsyms_count(table), 9);
	check(table, 0, NULL, NULL, 0);
	check(table, 0xffffffff80ffffff, NULL, NULL, 0);
	check(table, 0xffffffff81000000, "_text", NULL, 0);
	check(table, 0xffffffff810000ff, "_text", NULL, 0xff);
	check(table, 0xffffffff81000100, "handle_irq_event", NULL, 0);
	check(table, 0xffffffff81000155, "handle_irq_event", NULL, 0x55);
	check(table, 0xffffffffc0a81231, "vmx_deliver_interrupt", "kvm_intel",
	      1);
	check(table, 0xffffffffc0a81301, "vmx_other", "kvm_intel", 1);
	check(table, 0xffffffffc0900013, "vfio_msihandler", "vfio_pci_core",
	      19);
	check(table, 0xffffffffc0001010, "bpf_prog_6deef7357e7b4530_handler",
	      "bpf", 16);
	check(table, 0xffffffffc0003001, "ftrace_trampoline",
	      "__builtin__ftrace", 1);
	kallsyms_free(table);
}

static void far_address_has_no_symbol(void **state)
{
	struct kallsyms *table;

	(void)state;
	assert_int_equal(load(small, &table), 0);
	check(table, 0xffffffff81000180 + (1 << 20), "weak_one", NULL, 1 << 20);
	check(table, 0xffffffff81000181 + (1 << 20), NULL, NULL, 0);
	check(table, UINT64_MAX, NULL, NULL, 0);
	kallsyms_free(table);
}

static void first_global_name_is_preferred(void **state)
{
	struct kallsyms *table;

	(void)state;
	assert_int_equal(load("0000000000002000 t c\n"
			      "0000000000001000 t local_b\n"
			      "0000000000001000 W weak\n"
			      "0000000000001000 T global_b\n"
			      "0000000000001000 T global_a\n"
			      "0000000000002000 t b\n"
			      "0000000000002000 t a\n",
			      &table),
			 0);
	check(table, 0x1000, "global_b", NULL, 0);
	check(table, 0x1fff, "global_b", NULL, 0xfff);
	check(table, 0x2004, "c", NULL, 4);
	kallsyms_free(table);
}

static void functions_are_found_by_name(void **state)
{
	struct kallsyms *table;
	uint64_t address = 0;

	(void)state;
	assert_int_equal(load("0000000000004000 T same\t[kvm]\n"
			      "0000000000003000 t same\t[kvm]\n"
			      "0000000000002000 t same\n"
			      "0000000000001000 t only\t[vfio]\n",
			      &table),
			 0);
	assert_true(kallsyms_address_of(table, "kvm", "same", &address));
	assert_int_equal(address, 0x3000);
	assert_true(kallsyms_address_of(table, NULL, "same", &address));
	assert_int_equal(address, 0x2000);
	assert_false(kallsyms_address_of(table, NULL, "only", &address));
	assert_false(kallsyms_address_of(table, "vfio", "same", &address));
	assert_int_equal(address, 0x2000);
	kallsyms_free(table);
}

/* Data as well, and without a table of all. */
static void one_address_is_read(void **state)
{
	FILE *file = open_text("0000000000003000 D wanted\t[kvm]\n"
			       "0000000000004000 D wanted_too\n"
			       "0000000000000000 D hidden\n"
			       "0000000000002000 D wanted\n"
			       "0000000000001000 D cut");
	uint64_t address;

	(void)state;
	assert_true(kallsyms_read_address(file, NULL, "wanted", &address));
	assert_int_equal(address, 0x2000);
	assert_true(kallsyms_read_address(file, NULL, "wanted_too", &address));
	assert_int_equal(address, 0x4000);
	assert_false(kallsyms_read_address(file, NULL, "hidden", &address));
	assert_false(kallsyms_read_address(file, NULL, "cut", &address));
	assert_false(kallsyms_read_address(file, NULL, "", &address));
	assert_true(kallsyms_read_address(file, "kvm", "wanted", &address));
	assert_int_equal(address, 0x3000);
	assert_false(
		kallsyms_read_address(file, "kvm", "wanted_too", &address));
	assert_false(kallsyms_read_address(file, "vfio", "wanted", &address));
	fclose(file);
}

static void hidden_addresses_are_told(void **state)
{
	struct kallsyms *table = NULL;

	(void)state;
	assert_int_equal(load("0000000000000000 T _text\n"
			      "0000000000000000 t a\t[kvm]\n",
			      &table),
			 -EPERM);
	assert_null(table);
}

static void text_without_code_is_refused(void **state)
{
	struct kallsyms *table = NULL;

	(void)state;
	assert_int_equal(load("", &table), -ENODATA);
	assert_int_equal(load("\n\n", &table), -ENODATA);
	assert_int_equal(load("ffffffff81800000 D data\n", &table), -ENODATA);
	assert_int_equal(load("0000000000000000 A data\n", &table), -ENODATA);
	assert_null(table);
}

static void malformed_lines_are_skipped(void **state)
{
	static const char *const lines[] = {
		"garbage\n",
		"\n",
		" \n",
		"ffffffff81000000\n",
		"ffffffff81000000 \n",
		"ffffffff81000000 T\n",
		"ffffffff81000000 T \n",
		"ffffffff81000000 T \t[kvm]\n",
		"ffffffff81000000Tname\n",
		"ffffffff81000000 TT name\n",
		"fffffffff81000000 T name\n",
		"xfffffff81000000 T name\n",
		"ffffffff81000000 T name\t[kvm\n",
		"ffffffff81000000 T name\t[]\n",
		"ffffffff81000000 T name\tkvm\n",
		"ffffffff81000000 T name\t[kvm]x\n",
		"ffffffff81000000 T two names\n",
		"ffffffff81000000 T cut_na",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct kallsyms *table;
		char text[200];

		snprintf(text, sizeof(text), "0000000000001000 t good\n%s",
			 lines[i]);
		assert_int_equal(load(text, &table), 0);
		if (kallsyms_count(table) != 1)
			fail_msg("'%s' was taken", lines[i]);
		check(table, 0x1001, "good", NULL, 1);
		kallsyms_free(table);
	}
}

static void read_error_is_told(void **state)
{
	FILE *directory = fopen(".", "r");
	struct kallsyms *table = NULL;

	(void)state;
	assert_non_null(directory);
	assert_int_equal(kallsyms_load(directory, &table), -EISDIR);
	fclose(directory);
	assert_null(table);
}

/* As many as a large kernel has, backwards, so that sorting has to work. */
static void many_symbols_are_found(void **state)
{
	enum {
		MANY = 300000
	};
	struct capture capture;
	FILE *file = capture_begin(&capture);
	struct kallsyms *table;
	char *text, name[32];

	(void)state;
	for (int i = MANY - 1; i >= 0; i--)
		fprintf(file, "%016x t function_%d\t[module_%d]\n",
			0x1000000 + i * 16, i, i / 1000);
	text = capture_end(&capture);
	assert_int_equal(load(text, &table), 0);
	free(text);
	assert_int_equal(kallsyms_count(table), MANY);
	for (int i = 0; i < MANY; i += 997) {
		char module[32];

		snprintf(name, sizeof(name), "function_%d", i);
		snprintf(module, sizeof(module), "module_%d", i / 1000);
		check(table, (uint64_t)(0x1000000 + i * 16 + 15), name, module,
		      15);
	}
	kallsyms_free(table);
}

static void own_kernel_is_read(void **state)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	struct kallsyms *table = NULL;
	int result;

	(void)state;
	if (!file)
		skip();
	result = kallsyms_load(file, &table);
	fclose(file);
	if (result == -EPERM || result == -ENODATA)
		skip();
	assert_int_equal(result, 0);
	assert_true(kallsyms_count(table) > 1000);
	kallsyms_free(table);
}

static void nothing_to_free(void **state)
{
	(void)state;
	kallsyms_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_found),
		cmocka_unit_test(far_address_has_no_symbol),
		cmocka_unit_test(first_global_name_is_preferred),
		cmocka_unit_test(functions_are_found_by_name),
		cmocka_unit_test(one_address_is_read),
		cmocka_unit_test(hidden_addresses_are_told),
		cmocka_unit_test(text_without_code_is_refused),
		cmocka_unit_test(malformed_lines_are_skipped),
		cmocka_unit_test(read_error_is_told),
		cmocka_unit_test(many_symbols_are_found),
		cmocka_unit_test(own_kernel_is_read),
		cmocka_unit_test(nothing_to_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
