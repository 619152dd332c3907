/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands: words in, calls out. */
#ifndef IRQGEN_COMMANDS_H
#define IRQGEN_COMMANDS_H

/* Run one command; 0, or -1 after fail(). */
int command_run(int argc, char **argv);

#endif
