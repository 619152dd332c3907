/* SPDX-License-Identifier: GPL-2.0-only */
/* Which options do not go together? */
#ifndef PITRACE_OPTION_CONFLICTS_H
#define PITRACE_OPTION_CONFLICTS_H

#include <stddef.h>

#include "options.h"

/* Returns 0, or -EINVAL with one line in @text that names two that do not. */
int option_conflicts(const struct options *options, char *text, size_t size);

#endif
