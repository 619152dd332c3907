// SPDX-License-Identifier: GPL-2.0-only
#include "stack_clean.h"

#include <stdbool.h>
#include <string.h>

/*
 * What can lie between a traced function and the helper that took its stack.
 * A name ending in '*' stands for all that begin so.
 */
static const char *const machinery[] = {
	/* Programs, trampolines, helpers: kernel/bpf/, bpf_trace.c. */
	"bpf_*",
	"__bpf_*",
	"trace_call_bpf",
	"____bpf_*",
	/* How bpf_get_task_stack() walks the current task's stack. */
	"get_callchain_entry_for_task",
	"stack_trace_save*",
	"arch_stack_walk",
	/* Thunks of tracepoints: DEFINE_TRACE, BPF_RAW_TP. */
	"__traceiter_*",
	"perf_trace_*",
	/* kprobes and kretprobes: trace_kprobe.c, kernel/kprobes.c, rethook. */
	"kprobe_*",
	"kretprobe_*",
	"__kretprobe_trampoline*",
	"trampoline_handler",
	"rethook_*",
	"arch_rethook_*",
	"aggr_pre_handler",
	"aggr_post_handler",
	"opt_pre_handler",
	"optimized_callback",
	"kprobes_inc_nmissed_count",
	"do_int3",
	"exc_int3",
	"asm_exc_int3",
	"int3",
	/* ftrace: arch/x86/kernel/ftrace_64.S, ftrace.c, fprobe.c. */
	"ftrace_*",
	"arch_ftrace_*",
	"__ftrace_ops_list_func",
	"fprobe_*",
	"return_to_handler",
};

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool matches(const char *symbol, const char *pattern)
{
	size_t len = strlen(pattern);

	if (pattern[len - 1] == '*')
		return strncmp(symbol, pattern, len - 1) == 0;
	return strcmp(symbol, pattern) == 0;
}

bool stack_frame_is_machinery(const struct frame *frame)
{
	if (!frame->symbol)
		return false;
	/* Pages of copied code: [__builtin__kprobes], [__builtin__ftrace]. */
	if (frame->module && starts_with(frame->module, "__builtin__"))
		return true;
	for (size_t i = 0; i < sizeof(machinery) / sizeof(machinery[0]); i++)
		if (matches(frame->symbol, machinery[i]))
			return true;
	return false;
}

/* Generated code; nothing else is in the module that kallsyms calls bpf. */
static bool is_generated(const struct frame *frame)
{
	return frame->symbol && frame->module &&
	       strcmp(frame->module, "bpf") == 0 &&
	       (starts_with(frame->symbol, "bpf_trampoline_") ||
		starts_with(frame->symbol, "bpf_prog_"));
}

static bool same_function(const struct frame *a, const struct frame *b)
{
	if (!a->symbol || !b->symbol || strcmp(a->symbol, b->symbol) != 0)
		return false;
	if (!a->module || !b->module)
		return a->module == b->module;
	return strcmp(a->module, b->module) == 0;
}

/*
 * The return address behind the call that ftrace patched in: 5 bytes, and 4
 * more where the function begins with endbr64. No other call can return there.
 */
static bool is_patched_entry(const struct frame *frame)
{
	return frame->symbol &&
	       (frame->offset_bytes == 5 || frame->offset_bytes == 9);
}

/*
 * A trampoline is made anew whenever any tracer comes or goes, and the name
 * of the old one is gone: then only what stands around it gives it away.
 */
static size_t skip_top(const struct frame *frames, size_t count)
{
	size_t i = 0;

	while (i < count && stack_frame_is_machinery(&frames[i]))
		i++;
	if (i && i + 1 < count && !is_patched_entry(&frames[i]) &&
	    is_patched_entry(&frames[i + 1]))
		i++;
	return i;
}

/* Frames at @at to leave out: a trampoline, and the function it traces. */
static size_t skip_inner(const struct frame *frames, size_t at, size_t count,
			 const struct frame *kept)
{
	bool again =
		at + 1 < count && kept && same_function(kept, &frames[at + 1]);

	if (is_generated(&frames[at]))
		return again ? 2 : 1;
	return again && is_patched_entry(&frames[at + 1]) ? 2 : 0;
}

size_t stack_clean(struct frame *frames, size_t count)
{
	size_t kept = 0, skipped, i = skip_top(frames, count);

	while (i < count) {
		skipped = skip_inner(frames, i, count,
				     kept ? &frames[kept - 1] : NULL);
		i += skipped;
		if (!skipped)
			frames[kept++] = frames[i++];
	}
	return kept;
}
