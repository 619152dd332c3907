// SPDX-License-Identifier: GPL-2.0-only
/* /proc/kallsyms, whatever it may be, against a plain reading of it. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kallsyms.h"

/* Lines that are searched one after the other. */
#define MAX_SEARCHED 256

#define MAX_OFFSET   (UINT64_C(1) << 20)

struct expected {
	uint64_t addresses[MAX_SEARCHED]; /* the first of them */
	size_t count, hidden;
};

static void expect_line(const char *line, struct expected *expected)
{
	static regex_t form;
	uint64_t address;

	if (!fuzz_matches(&form,
			  "^[0-9a-f]{1,16} [tTwW] "
			  "[^ \t]+([ \t]+\\[[^]]+\\])?$",
			  line))
		return;
	address = strtoull(line, NULL, 16);
	if (!address)
		expected->hidden++;
	else if (expected->count++ < MAX_SEARCHED)
		expected->addresses[expected->count - 1] = address;
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
		if (expected->addresses[i] <= address &&
		    expected->addresses[i] > best)
			best = expected->addresses[i];
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

static void check_table(const struct kallsyms *table,
			const struct expected *expected)
{
	REQUIRE(kallsyms_count(table) == expected->count);
	if (expected->count > MAX_SEARCHED)
		return;
	for (size_t i = 0; i < expected->count; i++) {
		uint64_t address = expected->addresses[i];

		check_find(table, expected, address - 1);
		check_find(table, expected, address);
		check_find(table, expected, address + 1);
		check_find(table, expected, address + MAX_OFFSET + 1);
	}
	check_find(table, expected, 0);
	check_find(table, expected, UINT64_MAX);
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
	return 0;
}
