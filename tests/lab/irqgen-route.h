/* SPDX-License-Identifier: GPL-2.0-only */
/* Which guest interrupt an eventfd becomes, and whether it got there. */
#ifndef IRQGEN_ROUTE_H
#define IRQGEN_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_ROUTES 64

struct vm;

enum route_mode {
	ROUTE_FIXED,
	ROUTE_LOGICAL,
	ROUTE_LOWEST,
	ROUTE_NMI,
	ROUTE_BROADCAST,
	ROUTE_NOWHERE,
	ROUTE_PINS
};

struct route {
	bool used;
	struct vm *vm;
	unsigned int gsi;
	int eventfd;
	enum route_mode mode;
	unsigned int vcpu; /* of ROUTE_FIXED, ROUTE_NMI, ROUTE_PINS */
	unsigned int mask; /* of ROUTE_LOGICAL, ROUTE_LOWEST: a bit a vCPU */
	unsigned int vector;
};

/* Bind want->eventfd; the route returned lives until unbound. */
struct route *route_bind(struct vm *vm, const struct route *want);
int route_unbind(struct route *route);
/*
 * As many irqfds at the same time, each on an eventfd that nothing signals;
 * all are gone again on return, or soon after.
 */
int route_crowd(struct vm *vm, unsigned int gsi, unsigned int count);
struct route *route_find(struct vm *vm, unsigned int gsi);

/* The route of an eventfd in any machine, or NULL. */
struct route *route_of_eventfd(int eventfd);

/*
 * How many interrupts of the route every vCPU it goes to has counted, or, of
 * ROUTE_LOWEST, all of them together; meaningless for ROUTE_NOWHERE.
 */
uint32_t route_count(const struct route *route);

#endif
