// SPDX-License-Identifier: GPL-2.0-only
/*
 * tracefs's enabled_functions, and the first bytes of functions. A list's
 * first line may say whom to look for: "fexit vfio_msihandler vfio_pci_core".
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "attach_evidence.h"

struct wanted {
	enum attach_method method;
	const char *function, *module;
};

/* Returns the list behind it. Names that no kernel has are left out. */
static char *take_wanted(char *text, struct wanted *wanted)
{
	char *rest = strchr(text, '\n'), *word;

	*wanted = (struct wanted){METHOD_FENTRY, "irqfd_wakeup", "kvm"};
	if (!rest ||
	    (strncmp(text, "fexit ", 6) && strncmp(text, "kprobe ", 7)))
		return text;
	*rest++ = '\0';
	wanted->method = *text == 'k' ? METHOD_KPROBE : METHOD_FEXIT;
	word = strchr(text, ' ') + 1;
	text = strchr(word, ' ');
	if (text)
		*text++ = '\0';
	if (!*word || strpbrk(word, "\t"))
		return rest;
	wanted->function = word;
	/* MODULE_NAME_LEN is 56. */
	wanted->module = text && strlen(text) < 56 ? text : NULL;
	return rest;
}

static bool names(const char *line, const struct wanted *wanted)
{
	char *begin = NULL;
	bool is_named;

	REQUIRE(asprintf(&begin, wanted->module ? "%s [%s] (" : "%s (",
			 wanted->function, wanted->module) >= 0);
	is_named = strstr(line, begin) == line;
	free(begin);
	return is_named;
}

static bool has_direct(const char *line)
{
	return strstr(line, "\tdirect-->") || strstr(line, "\tdirect(jmp)-->");
}

/* Line by line: what belongs to an entry follows it, indented. */
static enum verdict expect(char *list, const struct wanted *wanted)
{
	bool found = false, direct = false, is_first = true;
	char *line;

	while ((line = strsep(&list, "\n"))) {
		if (is_first || *line != '\t') {
			if (found)
				break;
			found = names(line, wanted);
		}
		is_first = false;
		direct = direct || (found && has_direct(line));
	}
	if (!found || (wanted->method != METHOD_KPROBE && !direct))
		return ATTACH_DID_NOT_TAKE;
	return ATTACH_TOOK;
}

static void check_list(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct wanted wanted;
	char *list = take_wanted(text, &wanted);
	enum verdict verdict = verify_in_list(list, wanted.module,
					      wanted.function, wanted.method);

	REQUIRE(verdict == expect(list, &wanted));
	free(text);
}

/* A no-op at either place, before anything patched, is no attach. */
static void check_bytes(const uint8_t *data, size_t size)
{
	static const uint8_t nop[] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
	uint8_t *bytes = malloc(size ? size : 1);
	enum verdict verdict;

	REQUIRE(bytes);
	if (size)
		memcpy(bytes, data, size);
	verdict = verify_in_text(bytes, size);
	if (size < sizeof(nop))
		REQUIRE(verdict == ATTACH_UNVERIFIABLE);
	else if (!memcmp(bytes, nop, sizeof(nop)))
		REQUIRE(verdict == ATTACH_DID_NOT_TAKE);
	else if (strchr("\xe8\xe9\xcc", bytes[0]) && bytes[0])
		REQUIRE(verdict == ATTACH_TOOK);
	else if (size < 4 + sizeof(nop))
		REQUIRE(verdict == ATTACH_UNVERIFIABLE);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_list(data, size);
	check_bytes(data, size);
	return 0;
}
