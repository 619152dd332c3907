/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adding to what several CPUs add to, by the one instruction that every kernel
 * knows (BPF_XADD). __sync_fetch_and_add() leaves the choice to the compiler:
 * clang up to 19 takes this one where nobody uses the result, later ones take
 * BPF_FETCH always, which came with 5.12.
 */
#ifndef PITRACE_ATOMIC_BPF_H
#define PITRACE_ATOMIC_BPF_H

static __always_inline void atomic_add_u32(__u32 *at, __u32 value)
{
	asm volatile("lock *(u32 *)(%[at] + 0) += %[value]"
		     :
		     : [at] "r"(at), [value] "w"(value)
		     : "memory");
}

static __always_inline void atomic_add_u64(__u64 *at, __u64 value)
{
	asm volatile("lock *(u64 *)(%[at] + 0) += %[value]"
		     :
		     : [at] "r"(at), [value] "r"(value)
		     : "memory");
}

#endif
