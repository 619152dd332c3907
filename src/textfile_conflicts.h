/* SPDX-License-Identifier: GPL-2.0-only */
/* Would the file of metrics take the place of another one? */
#ifndef PITRACE_TEXTFILE_CONFLICTS_H
#define PITRACE_TEXTFILE_CONFLICTS_H

#include <stddef.h>

#include "options.h"

/* Returns 0, or -EINVAL with one line in @text that names the option. */
int textfile_conflicts(const struct options *options, char *text, size_t size);

#endif
