// SPDX-License-Identifier: GPL-2.0-only
#include "stack_top.h"

#include <stdbool.h>
#include <string.h>

#include "stack_clean.h"

/* bpf_prog_<tag>_<name>, and how much of the name there is: kernel/bpf/core.c
 */
#define PROGRAM_PREFIX "bpf_prog_"
#define TAG_DIGITS     16
#define NAME_LEN       15

/* NULL if the frame is not of a program that has a name. */
static const char *program_name(const struct frame *frame)
{
	size_t prefix = strlen(PROGRAM_PREFIX);

	if (!frame->symbol || !frame->module ||
	    strcmp(frame->module, "bpf") != 0 ||
	    strncmp(frame->symbol, PROGRAM_PREFIX, prefix) != 0 ||
	    strspn(frame->symbol + prefix, "0123456789abcdef") < TAG_DIGITS ||
	    frame->symbol[prefix + TAG_DIGITS] != '_')
		return NULL;
	return frame->symbol + prefix + TAG_DIGITS + 1;
}

static bool is_traced_by(const struct probe_candidate *candidate,
			 const char *name)
{
	return (candidate->method == METHOD_FENTRY ||
		candidate->method == METHOD_FEXIT) &&
	       (strncmp(candidate->program, name, NAME_LEN) == 0 ||
		(candidate->plain &&
		 strncmp(candidate->plain, name, NAME_LEN) == 0));
}

static struct stack_taker taker_of(const char *name)
{
	for (size_t i = 0; i < probe_count; i++)
		for (size_t j = 0; j < PROBE_CANDIDATES; j++)
			if (is_traced_by(&probes[i].candidates[j], name))
				return (struct stack_taker){&probes[i], j};
	return (struct stack_taker){NULL, 0};
}

struct stack_taker stack_taker(const struct frame *frames, size_t count)
{
	struct stack_taker taker = {NULL, 0};
	const char *name;

	/* Helpers and functions of the program itself are above it. */
	for (size_t i = 0; i < count && !taker.probe; i++) {
		if (!stack_frame_is_machinery(&frames[i]))
			break;
		name = program_name(&frames[i]);
		if (name)
			taker = taker_of(name);
	}
	return taker;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

size_t stack_put_top(struct frame *frames, size_t count,
		     const struct frame *function)
{
	if (count && is_same(frames[0].symbol, function->symbol) &&
	    is_same(frames[0].module, function->module))
		return count;
	memmove(frames + 1, frames, count * sizeof(*frames));
	frames[0] = *function;
	return count + 1;
}
