// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "new_file.h"

#define HOW (O_WRONLY | O_CLOEXEC | O_NOCTTY)

/* Opening changes nothing of what is there. */
static int open_pipe_or_device(const char *path)
{
	int fd = open(path, HOW);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &status) && !S_ISREG(status.st_mode))
		return fd;
	(void)close(fd);
	return -EEXIST;
}

static int create(const char *path)
{
	int fd = open(path, HOW | O_CREAT | O_EXCL, 0600);

	return fd < 0 ? -errno : fd;
}

/* @fd: or a negative errno. */
static int give_stream(int fd, FILE **file)
{
	int err;

	if (fd < 0)
		return fd;
	*file = fdopen(fd, "w");
	if (*file)
		return 0;
	err = -errno;
	(void)close(fd);
	return err;
}

int new_file_open(const char *path, FILE **file)
{
	int fd = create(path);

	return give_stream(fd == -EEXIST ? open_pipe_or_device(path) : fd,
			   file);
}

int new_file_create(const char *path, FILE **file)
{
	return give_stream(create(path), file);
}
