// SPDX-License-Identifier: GPL-2.0-only
/* Single files of a host, as the kernel writes them. */
#include "doctor_text.h"

#include "support.h"

#include <errno.h>

static void levels_of_lockdown(void **state)
{
	char level[32] = "as before", small[6];

	(void)state;
	assert_int_equal(lockdown_parse("[none] integrity confidentiality\n",
					level, sizeof(level)),
			 0);
	assert_string_equal(level, "none");
	assert_int_equal(lockdown_parse("none integrity [confidentiality]\n",
					level, sizeof(level)),
			 0);
	assert_string_equal(level, "confidentiality");
	assert_int_equal(lockdown_parse("none [integrity] confidentiality\n",
					small, sizeof(small)),
			 0);
	assert_string_equal(small, "integ");
	assert_int_equal(lockdown_parse("", level, sizeof(level)), -EINVAL);
	assert_int_equal(lockdown_parse("]none[", level, sizeof(level)),
			 -EINVAL);
	assert_string_equal(level, "confidentiality");
}

static void threads_on_the_command_line(void **state)
{
	(void)state;
	assert_true(cmdline_says_threadirqs("threadirqs"));
	assert_true(cmdline_says_threadirqs("root=/dev/sda1\tthreadirqs ro\n"));
	assert_false(cmdline_says_threadirqs(""));
	assert_false(cmdline_says_threadirqs("nothreadirqs threadirqs.x=1\n"));
	assert_true(cmdline_says_threadirqs("quiet \"threadirqs\"\n"));
	assert_false(cmdline_says_threadirqs("dyndbg=\"a threadirqs b\"\n"));
	/* setup_forced_irqthreads() does not look at it. */
	assert_true(cmdline_says_threadirqs("threadirqs=0\n"));
	assert_false(cmdline_says_threadirqs("quiet -- threadirqs\n"));
	assert_true(cmdline_says_threadirqs("--x threadirqs"));
	assert_true(cmdline_says_threadirqs("--=x threadirqs"));
}

static void chips(void **state)
{
	(void)state;
	assert_int_equal(chip_says_remapped("IR-PCI-MSI\n"), KNOWN_YES);
	assert_int_equal(chip_says_remapped("IR-PCI-MSIX-0000:00:02.0\n"),
			 KNOWN_YES);
	assert_int_equal(chip_says_remapped("IR-IO-APIC\n"), KNOWN_YES);
	assert_int_equal(chip_says_remapped("PCI-MSI\n"), KNOWN_NO);
	assert_int_equal(chip_says_remapped("PCI-MSIX-0000:00:02.0\n"),
			 KNOWN_NO);
	assert_int_equal(chip_says_remapped("IO-APIC\n"), KNOWN_NO);
	/* The IOMMU's own, which is never remapped. */
	assert_int_equal(chip_says_remapped("DMAR-MSI\n"), NOT_KNOWN);
	assert_int_equal(chip_says_remapped("XT-PIC\n"), NOT_KNOWN);
	assert_int_equal(chip_says_remapped(""), NOT_KNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_of_lockdown),
		cmocka_unit_test(threads_on_the_command_line),
		cmocka_unit_test(chips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
