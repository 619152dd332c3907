// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "signals.h"

/* A signal handler is given nothing, so this has to be the process's. */
static int fd_of_handler = -1;

static void on_signal(int number)
{
	static const uint64_t one = 1;
	int saved = errno;

	(void)number;
	(void)!write(fd_of_handler, &one, sizeof(one));
	errno = saved;
}

/*
 * A handler and not a signalfd, for which signals would have to be blocked:
 * the second one has to end the process even while it is stuck in a write.
 */
int signals_catch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESTART | (int)SA_RESETHAND,
	};
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		return -errno;
	fd_of_handler = fd;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		(void)sigaction(signals[i], &action, NULL);
	return fd;
}

void signals_leave(int fd)
{
	/* Another file may get the number. */
	fd_of_handler = -1;
	if (fd >= 0)
		(void)close(fd);
}
