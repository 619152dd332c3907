/* SPDX-License-Identifier: GPL-2.0-only */
/* Where interrupts came through: taking a stack, and counting it. */
#ifndef PITRACE_STACKS_BPF_H
#define PITRACE_STACKS_BPF_H

#define EEXIST 17
#define EFAULT 14

/* @stack: of a CPU, which has it to itself */
static __always_inline __s32 new_framed_stack(const struct framed_stack *stack)
{
	__u32 id, *known;

	if (globals.next_framed_stack >= max_framed_stacks)
		return -1;
	id = __sync_fetch_and_add(&globals.next_framed_stack, 1);
	bpf_map_update_elem(&framed_stacks, stack, &id, BPF_NOEXIST);
	/* Another CPU may have been faster with the same one. */
	known = bpf_map_lookup_elem(&framed_stacks, stack);
	return known ? (__s32)*known | STACK_WAY_FRAMED << STACK_WAY_SHIFT : -1;
}

/*
 * A stack that no stack map takes, and in interrupts only: a task could be
 * preempted, and another use the CPU's scratch. It is walked as the current
 * task's, which starts from here all the same. If it fills the key it may be
 * deeper: then it is not known.
 */
static __noinline __s32 take_framed_stack(void)
{
	struct framed_stack *stack;
	__u32 zero = 0, *id;
	long got;

	if (!in_interrupt())
		return -1;
	stack = bpf_map_lookup_elem(&framed_stack_scratch, &zero);
	if (!stack)
		return -1;
	__builtin_memset(stack, 0, sizeof(*stack));
	got = bpf_get_task_stack(bpf_get_current_task_btf(), stack,
				 sizeof(*stack), 0);
	if (got <= 0 || got == sizeof(*stack))
		return -1;
	id = bpf_map_lookup_elem(&framed_stacks, stack);
	if (id)
		return (__s32)*id | STACK_WAY_FRAMED << STACK_WAY_SHIFT;
	return new_framed_stack(stack);
}

static __always_inline long in_way(long bucket, int way)
{
	return bucket < 0 ? bucket : bucket | way << STACK_WAY_SHIFT;
}

/* The id of the stack, or a negative errno. */
static __always_inline long walk_stack(void *ctx)
{
	long bucket = bpf_get_stackid(ctx, &stacks_0, 0);

	if (bucket != -EEXIST)
		return in_way(bucket, 0);
	bucket = bpf_get_stackid(ctx, &stacks_1, 0);
	if (bucket != -EEXIST)
		return in_way(bucket, 1);
	return in_way(bpf_get_stackid(ctx, &stacks_2, 0), 2);
}

/*
 * The id of the stack, or -1 if it is lost. Two kinds no stack map takes: the
 * fourth of those that hash to the same bucket, and that of an interrupt that
 * hit a CPU in guest mode: perf, and with it bpf_get_stackid(), takes that for
 * the guest's and walks nothing (perf_guest_state(), kvm_arch_pmi_in_guest()).
 */
static __always_inline __s32 take_stack(void *ctx)
{
	long id = walk_stack(ctx);

	if (id == -EFAULT || id == -EEXIST)
		return take_framed_stack();
	return id < 0 ? -1 : (__s32)id;
}

/* @label: enum delivery_path or enum stack_label */
static __always_inline void count_stack_of(__s32 stack, __u32 slot, __u32 label)
{
	struct stack_key key = {.stack = stack, .slot = slot, .label = label};
	__u64 *count = lookup_or_zero(&stack_counts, &key);

	if (count)
		atomic_add_u64(count, 1);
	if (!count || stack < 0)
		count_loss(LOSS_STACK);
}

#endif
