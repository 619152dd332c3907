// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "signals.h"

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

/* Signal handlers are given nothing, so these have to be the process's. */
static int fd_of_handler = -1;
static const char *volatile guarded;

static void end_process(int number)
{
	const char *path = guarded;

	if (path)
		(void)unlink(path);
	/* It comes as this handler returns. */
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void on_signal(int number)
{
	static const uint64_t one = 1;
	int saved = errno;

	(void)signal(number, end_process);
	(void)!write(fd_of_handler, &one, sizeof(one));
	errno = saved;
}

void signals_hold(sigset_t *before)
{
	sigset_t ours;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < NUMBERS; i++)
		(void)sigaddset(&ours, numbers[i]);
	(void)sigprocmask(SIG_BLOCK, &ours, before);
}

void signals_release(const sigset_t *before)
{
	(void)sigprocmask(SIG_SETMASK, before, NULL);
}

/* What is ignored, as by nohup, stays so. */
static void end_process_at(int number)
{
	struct sigaction now;

	if (!sigaction(number, NULL, &now) && now.sa_handler == SIG_DFL)
		(void)signal(number, end_process);
}

void signals_guard(const char *path)
{
	guarded = path;
	for (size_t i = 0; i < NUMBERS; i++)
		end_process_at(numbers[i]);
}

void signals_unguard(void)
{
	guarded = NULL;
}

/*
 * A handler and not a signalfd, for which signals would have to be blocked:
 * the second one has to end the process even while it is stuck in a write.
 */
int signals_catch(void)
{
	struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESTART,
	};
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		return -errno;
	fd_of_handler = fd;
	for (size_t i = 0; i < NUMBERS; i++)
		(void)sigaction(numbers[i], &action, NULL);
	return fd;
}

void signals_leave(int fd)
{
	/* Another file may get the number. */
	fd_of_handler = -1;
	if (fd >= 0)
		(void)close(fd);
}
