// SPDX-License-Identifier: GPL-2.0-only
/*
 * What --doctor reads of single files, each text given to all, against the
 * kernel's own ways of reading or writing them.
 */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doctor_text.h"
#include "host_text.h"
#include "kernel_cmdline.h"

/* --- the command line, cut up in place as the kernel does it --- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

static char *skip_blanks(char *text)
{
	while (*text && is_blank(*text))
		text++;
	return text;
}

/* One argument; returns what is behind it. @value is NULL if it has none. */
static char *cut_argument(char *text, char **name, char **value)
{
	bool quoted = *text == '"', inside = quoted;
	char *end = text += quoted, *last;

	*name = text;
	*value = NULL;
	for (; *end && (inside || !is_blank(*end)); end++) {
		if (!*value && *end == '=' && end != text)
			*value = end + 1;
		inside ^= *end == '"';
	}
	if (*end)
		*end++ = '\0';
	if (*value)
		(*value)[-1] = '\0';
	if (*value && **value == '"') {
		(*value)++;
		quoted = true;
	}
	last = *value ? *value : *name;
	if (quoted && *last && last[strlen(last) - 1] == '"')
		last[strlen(last) - 1] = '\0';
	return skip_blanks(end);
}

/* As it is cut to the room that there is. */
static void check_cut(const char *got, const char *whole, size_t room)
{
	REQUIRE(strlen(got) < room);
	REQUIRE(!strncmp(got, whole, room - 1));
}

static void check_cmdline(const char *text)
{
	char *copy = strdup(text), *name, *value;
	struct kernel_argument argument;
	const char *rest = text;
	bool forced = false;

	REQUIRE(copy);
	for (char *next = skip_blanks(copy); *next;) {
		bool more;

		next = cut_argument(next, &name, &value);
		more = value || strcmp(name, "--");
		REQUIRE(kernel_cmdline_next(&rest, &argument) == more);
		if (!more)
			break;
		check_cut(argument.name, name, sizeof(argument.name));
		check_cut(argument.value, value ? value : "",
			  sizeof(argument.value));
		forced |= !strcmp(name, "threadirqs");
		if (!*next)
			REQUIRE(!kernel_cmdline_next(&rest, &argument));
	}
	REQUIRE(cmdline_says_threadirqs(text) == forced);
	free(copy);
}

/* --- the others --- */

/* The room is on the heap, so that writing too far shows. */
static void check_level(const char *text, size_t room)
{
	const char *begin = strchr(text, '[');
	bool expected = begin && strchr(begin, ']');
	char *level = malloc(room);

	REQUIRE(level);
	*level = '\0';
	REQUIRE(lockdown_parse(text, level, room) == (expected ? 0 : -EINVAL));
	REQUIRE(strlen(level) < room && !strchr(level, ']'));
	if (expected) {
		size_t length = strcspn(begin + 1, "]");

		REQUIRE(strlen(level) == (length < room ? length : room - 1));
		REQUIRE(!strncmp(begin + 1, level, strlen(level)));
	} else {
		REQUIRE(!*level);
	}
	free(level);
}

/* As lockdown_read() writes it, a word from the text being in force. */
static void check_written_level(const char *text)
{
	char *word = strndup(text, strcspn(text, "[] \n")), *whole = NULL;
	char level[32];

	REQUIRE(word);
	REQUIRE(asprintf(&whole, "none [%s] confidentiality\n", word) >= 0);
	REQUIRE(!lockdown_parse(whole, level, sizeof(level)));
	check_cut(level, word, sizeof(level));
	free(whole);
	free(word);
}

static void check_chip(const char *text)
{
	static regex_t remapped, plain;
	enum known expected = fuzz_matches(&remapped, "^IR-", text) ? KNOWN_YES
			      : fuzz_matches(&plain, "^(PCI-MSI|IO-APIC)", text)
				      ? KNOWN_NO
				      : NOT_KNOWN;

	REQUIRE(chip_says_remapped(text) == expected);
}

/* Behind whichever line of the first CPU it stands. */
static void check_vendor(const char *text)
{
	static const struct {
		const char *id;
		enum cpu_vendor vendor;
	} vendors[] = {
		{"GenuineIntel", CPU_INTEL}, {"AuthenticAMD", CPU_AMD},
		{"HygonGenuine", CPU_AMD},   {"CentaurHauls", CPU_INTEL},
		{"None", CPU_OTHER},
	};
	bool has_line = strstr(text, "\nvendor_id");
	char *whole = NULL;

	if (!has_line)
		REQUIRE(host_text_cpu_vendor(text) == CPU_OTHER);
	for (size_t i = 0; i < sizeof(vendors) / sizeof(*vendors); i++) {
		REQUIRE(asprintf(&whole,
				 "processor\t: 0\nvendor_id\t: %s\n"
				 "model name\t: %s",
				 vendors[i].id, text) >= 0);
		REQUIRE(host_text_cpu_vendor(whole) == vendors[i].vendor);
		free(whole);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);

	check_cmdline(text);
	for (size_t room = 1; room <= 32; room *= 2)
		check_level(text, room);
	check_written_level(text);
	check_chip(text);
	check_vendor(text);
	free(text);
	return 0;
}
