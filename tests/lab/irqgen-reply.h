/* SPDX-License-Identifier: GPL-2.0-only */
/* How a command answers: one line, either "ok ..." or "error ...". */
#ifndef IRQGEN_REPLY_H
#define IRQGEN_REPLY_H

/* Add " text" to the ok line of the command being run. */
void reply(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Make the answer an error with this text instead; returns -1. */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same, with errno's text after it. */
int fail_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print the answer to a command that returned err, and start afresh. */
void reply_send(int err);

#endif
