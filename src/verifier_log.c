// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier_log.h"

/* Of libbpf, around the log. */
#define LOG_BEGINS     "-- BEGIN PROG LOAD LOG --\n"
#define LOG_ENDS       "-- END PROG LOAD LOG --"

#define UNKNOWN_HELPER "invalid func unknown#"

static const char *const helpers[] = {
#define HELPER_NAME(name, ...) [BPF_FUNC_##name] = "bpf_" #name
	__BPF_FUNC_MAPPER(HELPER_NAME)};

static bool starts_with(const char *line, const char *start)
{
	return !strncmp(line, start, strlen(start));
}

/* What kernels write behind the cause: print_verification_stats(). */
static bool is_statistic(const char *line)
{
	return starts_with(line, "processed ") ||
	       starts_with(line, "verification time ") ||
	       starts_with(line, "stack depth ") ||
	       starts_with(line, "subprog ") || starts_with(line, "\n");
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

/* Lines up to @end. */
static const char *find_cause(const char *line, const char *end)
{
	const char *cause = NULL;

	for (; line < end; line = next_line(line))
		if (!is_statistic(line))
			cause = line;
	return cause;
}

/* Where the line with libbpf's end of the log begins; NULL if it has none. */
static const char *end_of(const char *log)
{
	const char *end = strstr(log, LOG_ENDS);

	while (end && end > log && end[-1] != '\n')
		end--;
	return end;
}

/* The name of the helper that a line calls unknown; "" if it does not. */
static const char *helper_in(const char *cause)
{
	unsigned long id;

	if (!starts_with(cause, UNKNOWN_HELPER))
		return "";
	id = strtoul(cause + strlen(UNKNOWN_HELPER), NULL, 10);
	return id < sizeof(helpers) / sizeof(*helpers) && helpers[id]
		       ? helpers[id]
		       : "";
}

bool verifier_log_cause(const char *message, char *cause, size_t size)
{
	const char *log = strstr(message, LOG_BEGINS);
	const char *end = log ? end_of(log += strlen(LOG_BEGINS)) : NULL;
	const char *line = end ? find_cause(log, end) : NULL;
	const char *helper;

	if (!line)
		return false;
	helper = helper_in(line);
	(void)snprintf(cause, size, "%.*s%s%s%s", (int)strcspn(line, "\n"),
		       line, *helper ? " (" : "", helper, *helper ? ")" : "");
	return true;
}
