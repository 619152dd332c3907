/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps pitrace small where memory is short. */
#ifndef PITRACE_SMALL_PAGES_H
#define PITRACE_SMALL_PAGES_H

/*
 * From here on the kernel gives this process no transparent huge pages
 * (PR_SET_THP_DISABLE, prctl(2)). BTF and symbols are buffers of some
 * megabytes, read once: huge pages make them no faster, and larger by up to
 * 2 MiB each. Where the kernel has none, nothing is lost.
 */
void small_pages_only(void);

#endif
