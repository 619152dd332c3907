// SPDX-License-Identifier: GPL-2.0-only
/* Accept headers of clients: which format of metrics they get. */
#include "support.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "metrics_accept.h"

#define WANTS    ",application/openmetrics-text;version=1.0.0"
#define WANTS_NO ",text/plain,application/openmetrics-text;q=0"

/* What comes last counts. */
static void check_with(const char *text, const char *end,
		       enum metrics_format expected)
{
	size_t length = strlen(text);
	char *both = malloc(length + strlen(end) + 1);

	REQUIRE(both);
	memcpy(both, text, length);
	memcpy(both + length, end, strlen(end) + 1);
	REQUIRE(metrics_accept(both) == expected);
	free(both);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	enum metrics_format format = metrics_accept(text);

	REQUIRE(format == METRICS_TEXT ||
		strcasestr(text, "application/openmetrics-text"));
	check_with(text, WANTS, METRICS_OPENMETRICS);
	check_with(text, WANTS_NO, METRICS_TEXT);
	for (char *c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	REQUIRE(metrics_accept(text) == format);
	free(text);
	return 0;
}
