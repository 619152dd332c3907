/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a report that are the same in all, from src/report/. */
#ifndef PITRACE_REPORT_PAGE_H
#define PITRACE_REPORT_PAGE_H

#include <stddef.h>

/* Up to where the records go, and from there on. */
extern const unsigned char report_page_head[], report_page_tail[];
extern const size_t report_page_head_size, report_page_tail_size;

#endif
