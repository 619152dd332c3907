// SPDX-License-Identifier: GPL-2.0-only
/* What --btf must not be given: a kernel's structure of another size. */
struct task_struct {
	int other;
};

struct task_struct described;
