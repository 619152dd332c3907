/* SPDX-License-Identifier: GPL-2.0-only */
/* --doctor: what does this host offer for tracing, and what does it not? */
#ifndef PITRACE_DOCTOR_H
#define PITRACE_DOCTOR_H

#include "display.h"
#include "failure.h"
#include "options.h"

/*
 * Looks, tries, shows it and ends. Returns 0 if tracing would start, else
 * -ENOTSUP with the exit code that tracing would end with and no text in
 * @failure, as the report has said it all; on its own failure another negative
 * errno, with @failure filled in.
 */
int doctor_run(const struct options *options, struct display *display,
	       struct failure *failure);

#endif
