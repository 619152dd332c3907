// SPDX-License-Identifier: GPL-2.0-only
#include "record_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"

#define ROOM_MIN ((size_t)64 << 10)

/* What records need of it is five levels. */
#define DEPTH_MAX 32

void record_reader_open(struct record_reader *reader, FILE *file)
{
	*reader = (struct record_reader){
		.file = file,
		.line_max = RECORD_LINE_MAX,
	};
}

void record_reader_close(struct record_reader *reader)
{
	free(reader->text);
	reader->text = NULL;
	reader->room = 0;
}

static enum record_reading failed(struct record_reader *reader, int error)
{
	reader->in.error = error;
	return READ_FAILED;
}

__attribute__((format(printf, 2, 3))) static enum record_reading damaged(
	struct record_reader *reader, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reader->in.problem, sizeof(reader->in.problem), format,
			arguments);
	va_end(arguments);
	return failed(reader, -EBADMSG);
}

static int append(struct record_reader *reader, char c)
{
	if (reader->length == reader->room) {
		size_t room = reader->room ? 2 * reader->room : ROOM_MIN;
		char *larger = realloc(reader->text, room);

		if (!larger)
			return -ENOMEM;
		reader->text = larger;
		reader->room = room;
	}
	reader->text[reader->length++] = c;
	return 0;
}

/* Not by getline(), which would take whatever length there is. */
static enum record_reading read_line(struct record_reader *reader)
{
	int c = 0;

	reader->length = 0;
	errno = 0;
	while (c != '\n' && (c = getc_unlocked(reader->file)) != EOF) {
		if (reader->length == reader->line_max)
			return damaged(reader, "longer than %zu bytes",
				       reader->line_max);
		if (append(reader, (char)c))
			return failed(reader, -ENOMEM);
	}
	if (ferror(reader->file))
		return failed(reader, errno ? -errno : -EIO);
	return reader->length ? READ_RECORD : READ_END;
}

static bool is_blank(const struct record_reader *reader)
{
	for (size_t i = 0; i < reader->length; i++)
		if (!strchr(" \t\r\n", reader->text[i]) || !reader->text[i])
			return false;
	return true;
}

/* Why it is not JSON. Only the last line can be without its end. */
static enum record_reading judge(struct record_reader *reader,
				 struct json_tokener *tokener)
{
	enum json_tokener_error error = json_tokener_get_error(tokener);

	if (error == json_tokener_continue ||
	    reader->text[reader->length - 1] != '\n')
		return damaged(reader, "cut short");
	return damaged(reader, "not JSON: %s, at byte %zu",
		       json_tokener_error_desc(error),
		       json_tokener_get_parse_end(tokener) + 1);
}

static enum record_reading parse(struct record_reader *reader,
				 struct json_object **json)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	enum record_reading result = READ_RECORD;
	int err;

	*json = NULL;
	if (!tokener)
		return failed(reader, -ENOMEM);
	err = json_text_parse(tokener, reader->text, reader->length, json);
	if (err == -EBADMSG)
		result = judge(reader, tokener);
	else if (err)
		result = failed(reader, err);
	json_tokener_free(tokener);
	return result;
}

static enum record_reading read_text(struct record_reader *reader)
{
	enum record_reading result;

	do {
		result = read_line(reader);
		reader->line += result != READ_END;
	} while (result == READ_RECORD && is_blank(reader));
	return result;
}

enum record_reading record_reader_next(struct record_reader *reader,
				       struct saved_record *saved)
{
	enum record_reading result;
	struct json_object *json;

	*saved = (struct saved_record){.json = NULL};
	reader->in = (struct json_in){.error = 0};
	result = read_text(reader);
	/* To the library a NUL would be the end. */
	if (result == READ_RECORD && memchr(reader->text, '\0', reader->length))
		result = damaged(reader, "not JSON: a NUL");
	if (result == READ_RECORD)
		result = parse(reader, &json);
	if (result != READ_RECORD)
		return result;
	switch (saved_record_read(saved, json, &reader->in)) {
	case 1:
		return READ_RECORD;
	case 0:
		return READ_OTHER;
	default:
		return READ_FAILED;
	}
}
