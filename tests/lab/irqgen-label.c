// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "irqgen-label.h"
#include "irqgen-reply.h"

#define MAX_LABELS 16

static struct label {
	char name[32]; /* empty: this slot is free */
	int eventfd;
} labels[MAX_LABELS];

static struct label *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < MAX_LABELS; i++)
		if (strcmp(labels[i].name, name) == 0)
			return &labels[i];
	return NULL;
}

int label_bind(const char *name, struct vm *vm, const struct route *want)
{
	struct label *label = find("");
	struct route route = *want;

	if (find(name))
		return fail("there is an eventfd %s already", name);
	if (!label)
		return fail("too many eventfds");
	route.eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (route.eventfd < 0)
		return fail_errno("eventfd");
	if (!route_bind(vm, &route)) {
		close(route.eventfd);
		return -1;
	}
	label->eventfd = route.eventfd;
	snprintf(label->name, sizeof(label->name), "%s", name);
	return 0;
}

int label_eventfd(const char *name)
{
	struct label *label = find(name);

	return label ? label->eventfd : fail("no eventfd %s", name);
}

int label_close(const char *name)
{
	struct label *label = find(name);
	struct route *route;

	if (!label)
		return fail("no device or eventfd %s", name);
	route = route_of_eventfd(label->eventfd);
	if (route)
		route_unbind(route);
	close(label->eventfd);
	label->name[0] = '\0';
	return 0;
}
