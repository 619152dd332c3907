/* SPDX-License-Identifier: GPL-2.0-only */
/* Which format of metrics does a client want? */
#ifndef PITRACE_METRICS_ACCEPT_H
#define PITRACE_METRICS_ACCEPT_H

#include "render_metrics.h"

/*
 * The format that a client likes best, of those there are, by its Accept
 * header (RFC 9110; NULL: it has none). Text 0.0.4 where it does not name
 * OpenMetrics 1.0.0, or understands neither: then it is better than nothing.
 */
enum metrics_format metrics_accept(const char *header);

/* What a Content-Type header says of it. */
const char *metrics_content_type(enum metrics_format format);

#endif
