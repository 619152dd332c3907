// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metrics_file.h"

int metrics_file_init(struct metrics_file *file, const char *path)
{
	*file = (struct metrics_file){.path = path};
	if (path &&
	    asprintf(&file->draft, "%s" METRICS_DRAFT_SUFFIX, path) < 0) {
		file->draft = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* A device, a directory or a link is not to be replaced by a file. */
static int check_path(const char *path)
{
	struct stat status;

	if (!lstat(path, &status) && !S_ISREG(status.st_mode))
		return -EEXIST;
	return 0;
}

/* Of a run that was killed, one may be left. */
static int open_draft(const char *path, FILE **draft)
{
	int fd, err;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	/* Whatever the umask is: another user reads it. */
	*draft = fchmod(fd, 0644) ? NULL : fdopen(fd, "w");
	if (*draft)
		return 0;
	err = -errno;
	(void)close(fd);
	return err;
}

static int write_draft(const struct metrics_file *file,
		       const struct metrics *metrics, bool per_device)
{
	FILE *draft = NULL;
	int err = open_draft(file->draft, &draft);

	if (err)
		return err;
	/* The collector knows no OpenMetrics. */
	err = render_metrics(draft, metrics, METRICS_TEXT, per_device);
	if (fclose(draft) && !err)
		err = -errno;
	return err;
}

int metrics_file_write(struct metrics_file *file, const struct metrics *metrics,
		       bool per_device)
{
	int err;

	if (!file->path)
		return 0;
	err = check_path(file->path);
	if (err)
		return err;
	err = write_draft(file, metrics, per_device);
	if (!err && rename(file->draft, file->path))
		err = -errno;
	if (err)
		(void)unlink(file->draft);
	else
		file->is_ours = true;
	return err;
}

const char *metrics_file_hint(int err)
{
	if (err == -EACCES)
		return " (root's right to write anywhere is given up; let the "
		       "directory be its own)";
	return err == -EEXIST ? " (not a plain file)" : "";
}

void metrics_file_end(struct metrics_file *file)
{
	if (file->is_ours)
		(void)unlink(file->path);
	metrics_file_leave(file);
}

void metrics_file_leave(struct metrics_file *file)
{
	free(file->draft);
	*file = (struct metrics_file){.path = NULL};
}
