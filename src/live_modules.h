/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of the modules that matter here are live, as of one look. */
#ifndef PITRACE_LIVE_MODULES_H
#define PITRACE_LIVE_MODULES_H

#include <stdbool.h>

/* One after another: what comes during the look may be in it or not. */
unsigned int live_modules_look(void);

/* Whether @module is in what a look has found; asks nobody. */
bool live_modules_have(unsigned int live, const char *module);

#endif
