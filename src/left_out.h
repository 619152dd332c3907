/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that are not loaded, as if the kernel refused them, for tests of
 * what is done then: the environment variable PITRACE_WITHOUT names them by
 * their names in src/probes.c, with commas in between.
 */
#ifndef PITRACE_LEFT_OUT_H
#define PITRACE_LEFT_OUT_H

#include <stdbool.h>

#define LEFT_OUT_VARIABLE "PITRACE_WITHOUT"

/* Is @program among @names, as "fexit_inatomic,kprobe_msi"? */
bool left_out_has(const char *names, const char *program);

#endif
