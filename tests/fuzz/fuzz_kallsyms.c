// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/kallsyms, whatever it may be, against a plain reading of it: where
 * symbols are, and what is at an address.
 */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kallsyms.h"

/* Lines that are searched one after the other. */
#define MAX_SEARCHED 256

#define MAX_OFFSET   (UINT64_C(1) << 20)

struct expected_symbol {
	uint64_t address;
	char *name; /* owned; the module's stands behind it */
	char *module; /* NULL for the kernel itself */
};

struct expected {
	struct expected_symbol symbols[MAX_SEARCHED]; /* the first of them */
	size_t count, hidden;
};

/* What is behind the type of a line that is as it should be. */
static void take_names(const char *text, struct expected_symbol *symbol)
{
	char *end;

	symbol->name = strdup(text);
	REQUIRE(symbol->name);
	end = symbol->name + strcspn(symbol->name, " \t");
	symbol->module = *end ? strchr(end, '[') + 1 : NULL;
	*end = '\0';
	if (symbol->module)
		*strchr(symbol->module, ']') = '\0';
}

static void expect_line(const char *line, struct expected *expected)
{
	static regex_t form;
	struct expected_symbol symbol = {.address = strtoull(line, NULL, 16)};

	if (!fuzz_matches(&form,
			  "^[0-9a-f]{1,16} [tTwW] "
			  "[^ \t]+([ \t]+\\[[^]]+\\])?$",
			  line))
		return;
	if (!symbol.address) {
		expected->hidden++;
	} else if (expected->count++ < MAX_SEARCHED) {
		take_names(strchr(line, ' ') + 3, &symbol);
		expected->symbols[expected->count - 1] = symbol;
	}
}

/* Only lines with an end, and without a NUL. */
static void expect_lines(const uint8_t *data, size_t size,
			 struct expected *expected)
{
	const uint8_t *end;

	for (; size && (end = memchr(data, '\n', size)); data = end + 1) {
		size_t length = (size_t)(end - data);
		char *line = fuzz_string(data, length);

		size -= length + 1;
		if (strlen(line) == length)
			expect_line(line, expected);
		free(line);
	}
}

/* The last symbol at or below @address: where it begins, or 0. */
static uint64_t search(const struct expected *expected, uint64_t address)
{
	uint64_t best = 0;

	for (size_t i = 0; i < expected->count; i++)
		if (expected->symbols[i].address <= address &&
		    expected->symbols[i].address > best)
			best = expected->symbols[i].address;
	return best && address - best <= MAX_OFFSET ? best : 0;
}

static void check_find(const struct kallsyms *table,
		       const struct expected *expected, uint64_t address)
{
	uint64_t begin = search(expected, address);
	struct symbol symbol;

	REQUIRE(kallsyms_find(table, address, &symbol) == (begin != 0));
	if (!begin)
		return;
	REQUIRE(symbol.offset_bytes == address - begin);
	REQUIRE(*symbol.name && !strpbrk(symbol.name, " \t\n"));
	if (symbol.module)
		REQUIRE(*symbol.module && !strpbrk(symbol.module, "]\n"));
}

static bool is_named(const struct expected_symbol *symbol, const char *module,
		     const char *name)
{
	if (strcmp(symbol->name, name) != 0 || !symbol->module != !module)
		return false;
	return !module || !strcmp(symbol->module, module);
}

/* Of several the one at the lowest address. */
static void check_address_of(const struct kallsyms *table,
			     const struct expected *expected,
			     const char *module, const char *name)
{
	uint64_t best = 0, address = 1;

	for (size_t i = 0; i < expected->count; i++) {
		const struct expected_symbol *symbol = &expected->symbols[i];

		if (is_named(symbol, module, name) &&
		    (!best || symbol->address < best))
			best = symbol->address;
	}
	REQUIRE(kallsyms_address_of(table, module, name, &address) ==
		(best != 0));
	/* What is not found changes nothing. */
	REQUIRE(address == (best ? best : 1));
}

/* By its own name, and by some that are nearly so. */
static void check_names(const struct kallsyms *table,
			const struct expected *expected, size_t index)
{
	const struct expected_symbol *symbol = &expected->symbols[index];
	const struct expected_symbol *next =
		&expected->symbols[(index + 1) % expected->count];
	char *longer = NULL;

	REQUIRE(asprintf(&longer, "%s_", symbol->name) >= 0);
	check_address_of(table, expected, symbol->module, symbol->name);
	check_address_of(table, expected, next->module, symbol->name);
	check_address_of(table, expected, NULL, symbol->name);
	check_address_of(table, expected, symbol->name, symbol->name);
	check_address_of(table, expected, symbol->module, longer);
	check_address_of(table, expected, symbol->module, symbol->name + 1);
	longer[strlen(longer) - 2] = '\0';
	check_address_of(table, expected, symbol->module, longer);
	free(longer);
}

static void check_table(const struct kallsyms *table,
			const struct expected *expected)
{
	REQUIRE(kallsyms_count(table) == expected->count);
	if (expected->count > MAX_SEARCHED)
		return;
	for (size_t i = 0; i < expected->count; i++) {
		uint64_t address = expected->symbols[i].address;

		check_find(table, expected, address - 1);
		check_find(table, expected, address);
		check_find(table, expected, address + 1);
		check_find(table, expected, address + MAX_OFFSET + 1);
		check_names(table, expected, i);
	}
	check_find(table, expected, 0);
	check_find(table, expected, UINT64_MAX);
}

static void forget(struct expected *expected)
{
	for (size_t i = 0; i < expected->count && i < MAX_SEARCHED; i++)
		free(expected->symbols[i].name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file = {data, size};
	struct expected expected = {.count = 0};
	FILE *stream = fuzz_open(&file);
	struct kallsyms *table = NULL;
	int err = kallsyms_load(stream, &table);

	(void)fclose(stream);
	expect_lines(data, size, &expected);
	if (expected.count) {
		REQUIRE(!err);
		check_table(table, &expected);
	} else {
		REQUIRE(err == (expected.hidden ? -EPERM : -ENODATA));
		REQUIRE(!table);
	}
	kallsyms_free(table);
	forget(&expected);
	return 0;
}
