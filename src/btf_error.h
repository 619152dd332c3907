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

#endif
