// SPDX-License-Identifier: GPL-2.0-only
/* [ADDR:]PORT, and the sockets that are made of it. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "listen_address.h"

static void check_url(const struct listen_addresses *to, size_t index,
		      const char *expected)
{
	char url[LISTEN_URL_LEN];

	listen_address_url(&to->address[index], url);
	assert_string_equal(url, expected);
}

static void a_port_is_for_this_host_alone(void **state)
{
	struct listen_addresses to;

	(void)state;
	assert_int_equal(listen_addresses_parse("9400", &to), 0);
	assert_int_equal(to.count, 2);
	check_url(&to, 0, "http://127.0.0.1:9400");
	check_url(&to, 1, "http://[::1]:9400");
	/* A host may be without IPv6, but never without what was asked for. */
	assert_true(listen_address_may_lack(&to, 1, -EAFNOSUPPORT));
	assert_true(listen_address_may_lack(&to, 1, -EADDRNOTAVAIL));
	assert_false(listen_address_may_lack(&to, 1, -EADDRINUSE));
	assert_false(listen_address_may_lack(&to, 0, -EADDRNOTAVAIL));
}

static void addresses(void **state)
{
	static const struct {
		const char *text, *url;
	} cases[] = {
		{"0.0.0.0:1", "http://0.0.0.0:1"},
		{"192.0.2.1:65535", "http://192.0.2.1:65535"},
		{"[::]:80", "http://[::]:80"},
		{"[2001:db8::1]:9400", "http://[2001:db8::1]:9400"},
		{"[::ffff:192.0.2.1]:9400", "http://[::ffff:192.0.2.1]:9400"},
		{"[1111:2222:3333:4444:5555:6666:123.123.123.123]:65535",
		 "http://[1111:2222:3333:4444:5555:6666:7b7b:7b7b]:65535"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct listen_addresses to;

		assert_int_equal(listen_addresses_parse(cases[i].text, &to), 0);
		assert_int_equal(to.count, 1);
		check_url(&to, 0, cases[i].url);
		assert_false(listen_address_may_lack(&to, 0, -EADDRNOTAVAIL));
	}
}

static void what_is_no_address(void **state)
{
	static const char *const texts[] = {
		"",
		"0",
		"65536",
		"99999999999999999999",
		"-1",
		"+1",
		" 1",
		"1 ",
		"0x50",
		"http",
		":",
		":9400",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:0",
		"127.1:9400",
		"256.0.0.1:9400",
		"localhost:9400",
		"::1:9400",
		"[::1]",
		"[::1]9400",
		"[]:9400",
		"[:9400",
		"]:9400",
		"[127.0.0.1]:9400",
		"[fe80::1%lo]:9400",
		"[1111:2222:3333:4444:5555:6666:123.123.123.1234]:65535",
		"http://127.0.0.1:9400",
		"127.0.0.1:9400/",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct listen_addresses to;

		if (listen_addresses_parse(texts[i], &to) != -EINVAL)
			fail_msg("'%s' is taken for one", texts[i]);
	}
}

static void low_ports(void **state)
{
	struct listen_addresses to;

	(void)state;
	assert_int_equal(listen_addresses_parse("1023", &to), 0);
	assert_true(listen_address_is_privileged(&to.address[0]));
	assert_true(listen_address_is_privileged(&to.address[1]));
	assert_int_equal(listen_addresses_parse("1024", &to), 0);
	assert_false(listen_address_is_privileged(&to.address[0]));
	assert_false(listen_address_is_privileged(&to.address[1]));
}

/* Nobody else gets the port of one that listens. */
static void sockets(void **state)
{
	struct listen_addresses to;
	socklen_t size = sizeof(to.address[0].ip4);
	int fd;

	(void)state;
	assert_int_equal(listen_addresses_parse("127.0.0.1:1", &to), 0);
	to.address[0].ip4.sin_port = 0; /* any that is free */
	fd = listen_address_open(&to.address[0]);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(getsockname(fd, &to.address[0].any, &size), 0);
	assert_int_equal(listen_address_open(&to.address[0]), -EADDRINUSE);
	assert_int_equal(close(fd), 0);
	/* One of RFC 5737, which no host has. */
	assert_int_equal(listen_addresses_parse("192.0.2.1:9400", &to), 0);
	assert_int_equal(listen_address_open(&to.address[0]), -EADDRNOTAVAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_is_for_this_host_alone),
		cmocka_unit_test(addresses),
		cmocka_unit_test(what_is_no_address),
		cmocka_unit_test(low_ports),
		cmocka_unit_test(sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
