// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input_file.h"
#include "signals.h"

/* Not in read(), where a signal that came just before would not be seen. */
static int wait_for_text(const struct input_file *input)
{
	struct pollfd fds[] = {
		{.fd = input->signal_fd, .events = POLLIN},
		{.fd = input->fd, .events = POLLIN},
	};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return fds[0].revents ? -ECANCELED : 0;
}

static ssize_t read_text(void *cookie, char *text, size_t size)
{
	const struct input_file *input = cookie;
	ssize_t got;

	do {
		int err = wait_for_text(input);

		if (err) {
			errno = -err;
			return -1;
		}
		got = read(input->fd, text, size);
	} while (got < 0 && (errno == EAGAIN || errno == EINTR));
	return got;
}

/* Of a pipe, to be opened is to wait for its writer, but for O_NONBLOCK. */
static int open_text(const char *path)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC |
							O_NONBLOCK | O_NOCTTY)
				   : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int open_stream(struct input_file *input)
{
	static const cookie_io_functions_t functions = {.read = read_text};

	input->file = fopencookie(input, "r", functions);
	return input->file ? 0 : -ENOMEM;
}

int input_file_open(struct input_file *input, const char *path)
{
	int err;

	*input = (struct input_file){.signal_fd = -1};
	input->fd = open_text(path);
	if (input->fd < 0)
		return input->fd;
	input->signal_fd = signals_catch();
	err = input->signal_fd < 0 ? input->signal_fd : open_stream(input);
	if (err)
		input_file_close(input);
	return err;
}

void input_file_close(struct input_file *input)
{
	if (input->file)
		(void)fclose(input->file);
	signals_leave(input->signal_fd);
	(void)close(input->fd);
}

bool input_file_is_plain(const struct input_file *input)
{
	struct stat status;

	return !fstat(input->fd, &status) && S_ISREG(status.st_mode);
}
