/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's command line, taken apart as the kernel does (lib/cmdline.c). */
#ifndef PITRACE_KERNEL_CMDLINE_H
#define PITRACE_KERNEL_CMDLINE_H

#include <stdbool.h>

/* "name" or "name=value", without quotes around it; each is cut to its room. */
struct kernel_argument {
	char name[64];
	char value[256]; /* "" if there is none */
};

/*
 * Takes the first argument of *@cmdline, a reading of /proc/cmdline, and moves
 * *@cmdline behind it. Returns false if there is none left, or if it is "--":
 * what follows is for init.
 */
bool kernel_cmdline_next(const char **cmdline,
			 struct kernel_argument *argument);

#endif
