// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "output.h"

int output_begin(struct output *output)
{
	output->buffer = NULL;
	output->size = 0;
	output->text = open_memstream(&output->buffer, &output->size);
	return output->text ? 0 : -ENOMEM;
}

int output_end(struct output *output, FILE *file)
{
	int failed = ferror(output->text);
	int error = 0;

	if (fclose(output->text) || failed)
		error = -ENOMEM;
	errno = 0;
	if (!error &&
	    (fwrite(output->buffer, 1, output->size, file) != output->size ||
	     fflush(file)))
		error = errno ? -errno : -EIO;
	free(output->buffer);
	output->buffer = NULL;
	return error;
}
