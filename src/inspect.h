/* SPDX-License-Identifier: GPL-2.0-only */
/* --inspect: what would each interrupt do now? Asks once, shows it, ends. */
#ifndef PITRACE_INSPECT_H
#define PITRACE_INSPECT_H

#include "display.h"
#include "failure.h"
#include "options.h"

/* Returns 0 or a negative errno, with @failure filled in. */
int inspect_run(const struct options *options, struct display *display,
		struct failure *failure);

#endif
