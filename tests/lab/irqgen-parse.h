/* SPDX-License-Identifier: GPL-2.0-only */
/* From words to values; each returns -1 after fail(). */
#ifndef IRQGEN_PARSE_H
#define IRQGEN_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "irqgen-device.h"
#include "irqgen-route.h"

/* Split line at blanks, in place; returns the number of words. */
int parse_words(char *line, char **words, int most);

int parse_number(const char *word, uint64_t most, uint64_t *value);
int parse_uint(const char *word, unsigned int most, unsigned int *value);

/* "1b5b6d" is three bytes; text gets those, and a 0 behind them. */
int parse_bytes(const char *word, char *text, size_t size);

int parse_kind(const char *word, enum irq_kind *kind);

/* A device and one of its vectors. */
int parse_vector(char **words, struct device **dev, unsigned int *vector);

/* A route as in irqgen-commands.c. */
int parse_route(int count, char **words, struct route *route);

#endif
