// SPDX-License-Identifier: GPL-2.0-only
#include "number_format.h"

#include <inttypes.h>
#include <stdio.h>

/* 2^64 as a double: the first value that a uint64_t cannot hold. */
#define TOO_LARGE 18446744073709551616.0

void format_count(uint64_t count, char text[NUMBER_LEN])
{
	static const char suffixes[] = "kMGTPE";
	unsigned int whole, tenths;
	uint64_t unit = 1000;
	size_t i = 0;

	if (count < 10000) {
		snprintf(text, NUMBER_LEN, "%" PRIu64, count);
		return;
	}
	while (count / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	whole = (unsigned int)(count / unit);
	tenths = (unsigned int)(count % unit / (unit / 10));
	if (whole >= 100)
		snprintf(text, NUMBER_LEN, "%u%c", whole, suffixes[i]);
	else
		snprintf(text, NUMBER_LEN, "%u.%u%c", whole, tenths,
			 suffixes[i]);
}

void format_count_exact(uint64_t count, char text[NUMBER_LEN])
{
	snprintf(text, NUMBER_LEN, "%" PRIu64, count);
}

/* Below 10/s a tenth matters; from there on counts are good enough. */
static void format_rate_as(double per_second, char text[NUMBER_LEN],
			   void (*format)(uint64_t, char[NUMBER_LEN]))
{
	char number[NUMBER_LEN];

	/* False for NaN, too. */
	if (!(per_second >= 0 && per_second < TOO_LARGE)) {
		snprintf(text, NUMBER_LEN, "-");
	} else if (per_second == 0) {
		snprintf(text, NUMBER_LEN, "0/s");
	} else if (per_second < 0.05) {
		snprintf(text, NUMBER_LEN, "<0.1/s");
	} else if (per_second < 9.95) {
		snprintf(text, NUMBER_LEN, "%.1f/s", per_second);
	} else {
		format((uint64_t)(per_second + 0.5), number);
		snprintf(text, NUMBER_LEN, "%.20s/s", number);
	}
}

void format_rate(double per_second, char text[NUMBER_LEN])
{
	format_rate_as(per_second, text, format_count);
}

void format_rate_exact(double per_second, char text[NUMBER_LEN])
{
	format_rate_as(per_second, text, format_count_exact);
}
