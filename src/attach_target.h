/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds what fentry and fexit programs are for, by the name of their section,
 * "fentry/function" or "fentry/module:function", for libbpf as it loads them.
 * libbpf knows the second form since 1.4 only, and its own search goes
 * through the names of all types of the kernel for each program.
 */
#ifndef PITRACE_ATTACH_TARGET_H
#define PITRACE_ATTACH_TARGET_H

struct kernel_btf;

/*
 * To be called before objects are opened. @btf, which stays the caller's, is
 * used until attach_target_end(); if it is NULL no such program can be loaded.
 * The two are the process's, as libbpf's list of kinds of sections is.
 * Returns 0 or a negative errno.
 */
int attach_target_begin(struct kernel_btf *btf);
void attach_target_end(void);

#endif
