// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
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

int parse_route(int count, char **words, struct route *route)
{
	if (count == 3 && strcmp(words[0], "fixed") == 0) {
		route->mode = ROUTE_FIXED;
		if (parse_uint(words[1], GUEST_MAX_VCPUS - 1, &route->vcpu))
			return -1;
		return parse_guest_vector(words[2], &route->vector);
	}
	if (count == 2 && strcmp(words[0], "broadcast") == 0)
		route->mode = ROUTE_BROADCAST;
	else if (count == 2 && strcmp(words[0], "nowhere") == 0)
		route->mode = ROUTE_NOWHERE;
	else
		return fail("expected: fixed VCPU GVEC, broadcast GVEC "
			    "or nowhere GVEC");
	return parse_guest_vector(words[1], &route->vector);
}
