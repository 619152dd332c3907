// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "same_file.h"

static bool same_inode(const char *a, const char *b)
{
	struct stat at_a, at_b;

	return !stat(a, &at_a) && !stat(b, &at_b) &&
	       at_a.st_dev == at_b.st_dev && at_a.st_ino == at_b.st_ino;
}

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Up to its last slash; NULL without memory. */
static char *directory_of(const char *path)
{
	size_t length = (size_t)(name_in(path) - path);

	return length ? strndup(path, length) : strdup(".");
}

static bool same_directory(const char *a, const char *b)
{
	char *of_a = directory_of(a), *of_b = directory_of(b);
	bool same = of_a && of_b && same_inode(of_a, of_b);

	free(of_a);
	free(of_b);
	return same;
}

bool same_file(const char *a, const char *b)
{
	if (!strcmp(a, b) || same_inode(a, b))
		return true;
	return !strcmp(name_in(a), name_in(b)) && same_directory(a, b);
}
