/* SPDX-License-Identifier: GPL-2.0-only */
/* Where to listen: [ADDR:]PORT as addresses, and sockets that do. */
#ifndef PITRACE_LISTEN_ADDRESS_H
#define PITRACE_LISTEN_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define LISTEN_ADDRESSES 2 /* both loopbacks */

/* "http://[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535" and its end */
#define LISTEN_URL_LEN 64

union listen_address {
	struct sockaddr any; /* its family tells which of the others it is */
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;
};

struct listen_addresses {
	union listen_address address[LISTEN_ADDRESSES];
	size_t count; /* 0: none asked for */
};

/*
 * Reads "9400" (127.0.0.1 and ::1), "192.0.2.1:9400" or "[2001:db8::1]:9400".
 * No names: to look them up takes other hosts. Returns 0 or -EINVAL.
 */
int listen_addresses_parse(const char *text,
			   struct listen_addresses *addresses);

/* Of several, those after the first need not be there: a host without IPv6. */
bool listen_address_may_lack(const struct listen_addresses *addresses,
			     size_t index, int err);

/* Returns a socket that listens and does not block, or a negative errno. */
int listen_address_open(const union listen_address *address);

/* Its port is below 1024, which takes CAP_NET_BIND_SERVICE. */
bool listen_address_is_privileged(const union listen_address *address);

/* "http://127.0.0.1:9400" */
void listen_address_url(const union listen_address *address,
			char url[LISTEN_URL_LEN]);

#endif
