/* SPDX-License-Identifier: GPL-2.0 */
/* From words to values; each returns -1 after fail(). */
#ifndef IRQGEN_PARSE_H
#define IRQGEN_PARSE_H

#include <stdint.h>

#include "irqgen-device.h"
#include "irqgen-route.h"

/* Split line at blanks, in place; returns the number of words. */
int parse_words(char *line, char **words, int most);

int parse_number(const char *word, uint64_t most, uint64_t *value);
int parse_uint(const char *word, unsigned int most, unsigned int *value);
int parse_kind(const char *word, enum irq_kind *kind);

/* A device and one of its vectors. */
int parse_vector(char **words, struct device **dev, unsigned int *vector);

/* A route as in irqgen-commands.c. */
int parse_route(int count, char **words, struct route *route);

#endif
