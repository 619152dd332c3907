// SPDX-License-Identifier: GPL-2.0-only
/* What is read of sysfs and procfs about the host: each text is given to all.
 */
#include "support.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "host_posting.h"
#include "host_text.h"

static void check_irq(const char *text)
{
	static regex_t form;
	bool expected = fuzz_matches(&form, "^[0-9]+\n?$", text) &&
			strtoull(text, NULL, 10) <= INT_MAX;
	unsigned int irq = 0;

	REQUIRE(host_text_irq(text, &irq) == expected);
	if (expected)
		REQUIRE(irq == strtoull(text, NULL, 10));
}

static void check_register(const char *text)
{
	static regex_t form;
	uint64_t value = strtoull(text, NULL, 16);
	bool is_known = fuzz_matches(&form, "^[0-9a-fA-F]{1,16}(\n|$)", text);

	REQUIRE(intel_can_post(text) ==
		(is_known ? value >> 59 & 1 : NOT_KNOWN));
}

static bool posts(uint64_t features)
{
	return (features >> 7 & 1) && (features >> 21 & 7) == 1;
}

/* One is the first register, the other the second, which is never alone. */
static void check_registers(const char *text)
{
	static regex_t form;
	char *rest;
	uint64_t one = strtoull(text, &rest, 16);
	uint64_t other = *rest == ':' ? strtoull(rest + 1, NULL, 16) : 0;
	bool is_known = fuzz_matches(
		&form, "^[0-9a-fA-F]{1,16}(:[0-9a-fA-F]{1,16})?(\n|$)", text);
	bool is_sure = !one || !other || posts(one) == posts(other);

	REQUIRE(amd_can_post(text) ==
		(is_known && is_sure ? posts(one) || posts(other) : NOT_KNOWN));
}

/* @before and @after around the text; the caller frees it. */
static char *around(const char *before, const char *text, const char *after)
{
	char *whole = NULL;

	REQUIRE(asprintf(&whole, "%s%s%s", before, text, after) >= 0);
	return whole;
}

static void check_words(const char *before, const char *text, const char *after,
			enum known expected)
{
	char *whole = around(before, text, after);

	REQUIRE(cmdline_says_nopost(whole) == expected);
	free(whole);
}

static void check_cmdline(const char *text)
{
	enum known answer = cmdline_says_nopost(text);

	REQUIRE(answer == KNOWN_NO || answer == KNOWN_YES);
	check_words("quiet ", text, "", answer);
	check_words("intremap=nopost intremap=on ", text, "", answer);
	check_words("-- ", text, "", KNOWN_NO);
	if (strstr(text, "intremap") || strchr(text, '"') || strstr(text, "--"))
		return;
	REQUIRE(answer == KNOWN_NO);
	check_words("", text, " intremap=nopost\n", KNOWN_YES);
	check_words("intremap=nosid,nopost ", text, "", KNOWN_YES);
	check_words("intremap=nopost ", text, " intremap=on", KNOWN_NO);
}

/* Is @flag a word of the first line that begins with "flags"? */
static bool has_flag(const char *text, const char *flag)
{
	const char *line = strstr(text, "\nflags");
	char *copy, *rest, *word;
	bool found = false;

	if (!line)
		return false;
	copy = strndup(line + 1, strcspn(line + 1, "\n"));
	REQUIRE(copy);
	rest = copy;
	while (!found && (word = strsep(&rest, " \t")))
		found = !strcmp(word, flag);
	free(copy);
	return found;
}

static void check_flags(const char *text)
{
	char *whole = around("processor\t: 0\nflags\t\t: fpu fredx", text, "");
	bool expected = has_flag(whole, "fred");

	REQUIRE(host_text_cpu_has(text, "flags", "fred") ==
		has_flag(text, "fred"));
	REQUIRE(host_text_cpu_has(whole, "flags", "fred") == expected);
	free(whole);
}

static void check_link(const char *text)
{
	const char *slash = strrchr(text, '/');
	char name[32];

	host_text_link(text, name, sizeof(name));
	REQUIRE(!strchr(name, '/'));
	REQUIRE(slash ? !strncmp(slash + 1, name, strlen(name)) : !*name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);

	check_irq(text);
	check_register(text);
	check_registers(text);
	check_cmdline(text);
	check_flags(text);
	check_link(text);
	REQUIRE((host_text_switch(text) == KNOWN_YES) ==
		(*text == 'Y' || *text == '1'));
	REQUIRE((host_text_msi_kind(text) == VECTOR_MSIX) ==
		(strstr(text, "msix") == text));
	free(text);
	return 0;
}
