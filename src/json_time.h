/* SPDX-License-Identifier: GPL-2.0-only */
/* Times of day as records have them: RFC 3339, UTC, nanoseconds. */
#ifndef PITRACE_JSON_TIME_H
#define PITRACE_JSON_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-01-31T23:59:59.000000001Z", and room for any year. */
#define JSON_TIME_LEN 48

/* @time_ns: nanoseconds since 1970, or before. */
void json_time_format(int64_t time_ns, char text[JSON_TIME_LEN]);

/* Reads exactly what json_time_format() writes, but not from before 1970. */
bool json_time_parse(const char *text, int64_t *time_ns);

#endif
