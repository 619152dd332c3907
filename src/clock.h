/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PITRACE_CLOCK_H
#define PITRACE_CLOCK_H

#include <stdint.h>

#define NS_PER_S UINT64_C(1000000000)

/* Nanoseconds of CLOCK_MONOTONIC; BPF's bpf_ktime_get_ns() is the same. */
uint64_t clock_monotonic_ns(void);

/* Nanoseconds since 1970 of CLOCK_REALTIME. */
int64_t clock_realtime_ns(void);

/* Nanoseconds of CPU time that the calling thread has taken. */
uint64_t clock_thread_cpu_ns(void);

#endif
