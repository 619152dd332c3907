// SPDX-License-Identifier: GPL-2.0-only
#include "small_pages.h"

#include <sys/prctl.h>

void small_pages_only(void)
{
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}
