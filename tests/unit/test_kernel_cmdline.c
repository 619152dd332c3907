// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's command line, argument by argument. */
#include "kernel_cmdline.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>

/* All of them, as "name|value" with a comma behind each. */
static void check(const char *cmdline, const char *expected)
{
	struct kernel_argument argument;
	struct capture capture;
	FILE *file = capture_begin(&capture);
	char *text;

	while (kernel_cmdline_next(&cmdline, &argument))
		fprintf(file, "%s|%s,", argument.name, argument.value);
	text = capture_end(&capture);
	assert_string_equal(text, expected);
	free(text);
}

static void names_and_values(void **state)
{
	(void)state;
	check("", "");
	check(" \n", "");
	check("quiet", "quiet|,");
	check("a=b c d=e=f g=\n", "a|b,c|,d|e=f,g|,");
	check(" a\tb\n\vc\f\rd\xa0"
	      "e\n",
	      "a|,b|,c|,d|,e|,");
	/* A name is not empty. */
	check("=a =a=b =", "=a|,=a|b,=|,");
}

static void what_follows_is_for_init(void **state)
{
	(void)state;
	check("a -- b", "a|,");
	check("--", "");
	check("a \"--\" b", "a|,");
	check("--b --=c d", "--b|,--|c,d|,");
}

/* As next_arg() of lib/cmdline.c has it, the odd ones as well. */
static void quotes(void **state)
{
	(void)state;
	check("a=\"b c\" d", "a|b c,d|,");
	check("\"a=b c\" d", "a|b c,d|,");
	check("\"a b\" c", "a b|,c|,");
	check("a=b\" \"c d", "a|b\" \"c,d|,");
	check("a\"b", "a\"b|,");
	check("a=\"b c", "a|b c,");
	check("\"a=\"b\"\" c", "a|b\",c|,");
	check("\"a=b", "a|b,");
	check("\"", "|,");
	check("\"\"", "|,");
	check("a=\"", "a|,");
	check("\"a=\"", "a|,");
	check("\"=\"", "=|,");
	check("\"\" a", "|,a|,");
}

static void what_is_too_long_is_cut(void **state)
{
	char cmdline[600] = "a ";
	const char *rest = cmdline;
	struct kernel_argument argument;

	(void)state;
	memset(cmdline + 2, 'n', 100);
	cmdline[102] = '=';
	memset(cmdline + 103, 'v', 400);
	strcpy(cmdline + 503, " b");
	assert_true(kernel_cmdline_next(&rest, &argument));
	assert_true(kernel_cmdline_next(&rest, &argument));
	assert_int_equal(strlen(argument.name), sizeof(argument.name) - 1);
	assert_int_equal(strspn(argument.name, "n"), strlen(argument.name));
	assert_int_equal(strlen(argument.value), sizeof(argument.value) - 1);
	assert_int_equal(strspn(argument.value, "v"), strlen(argument.value));
	assert_true(kernel_cmdline_next(&rest, &argument));
	assert_string_equal(argument.name, "b");
	assert_string_equal(argument.value, "");
	assert_false(kernel_cmdline_next(&rest, &argument));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_values),
		cmocka_unit_test(what_follows_is_for_init),
		cmocka_unit_test(quotes),
		cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
