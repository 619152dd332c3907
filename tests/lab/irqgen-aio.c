// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "irqgen-aio.h"
#include "irqgen-reply.h"

#define READ_BYTES 4096

int aio_open(struct aio *aio, const char *path, int eventfd)
{
	*aio = (struct aio){.eventfd = eventfd};
	/* Past the page cache, which would have it done at once. */
	aio->file = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (aio->file < 0)
		return fail_errno("open %s", path);
	aio->buffer = aligned_alloc(READ_BYTES, READ_BYTES);
	if (aio->buffer && !syscall(SYS_io_setup, 1, &aio->context))
		return 0;
	free(aio->buffer);
	close(aio->file);
	return fail_errno("io_setup");
}

void aio_close(struct aio *aio)
{
	syscall(SYS_io_destroy, aio->context);
	free(aio->buffer);
	close(aio->file);
}

int aio_read(struct aio *aio)
{
	struct iocb request = {
		.aio_fildes = (uint32_t)aio->file,
		.aio_lio_opcode = IOCB_CMD_PREAD,
		.aio_buf = (uintptr_t)aio->buffer,
		.aio_nbytes = READ_BYTES,
		.aio_flags = IOCB_FLAG_RESFD,
		.aio_resfd = (uint32_t)aio->eventfd,
	};
	struct iocb *requests[] = {&request};
	struct io_event done;

	if (syscall(SYS_io_submit, aio->context, 1, requests) != 1)
		return fail_errno("io_submit");
	if (syscall(SYS_io_getevents, aio->context, 1, 1, &done, NULL) != 1)
		return fail_errno("io_getevents");
	if (done.res != READ_BYTES)
		return fail("a read of %d bytes gave %lld", READ_BYTES,
			    (long long)done.res);
	return 0;
}
