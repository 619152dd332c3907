/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walking a stack takes the kernel thousands of instructions, and interrupts
 * come through the same few stacks again and again. So each CPU remembers the
 * ids of the last ones by a print of what lies on the stack, which is had for a
 * fraction of that.
 *
 * The walk goes from one return address to the next, at distances that each
 * address has in the unwinder's tables. So two stacks with the same addresses
 * of code in the same places are walked alike, whatever else lies between. The
 * print is of all words that can be such addresses, return addresses or not:
 * one too many only has a stack walked that need not be.
 *
 * What interrupted user space is on the task's stack, below struct pt_regs.
 * What interrupted the kernel is on the CPU's interrupt stack, whose top word
 * leads to the task's (arch/x86/include/asm/irq_stack.h); there the stack goes
 * on to pt_regs and, above, to what was interrupted. Where it is otherwise
 * there is no print, and the stack is walked.
 */
#ifndef PITRACE_KNOWN_STACKS_BPF_H
#define PITRACE_KNOWN_STACKS_BPF_H

/* Kernel and modules: Documentation/arch/x86/x86_64/mm.rst. */
#define CODE_START 0xffffffff80000000ull

/* By the 64-bit golden ratio, as the kernel's hash_64(). */
#define PRINT_FACTOR 0x61c8864680b583ebull

#define USER_MODE    3

extern struct pt_regs *__irq_regs __ksym __weak;
extern const unsigned long cpu_current_top_of_stack __ksym __weak;

/* Where the two stacks of this CPU end. */
struct stack_ends {
	__u64 irq; /* address of the top word */
	__u64 task;
};

static __always_inline void find_stack_ends(struct stack_ends *ends)
{
	__u64 base;

	if (has_pcpu_hot) {
		struct pcpu_hot *hot = bpf_this_cpu_ptr(&pcpu_hot);

		ends->irq = (__u64)hot->hardirq_stack_ptr;
		ends->task = hot->top_of_stack;
		return;
	}
	if (!hardirq_stack_ptr || !&this_cpu_off || !&cpu_current_top_of_stack)
		return;
	base = *(__u64 *)bpf_this_cpu_ptr(&this_cpu_off);
	ends->task = *(__u64 *)bpf_this_cpu_ptr(&cpu_current_top_of_stack);
	bpf_probe_read_kernel(&ends->irq, sizeof(ends->irq),
			      (void *)(base + hardirq_stack_ptr));
}

/* Copies what lies from @from up to @to behind the @used bytes there are. */
static __always_inline bool copy_stack(struct stack_cache *cache, __u64 *used,
				       __u64 from, __u64 to)
{
	__u64 size = to - from, at = *used;

	barrier_var(size);
	if (size > STACK_WINDOW_BYTES)
		return false;
	if (bpf_probe_read_kernel((char *)cache->copy + at, size, (void *)from))
		return false;
	*used = at + size;
	return true;
}

/* The words copied; 0 if the stack is not of a kind that is known. */
static __always_inline __u64 copy_stacks(struct stack_cache *cache, __u64 start,
					 __u64 regs_at,
					 const struct pt_regs *regs)
{
	struct stack_ends ends = {};
	__u64 used = 0, below;

	if ((regs->cs & USER_MODE) == USER_MODE) {
		if (!copy_stack(cache, &used, start, regs_at))
			return 0;
		return used / sizeof(__u64);
	}
	find_stack_ends(&ends);
	if (!ends.irq ||
	    bpf_probe_read_kernel(&below, sizeof(below), (void *)ends.irq) ||
	    !copy_stack(cache, &used, start, ends.irq) ||
	    !copy_stack(cache, &used, below, regs_at) ||
	    !copy_stack(cache, &used, regs->sp, ends.task))
		return 0;
	return used / sizeof(__u64);
}

static __always_inline __u64 print_of(const struct stack_cache *cache,
				      __u64 count, __u64 print)
{
	for (__u32 i = 0; i < STACK_COPY_WORDS; i++) {
		if (i >= count)
			break;
		if (cache->copy[i] >= CODE_START)
			print = (print ^ (cache->copy[i] + i)) * PRINT_FACTOR;
	}
	return print ^ print >> 32;
}

/*
 * Of the stack from where the cache says; 0 if there is none. Not static, so
 * that the verifier goes through its loop once and not for each call.
 */
__noinline __u64 stack_print(struct stack_cache *cache)
{
	struct pt_regs regs;
	__u64 regs_at, count;

	/* Then no one calls it, and the verifier need not know the rest. */
	if (!want_stacks)
		return 0;
	if (!cache || !&__irq_regs)
		return 0;
	regs_at = *(__u64 *)bpf_this_cpu_ptr(&__irq_regs);
	if (bpf_probe_read_kernel(&regs, sizeof(regs), (void *)regs_at))
		return 0;
	count = copy_stacks(cache, cache->start, regs_at, &regs);
	return count ? print_of(cache, count, regs.ip) : 0;
}

/* As take_stack(), for a run's. */
static __noinline __s32 take_run_stack(void *ctx)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct stack_cache *cache = bpf_map_lookup_elem(&stack_caches, &cpu);
	struct known_stack *known;
	__s32 stack;
	__u64 print;

	/* In a thread we may be preempted, and another use the cache. */
	if (!cache || !in_interrupt())
		return take_stack(ctx);
	*(void *volatile *)&cache->start = ctx;
	print = stack_print(cache);
	known = &cache->known[print % KNOWN_STACKS];
	if (print && known->print == print)
		return known->stack;
	stack = take_stack(ctx);
	if (print && stack >= 0) {
		known->print = print;
		known->stack = stack;
	}
	return stack;
}

#endif
