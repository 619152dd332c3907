// SPDX-License-Identifier: GPL-2.0-only
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "reasons.h"

/* "            " of --inspect, and a sentence behind it, in 79 columns. */
#define SENTENCE_MAX (79 - 12)

#define TABLE        "docs/posting.md"

static void words_are_distinct(void **state)
{
	(void)state;
	for (int i = 0; i < REASON_COUNT; i++) {
		const char *word = reason_word((enum reason)i);

		assert_non_null(word);
		assert_true(strlen(word) > 0);
		assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz_"),
				 strlen(word));
		assert_true(word[0] != '_' && word[strlen(word) - 1] != '_');
		for (int j = 0; j < i; j++)
			assert_string_not_equal(word,
						reason_word((enum reason)j));
	}
	assert_string_equal(reason_word(REASON_NO_IRQFD), "no_irqfd");
	assert_string_equal(reason_word(REASON_UNKNOWN), "unknown");
}

static void sentences_fit_a_line(void **state)
{
	(void)state;
	for (int i = 0; i < REASON_COUNT; i++) {
		const char *sentence = reason_sentence((enum reason)i);

		assert_non_null(sentence);
		assert_true(strlen(sentence) > 20);
		assert_true(strlen(sentence) <= SENTENCE_MAX);
		assert_null(strchr(sentence, '\n'));
		assert_non_null(strchr(sentence, ' '));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				sentence, reason_sentence((enum reason)j));
	}
}

/* Users look a word up there. */
static void words_are_documented(void **state)
{
	FILE *file = fopen(TABLE, "r");
	char *text;

	(void)state;
	if (!file)
		fail_msg("there is no " TABLE);
	fclose(file);
	text = read_fixture(TABLE);
	for (int i = 0; i < REASON_COUNT; i++) {
		char quoted[64];

		snprintf(quoted, sizeof(quoted), "`%s`",
			 reason_word((enum reason)i));
		if (!strstr(text, quoted))
			fail_msg("%s has no row for %s", TABLE, quoted);
	}
	free(text);
}

static void first_one_decides(void **state)
{
	(void)state;
	assert_int_equal(reason_first(0), REASON_COUNT);
	for (int i = 0; i < REASON_COUNT; i++) {
		reason_set behind = ~(REASON_BIT(i) - 1);

		assert_int_equal(reason_first(REASON_BIT(i)), i);
		assert_int_equal(reason_first(behind), i);
	}
	/* A set holds them all. */
	assert_true(REASON_COUNT <= 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_distinct),
		cmocka_unit_test(sentences_fit_a_line),
		cmocka_unit_test(words_are_documented),
		cmocka_unit_test(first_one_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
