// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest tracers there can be: programs that do nothing. What they cost
 * is what the kernel takes for calling one (floor.c attaches them).
 */
#include "kernel_types.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("?fentry")
int floor_entry(void *ctx)
{
	return 0;
}

SEC("?fexit")
int floor_exit(void *ctx)
{
	return 0;
}
