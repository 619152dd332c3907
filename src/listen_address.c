// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "listen_address.h"

#define BACKLOG         64
#define PORT_MAX        65535
#define PORT_UNRESERVED 1024 /* by default */

static int parse_port(const char *text, in_port_t *port)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long number;

	if (!digits || digits > 5 || text[digits])
		return -EINVAL;
	number = strtoul(text, NULL, 10);
	if (!number || number > PORT_MAX)
		return -EINVAL;
	*port = htons((uint16_t)number);
	return 0;
}

static void set_loopbacks(in_port_t port, struct listen_addresses *addresses)
{
	*addresses = (struct listen_addresses){.count = 2};
	addresses->address[0].ip4 = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	addresses->address[1].ip6 = (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_port = port,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
}

/* @text: an address, in brackets if it is one of IPv6. */
static int set_address(const char *text, in_port_t port,
		       union listen_address *address)
{
	size_t length = strlen(text);
	char inner[INET6_ADDRSTRLEN];

	address->ip4 = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = port,
	};
	if (inet_pton(AF_INET, text, &address->ip4.sin_addr) == 1)
		return 0;
	if (length < 2 || text[0] != '[' || text[length - 1] != ']' ||
	    length - 2 >= sizeof(inner))
		return -EINVAL;
	memcpy(inner, text + 1, length - 2);
	inner[length - 2] = '\0';
	address->ip6 = (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_port = port,
	};
	return inet_pton(AF_INET6, inner, &address->ip6.sin6_addr) == 1
		       ? 0
		       : -EINVAL;
}

int listen_addresses_parse(const char *text, struct listen_addresses *addresses)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2] = "";
	in_port_t port;

	if (parse_port(colon ? colon + 1 : text, &port))
		return -EINVAL;
	if (!colon) {
		set_loopbacks(port, addresses);
		return 0;
	}
	if ((size_t)(colon - text) >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, (size_t)(colon - text));
	*addresses = (struct listen_addresses){.count = 1};
	return set_address(host, port, &addresses->address[0]);
}

bool listen_address_may_lack(const struct listen_addresses *addresses,
			     size_t index, int err)
{
	return addresses->count > 1 && index > 0 &&
	       (err == -EAFNOSUPPORT || err == -EADDRNOTAVAIL);
}

static socklen_t size_of(const union listen_address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->ip4)
						 : sizeof(address->ip6);
}

int listen_address_open(const union listen_address *address)
{
	static const int on = 1;
	int fd = socket(address->any.sa_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	/* Connections of an earlier run may linger. */
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	    !bind(fd, &address->any, size_of(address)) && !listen(fd, BACKLOG))
		return fd;
	err = -errno;
	(void)close(fd);
	return err;
}

static unsigned int port_of(const union listen_address *address)
{
	return ntohs(address->any.sa_family == AF_INET
			     ? address->ip4.sin_port
			     : address->ip6.sin6_port);
}

bool listen_address_is_privileged(const union listen_address *address)
{
	return port_of(address) < PORT_UNRESERVED;
}

void listen_address_url(const union listen_address *address,
			char url[LISTEN_URL_LEN])
{
	bool ip4 = address->any.sa_family == AF_INET;
	const void *number = ip4 ? (const void *)&address->ip4.sin_addr
				 : (const void *)&address->ip6.sin6_addr;
	char host[INET6_ADDRSTRLEN] = "";

	(void)inet_ntop(address->any.sa_family, number, host, sizeof(host));
	(void)snprintf(url, LISTEN_URL_LEN,
		       ip4 ? "http://%s:%u" : "http://[%s]:%u", host,
		       port_of(address));
}
