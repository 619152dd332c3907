/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzz targets share. */
#ifndef PITRACE_FUZZ_SUPPORT_H
#define PITRACE_FUZZ_SUPPORT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* libFuzzer calls it with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, with the input kept, unless @condition holds. */
#define REQUIRE(condition)                                                     \
	do {                                                                   \
		if (!(condition))                                              \
			fuzz_fail(__FILE__, __LINE__, #condition);             \
	} while (0)

_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

/*
 * The input as a string, which ends at its first NUL. Its room is no byte
 * larger, so that reading too far shows. To be freed.
 */
char *fuzz_string(const uint8_t *data, size_t size);

/* A file that reads as @data, which stays the caller's. To be closed. */
struct fuzz_file {
	const uint8_t *data;
	size_t size;
};
FILE *fuzz_open(struct fuzz_file *file);

/* Takes up to 4 bytes off the front of the input; 0 where it has no more. */
uint32_t fuzz_take(const uint8_t **data, size_t *size, unsigned int bytes);

/* Is all of @text as @pattern, an extended expression, has it? */
bool fuzz_matches(regex_t *compiled, const char *pattern, const char *text);

/*
 * Reads @text as UTF-8, by iconv(); it has to be. Returns its characters, to
 * be freed.
 */
uint32_t *fuzz_characters(const char *text, size_t *count);

/* None of them does anything to a terminal, but for ends of line. */
void fuzz_check_harmless(const char *text);

#endif
