# SPDX-License-Identifier: GPL-2.0-only
# From kernels.sh's lines: the tables of kernels and of checks of
# docs/kernels.md. Fails if a case was left out on some kernel without a word.
#
# kernels: their names, in order; prepare: names of cases that are no checks.

BEGIN {
	kernel_count = split(kernels, kernel_names, " ")
	split(prepare, words, " ")
	for (i in words)
		prepares[words[i]] = 1
}

# A row: a case, or one of its variants.
function row_of(variant, name) {
	return variant == "" ? name : name " (" variant ")"
}

function add_row(row, name) {
	if (row in row_case)
		return
	row_case[row] = name
	rows[++row_count] = row
}

$1 == "plan" {
	row = row_of($3, $4)
	add_row(row, $4)
	planned[$2, row] = 1
	if (!index(row_groups[row], " " $5 " "))
		row_groups[row] = row_groups[row] " " $5 " "
}

$1 == "absent" {
	absent_kernels[++absent_count] = " " $2 " "
	absent_groups[absent_count] = " " $3 " "
	absent_why[absent_count] = $4
}

# All boots of a kernel say the same.
$1 == "version" { version[$2] = $3 }

$1 == "verdict" {
	row = row_of($3, $4)
	# Before the first case: the boot itself.
	add_row(row, $4)
	planned[$2, row] = 1
	count[$2, row, $5]++
	total[$2, $5]++
	told[row] = 1
	if ($5 != "PASS")
		notes[++note_count] = sprintf("%s, %s: %s: %s", $2, row,
			$5 == "FAIL" ? "**failed**" : "skipped", $6)
}

# Of the words of one list, is there one in the other?
function have_common(list, other,    words, count) {
	count = split(list, words, " ")
	while (count && !index(other, " " words[count] " "))
		count--
	return count
}

function reason_of(kernel, row,    i) {
	for (i = 1; i <= absent_count; i++) {
		if (absent_kernels[i] != " * " &&
		    !index(absent_kernels[i], " " kernel " "))
			continue
		if (absent_groups[i] == " * " ||
		    have_common(absent_groups[i],
			row_groups[row] " " row_case[row] " "))
			return i
	}
	print "checks.awk: " row " is not run on " kernel \
		", and boots.sh does not say why" >"/dev/stderr"
	missing = 1
	return 0
}

# Letters for reasons in the order of their use.
function letter_of(reason) {
	if (!(reason in letter)) {
		letter[reason] = sprintf("%c", 96 + ++letter_count)
		reasons[letter_count] = reason
	}
	return letter[reason]
}

function cell_of(kernel, row,    passed, failed, skipped, text) {
	if (!((kernel, row) in planned))
		return letter_of(reason_of(kernel, row))
	passed = count[kernel, row, "PASS"] + 0
	failed = count[kernel, row, "FAIL"] + 0
	skipped = count[kernel, row, "SKIP"] + 0
	if (!passed && !failed && !skipped) {
		# Those say nothing where all is well.
		if (row_case[row] in prepares)
			return "-"
		not_run[kernel]++
		return "**not run**"
	}
	text = passed ""
	if (failed)
		text = text ", **" failed " failed**"
	if (skipped)
		text = text ", " skipped " skipped"
	return text
}

function table_of_kernels(    i, kernel) {
	print "\n## Kernels\n"
	print "| kernel | version | checks held | failed | skipped | cases not run |"
	print "|---|---|---|---|---|---|"
	for (i = 1; i <= kernel_count; i++) {
		kernel = kernel_names[i]
		printf "| %s | %s | %d | %d | %d | %d |\n", kernel,
			kernel in version ? version[kernel] : "**not booted**",
			total[kernel, "PASS"], total[kernel, "FAIL"],
			total[kernel, "SKIP"], not_run[kernel]
	}
}

# Preparations have a row only where they failed.
function table_of_checks(    i, j, line, text) {
	line = "| case |"
	for (i = 1; i <= kernel_count; i++)
		line = line " " kernel_names[i] " |"
	text = "\n## Checks\n\n" line "\n"
	gsub(/[^|]+/, "---", line)
	text = text line
	for (j = 1; j <= row_count; j++) {
		if (row_case[rows[j]] in prepares && !(rows[j] in told))
			continue
		line = "| " rows[j] " |"
		for (i = 1; i <= kernel_count; i++)
			line = line " " cell_of(kernel_names[i], rows[j]) " |"
		text = text "\n" line
	}
	return text
}

# The cells are counted as they are made.
END {
	checks = table_of_checks()
	table_of_kernels()
	print checks "\n"
	for (i = 1; i <= letter_count; i++)
		printf "- %c: not run: %s.\n", 96 + i, absent_why[reasons[i]]
	print note_count ? "\nFailed or skipped:\n" : "\nNo check failed, none was skipped."
	for (i = 1; i <= note_count; i++)
		print "- " notes[i]
	exit missing
}
