/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads saved records, line by line. */
#ifndef PITRACE_RECORD_READER_H
#define PITRACE_RECORD_READER_H

#include <stddef.h>
#include <stdio.h>

#include "saved_record.h"

/* Bytes; longer lines are refused. A record of 4096 vectors takes 6 MB. */
#define RECORD_LINE_MAX ((size_t)256 << 20)

struct record_reader {
	FILE *file;
	size_t line_max; /* RECORD_LINE_MAX */
	size_t line; /* number of the last one that was read, from 1 on */
	char *text; /* of it */
	size_t length, room;
	struct json_in in; /* what is wrong with it */
};

/* The reader is to be closed; @file stays the caller's. */
void record_reader_open(struct record_reader *reader, FILE *file);
void record_reader_close(struct record_reader *reader);

enum record_reading {
	READ_RECORD,
	READ_OTHER, /* of a type that this version does not know */
	READ_END, /* there are no more lines */
	READ_FAILED
};

/*
 * Reads the next line that is not blank into @saved, which is to be freed
 * whatever is returned. On READ_FAILED reader->in has the error: -EBADMSG and
 * what is wrong with the line; -ENOMEM; another negative errno of the reading,
 * without words.
 */
enum record_reading record_reader_next(struct record_reader *reader,
				       struct saved_record *saved);

#endif
