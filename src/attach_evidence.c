// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "attach_evidence.h"

#define ENDBR_SIZE 4

/* "irqfd_wakeup [kvm] (1) R   D  ..." up to the end of line. */
static bool line_names(const char *line, const char *module,
		       const char *function)
{
	size_t length = strlen(function);
	char suffix[80] = " (";

	if (strncmp(line, function, length) != 0)
		return false;
	if (module)
		(void)snprintf(suffix, sizeof(suffix), " [%s] (", module);
	return !strncmp(line + length, suffix, strlen(suffix));
}

static bool needs_direct_call(enum attach_method method)
{
	return method == METHOD_FENTRY || method == METHOD_FEXIT;
}

/* Newer kernels (7.2, not 6.18) jump to some trampolines: ftrace_is_jmp(). */
static bool has_direct_call(const char *line, const char *end)
{
	static const char *const marks[] = {"\tdirect-->", "\tdirect(jmp)-->"};
	size_t room = (size_t)(end - line);

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (memmem(line, room, marks[i], strlen(marks[i])))
			return true;
	return false;
}

enum verdict verify_in_list(const char *text, const char *module,
			    const char *function, enum attach_method method)
{
	const char *line, *end;

	for (line = text; *line; line = *end ? end + 1 : end) {
		/* What belongs to an entry goes on in indented lines. */
		for (end = strchrnul(line, '\n'); end[0] && end[1] == '\t';)
			end = strchrnul(end + 1, '\n');
		if (!line_names(line, module, function))
			continue;
		if (needs_direct_call(method) && !has_direct_call(line, end))
			return ATTACH_DID_NOT_TAKE;
		return ATTACH_TOOK;
	}
	return ATTACH_DID_NOT_TAKE;
}

static bool is_patched(const unsigned char *site)
{
	/* call, jmp, int3: what ftrace, optimised kprobes and kprobes write */
	return site[0] == 0xe8 || site[0] == 0xe9 || site[0] == 0xcc;
}

enum verdict verify_in_text(const unsigned char *text, size_t size)
{
	static const unsigned char nop5[] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
	static const size_t sites[] = {0, ENDBR_SIZE};

	for (size_t i = 0; i < 2; i++) {
		if (sites[i] + sizeof(nop5) > size)
			break;
		if (!memcmp(text + sites[i], nop5, sizeof(nop5)))
			return ATTACH_DID_NOT_TAKE;
		if (is_patched(text + sites[i]))
			return ATTACH_TOOK;
	}
	return ATTACH_UNVERIFIABLE;
}
