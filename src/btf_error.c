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

const char *btf_absence_text(enum btf_absence absence)
{
	static const char *const texts[] = {
		[BTF_NOT_BUILT] = "this kernel has no BTF",
		[BTF_NO_SYSFS] = "sysfs is not mounted at /sys",
		[BTF_HIDDEN] = "/sys/kernel/btf is hidden from this process",
	};

	return texts[absence];
}

const char *btf_absence_remedy(enum btf_absence absence)
{
	static const char *const texts[] = {
		[BTF_NOT_BUILT] = "a kernel with CONFIG_DEBUG_INFO_BTF=y",
		[BTF_NO_SYSFS] = "sysfs mounted at /sys",
		[BTF_HIDDEN] = ("that directory, which only something mounted "
				"over it hides"),
	};

	return texts[absence];
}
