// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "left_out.h"

bool left_out_has(const char *names, const char *program)
{
	size_t length = strlen(program);

	for (;;) {
		size_t end = strcspn(names, ",");

		if (end == length && !strncmp(names, program, length))
			return true;
		if (!names[end])
			return false;
		names += end + 1;
	}
}
