// SPDX-License-Identifier: GPL-2.0-only
/* Which format a client gets, by its Accept header. */
#include "support.h"

#include "metrics_accept.h"

static void check(enum metrics_format expected, const char *const *headers,
		  size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (metrics_accept(headers[i]) != expected)
			fail_msg("'%s' gets %s", headers[i],
				 metrics_content_type(
					 metrics_accept(headers[i])));
}

static void openmetrics(void **state)
{
	static const char *const headers[] = {
		/* Prometheus 2.5, 2.42, 3.0 */
		"application/openmetrics-text; version=0.0.1,"
		"application/openmetrics-text;version=1.0.0;q=0.9,"
		"text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		"application/openmetrics-text;version=1.0.0,application/"
		"openmetrics-text;version=0.0.1;q=0.75,text/plain;version="
		"0.0.4;q=0.5,*/*;q=0.1",
		"application/openmetrics-text;version=1.0.0;escaping=allow-utf-"
		"8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
		"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/"
		"plain;version=0.0.4;q=0.3,*/*;q=0.2",
		"application/openmetrics-text",
		"Application/OpenMetrics-Text ; Version = \t1.0.0",
		"application/openmetrics-text;q=0.001",
		/* Without "=" it is no weight at all. */
		"application/openmetrics-text;q",
		"application/openmetrics-text;q=0.5,text/plain;q=0.5",
		"text/plain;q=0.2 , application/openmetrics-text;q=0.3",
		",,;,application/openmetrics-text,",
	};

	(void)state;
	check(METRICS_OPENMETRICS, headers, ARRAY_SIZE(headers));
}

static void text(void **state)
{
	static const char *const headers[] = {
		NULL,
		"",
		"*/*",
		"text/plain",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"application/openmetrics-text;version=0.0.1",
		"application/openmetrics-text;version=2.0.0",
		"application/openmetrics-text;q=0",
		"application/openmetrics-text;q=0.000",
		"application/openmetrics-text;q=0.4,text/plain;q=0.5",
		"application/openmetrics-textual",
		"application/openmetrics",
		/* Of what is no weight, nothing can be said. */
		"application/openmetrics-text;q=",
		"application/openmetrics-text;q=x",
		"application/openmetrics-text;q=2",
		"application/openmetrics-text;q=1.001",
		"application/openmetrics-text;q=0.12345",
		"application/openmetrics-text;q=-1",
		"application/openmetrics-text;q=11",
		";;;===,,,",
		"\xff\xfe,\x01",
	};

	(void)state;
	check(METRICS_TEXT, headers, ARRAY_SIZE(headers));
}

static void content_types(void **state)
{
	(void)state;
	assert_string_equal(metrics_content_type(METRICS_OPENMETRICS),
			    "application/openmetrics-text; version=1.0.0; "
			    "charset=utf-8");
	assert_string_equal(metrics_content_type(METRICS_TEXT),
			    "text/plain; version=0.0.4; charset=utf-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openmetrics),
		cmocka_unit_test(text),
		cmocka_unit_test(content_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
