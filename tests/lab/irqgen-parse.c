// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irqgen-guest.h"
#include "irqgen-parse.h"
#include "irqgen-reply.h"

int parse_words(char *line, char **words, int most)
{
	char *save = NULL, *word;
	int n = 0;

	for (word = strtok_r(line, " \t\r\n", &save); word && n < most;
	     word = strtok_r(NULL, " \t\r\n", &save))
		words[n++] = word;
	return n;
}

int parse_number(const char *word, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(word, &end, 0);
	if (errno || end == word || *end || word[0] == '-')
		return fail("not a number: %s", word);
	if (*value > most)
		return fail("%s is more than %" PRIu64, word, most);
	return 0;
}

int parse_uint(const char *word, unsigned int most, unsigned int *value)
{
	uint64_t number;

	if (parse_number(word, most, &number))
		return -1;
	*value = (unsigned int)number;
	return 0;
}

int parse_bytes(const char *word, char *text, size_t size)
{
	size_t length = strlen(word) / 2;
	unsigned int byte;

	if (length >= size)
		return fail("%s is more than %zu bytes", word, size - 1);
	for (size_t i = 0; i < length; i++) {
		if (sscanf(word + 2 * i, "%2x", &byte) != 1 || !byte)
			return fail("not bytes in hex: %s", word);
		text[i] = (char)byte;
	}
	text[length] = '\0';
	return 0;
}

int parse_kind(const char *word, enum irq_kind *kind)
{
	if (strcmp(word, "none") == 0)
		*kind = IRQ_NONE;
	else if (strcmp(word, "intx") == 0)
		*kind = IRQ_INTX;
	else if (strcmp(word, "msi") == 0)
		*kind = IRQ_MSI;
	else if (strcmp(word, "msix") == 0)
		*kind = IRQ_MSIX;
	else
		return fail("not none, intx, msi or msix: %s", word);
	return 0;
}

int parse_vector(char **words, struct device **dev, unsigned int *vector)
{
	*dev = device_find(words[0]);
	if (!*dev || parse_uint(words[1], MAX_VECTORS, vector))
		return -1;
	if (*vector >= (*dev)->vectors)
		return fail("%s has %u vectors enabled", words[0],
			    (*dev)->vectors);
	return 0;
}

/* Below 16 are the CPU's exceptions. */
static int parse_guest_vector(const char *word, unsigned int *vector)
{
	if (parse_uint(word, 255, vector))
		return -1;
	return *vector < 16 ? fail("guest vector %s below 16", word) : 0;
}

static int parse_vcpu(const char *word, struct route *route)
{
	return parse_uint(word, GUEST_MAX_VCPUS - 1, &route->vcpu);
}

static int parse_mask(const char *word, struct route *route)
{
	if (parse_uint(word, (1u << GUEST_LOGICAL_VCPUS) - 1, &route->mask))
		return -1;
	return route->mask ? 0 : fail("a mask of no vCPU");
}

static int parse_nmi(const char *word, struct route *route)
{
	route->vector = GUEST_NMI_VECTOR;
	return parse_vcpu(word, route);
}

static int parse_only_vector(const char *word, struct route *route)
{
	return parse_guest_vector(word, &route->vector);
}

/* The name, a word that first parses, and where there is one more, a vector. */
static const struct route_form {
	const char *name;
	int words;
	enum route_mode mode;
	int (*first)(const char *word, struct route *route);
} route_forms[] = {
	{"fixed", 3, ROUTE_FIXED, parse_vcpu},
	{"logical", 3, ROUTE_LOGICAL, parse_mask},
	{"lowest", 3, ROUTE_LOWEST, parse_mask},
	{"nmi", 2, ROUTE_NMI, parse_nmi},
	{"broadcast", 2, ROUTE_BROADCAST, parse_only_vector},
	{"nowhere", 2, ROUTE_NOWHERE, parse_only_vector},
	{"pins", 3, ROUTE_PINS, parse_vcpu},
};

int parse_route(int count, char **words, struct route *route)
{
	const struct route_form *form = NULL;
	size_t i;

	for (i = 0; i < sizeof(route_forms) / sizeof(route_forms[0]); i++)
		if (strcmp(route_forms[i].name, words[0]) == 0)
			form = &route_forms[i];
	if (!form || count != form->words)
		return fail("expected: fixed VCPU GVEC, logical MASK GVEC, "
			    "lowest MASK GVEC, nmi VCPU, broadcast GVEC, "
			    "nowhere GVEC or pins VCPU GVEC");
	route->mode = form->mode;
	if (form->first(words[1], route))
		return -1;
	return count == 3 ? parse_guest_vector(words[2], &route->vector) : 0;
}
