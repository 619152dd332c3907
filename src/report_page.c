// SPDX-License-Identifier: GPL-2.0-only
#include "report_page.h"

/* Both arrays; written by src/report/embed.sh. */
#include "report_page.inc"

const size_t report_page_head_size = sizeof(report_page_head);
const size_t report_page_tail_size = sizeof(report_page_tail);
