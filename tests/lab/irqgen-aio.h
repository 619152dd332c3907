/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads of a block device that signal an eventfd when they are done, which
 * is in an interrupt if the device's driver does it there.
 */
#ifndef IRQGEN_AIO_H
#define IRQGEN_AIO_H

#include <linux/aio_abi.h>

struct aio {
	aio_context_t context;
	int file;
	void *buffer;
	int eventfd;
};

int aio_open(struct aio *aio, const char *path, int eventfd);
void aio_close(struct aio *aio);

/* One read; waits for its end. */
int aio_read(struct aio *aio);

#endif
