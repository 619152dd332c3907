/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that ask for an end. */
#ifndef PITRACE_SIGNALS_H
#define PITRACE_SIGNALS_H

#include <signal.h>

/*
 * Of the same signals: none comes until they are released. For making a file
 * that signals_guard() is to know.
 */
void signals_hold(sigset_t *before);
void signals_release(const sigset_t *before);

/*
 * From here to signals_unguard(), the file at @path goes if one of these
 * signals ends the process. Borrows @path. There can be one at a time.
 */
void signals_guard(const char *path);
void signals_unguard(void);

/*
 * Catches the first of each SIGINT, SIGTERM and SIGHUP; the second one ends the
 * process. Returns a descriptor that is readable once one came, for
 * signals_leave(), or a negative errno. There can be one at a time.
 */
int signals_catch(void);

/* @fd may be negative. Those that were not there yet stay caught. */
void signals_leave(int fd);

#endif
