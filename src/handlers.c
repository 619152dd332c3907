// SPDX-License-Identifier: GPL-2.0-only
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "handlers.h"

#define SETTLE_US 1000

void handlers_let_end(void)
{
	(void)usleep(SETTLE_US);
	(void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}
