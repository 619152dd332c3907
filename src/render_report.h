/* SPDX-License-Identifier: GPL-2.0-only */
/* --report: one page of HTML that needs nothing else. */
#ifndef PITRACE_RENDER_REPORT_H
#define PITRACE_RENDER_REPORT_H

#include <stdio.h>

#include "report_keep.h"

/*
 * Writes the page: what src/report/ has of it, and within that the records
 * that were kept. Strings from outside stand nowhere but in them and in the
 * table for browsers without scripts, where neither can end what it is in.
 * Returns 0 or the negative errno of memory or of the write.
 */
int render_report(FILE *out, const struct report_keep *keep);

#endif
