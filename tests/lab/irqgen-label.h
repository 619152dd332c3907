/* SPDX-License-Identifier: GPL-2.0-only */
/* Eventfds with a name that belong to no device. */
#ifndef IRQGEN_LABEL_H
#define IRQGEN_LABEL_H

#include "irqgen-route.h"

/* Make an eventfd and bind it by want, but for the eventfd in it. */
int label_bind(const char *name, struct vm *vm, const struct route *want);
int label_eventfd(const char *name);
int label_close(const char *name);

#endif
