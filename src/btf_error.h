/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be wrong with type information. */
#ifndef PITRACE_BTF_ERROR_H
#define PITRACE_BTF_ERROR_H

#include <errno.h>

/* Beside any other negative errno. */
#define BTF_OF_ANOTHER_KERNEL (-ESTALE)
#define BTF_NOT_IN_FILE       (-EBADMSG)

/* In words; as strerror()'s, the text may be overwritten by the next one. */
const char *btf_error_text(int error);

/* Why there is no /sys/kernel/btf/vmlinux. */
enum btf_absence {
	BTF_NOT_BUILT, /* the kernel has none */
	BTF_NO_SYSFS,
	BTF_HIDDEN, /* from this process, as a container's runtime can */
};

const char *btf_absence_text(enum btf_absence absence);

/* What helps. */
const char *btf_absence_remedy(enum btf_absence absence);

#endif
