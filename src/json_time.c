// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json_time.h"

#define NS_PER_SECOND 1000000000

/* The last second whose nanoseconds all have a number, in the year 2262. */
#define LAST_SECOND (INT64_MAX / NS_PER_SECOND - 1)

void json_time_format(int64_t time_ns, char text[JSON_TIME_LEN])
{
	time_t seconds = (time_t)(time_ns / NS_PER_SECOND);
	long rest = (long)(time_ns % NS_PER_SECOND);
	char date[32];
	struct tm utc;

	if (rest < 0) {
		rest += NS_PER_SECOND;
		seconds--;
	}
	gmtime_r(&seconds, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, JSON_TIME_LEN, "%s.%09ldZ", date, rest);
}

/* Written again it has to be the same, so that no 30 February passes. */
bool json_time_parse(const char *text, int64_t *time_ns)
{
	struct tm utc = {.tm_isdst = 0};
	char again[JSON_TIME_LEN];
	long rest = 0;
	time_t seconds;

	if (strlen(text) >= sizeof(again) ||
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%9ldZ", &utc.tm_year,
		   &utc.tm_mon, &utc.tm_mday, &utc.tm_hour, &utc.tm_min,
		   &utc.tm_sec, &rest) != 7)
		return false;
	utc.tm_year -= 1900;
	utc.tm_mon--;
	seconds = timegm(&utc);
	if (seconds < 0 || seconds > LAST_SECOND || rest < 0)
		return false;
	*time_ns = (int64_t)seconds * NS_PER_SECOND + rest;
	json_time_format(*time_ns, again);
	return strcmp(text, again) == 0;
}
