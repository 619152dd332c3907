/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that ask for an end. */
#ifndef PITRACE_SIGNALS_H
#define PITRACE_SIGNALS_H

/*
 * Catches the first of each SIGINT, SIGTERM and SIGHUP; the second one ends the
 * process. Returns a descriptor that is readable once one came, for
 * signals_leave(), or a negative errno. There can be one at a time.
 */
int signals_catch(void);

/* @fd may be negative. Those that were not there yet stay caught. */
void signals_leave(int fd);

#endif
