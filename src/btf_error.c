// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "btf_error.h"

const char *btf_error_text(int error)
{
	switch (error) {
	case BTF_OF_ANOTHER_KERNEL:
		return "of another kernel than the one that runs";
	case BTF_NOT_IN_FILE:
		return "holds no BTF";
	default:
		return strerror(-error);
	}
}
