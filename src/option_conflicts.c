// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "option_conflicts.h"
#include "textfile_conflicts.h"

/* The first option of those given that is about metrics. */
static const char *metrics_option(const struct options *o)
{
	if (o->listen.count)
		return "listen";
	if (o->textfile)
		return "textfile";
	return o->per_given ? "metrics-per" : NULL;
}

/* The first option of those given that a single look has no use for. */
static const char *tracing_option(const struct options *o)
{
	if (o->interval_given)
		return "interval";
	if (o->duration_ns)
		return "duration";
	if (o->count)
		return "count";
	if (o->events)
		return "events";
	if (o->folded)
		return "folded";
	if (o->injections)
		return "injections";
	return o->stacks ? "stacks" : metrics_option(o);
}

/* The look that was asked for. */
static const char *single_look(const struct options *o)
{
	if (o->action == ACTION_INSPECT)
		return "inspect";
	return o->action == ACTION_DOCTOR ? "doctor" : NULL;
}

/* The first option of those given that saved records have no use for. */
static const char *live_option(const struct options *o)
{
	if (single_look(o))
		return single_look(o);
	if (o->record)
		return "record";
	if (o->duration_ns)
		return "duration";
	if (o->count)
		return "count";
	if (o->injections)
		return "injections";
	if (o->btf)
		return "btf";
	if (o->proc)
		return "proc";
	if (o->listen.count)
		return "listen";
	return o->attach_given ? "attach" : NULL;
}

static int exclude(const char *a, const char *b, char *text, size_t size)
{
	if (!a || !b)
		return 0;
	(void)snprintf(text, size, "--%s and --%s exclude each other", a, b);
	return -EINVAL;
}

/* Those that are no more than a pair. */
static const char *wrong_pair(const struct options *o)
{
	if (o->folded && o->json)
		return "--folded and --json exclude each other";
	if (o->events && o->json)
		return "--events and --json exclude each other: the records "
		       "have them anyway";
	if (o->two_looks)
		return "--inspect and --doctor exclude each other";
	if (o->per_given && !o->listen.count && !o->textfile)
		return "--metrics-per needs --listen or --textfile";
	return NULL;
}

int option_conflicts(const struct options *options, char *text, size_t size)
{
	const char *pair = wrong_pair(options);
	int err;

	if (pair) {
		(void)snprintf(text, size, "%s", pair);
		return -EINVAL;
	}
	err = exclude(single_look(options), tracing_option(options), text,
		      size);
	if (!err && options->input)
		err = exclude("input", live_option(options), text, size);
	return err ? err : textfile_conflicts(options, text, size);
}
