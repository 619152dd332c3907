# SPDX-License-Identifier: GPL-2.0-only
# The tables of docs/compilers.md, from the lines that compilers.sh makes; its
# variables are the names of compilers and kernels, in order.

function thousands(n) {
	return n >= 1000 ? int(n / 1000) "," substr(sprintf("%d", 1000000 + n), 5) : n
}

function row(first, cells, count,    i, line) {
	line = "| " first " |"
	for (i = 1; i <= count; i++)
		line = line " " cells[i] " |"
	print line
}

function rule(count,    i, line) {
	line = "|---|"
	for (i = 1; i <= count; i++)
		line = line "---|"
	print line
}

$1 == "load" {
	key = $2 SUBSEP $3
	loaded[key]++
	if ($5 + 0 > largest[key])
		largest[key] = $5 + 0
	if ($6 == "?" || $6 + 0 > deepest[key])
		deepest[key] = $6
	if ($5 + 0 > worst_insns) {
		worst_insns = $5 + 0
		insns_at = $4 ", " $3 ", " $2
	}
	if ($6 + 0 > worst_stack) {
		worst_stack = $6 + 0
		stack_at = $4 ", " $3 ", " $2
	}
}
$1 == "build" { build[++builds] = "| " $2 " | " $3 " | " ($4 == "PASS" ? "builds without a warning" : "**fails**") " |" }
$1 == "fail" { failed[$2, $3] = 1 }
$1 == "verdict" {
	verdicts[$2, $3, $4]++
	cases++
}

END {
	names = split(compilers, name, " ")
	rows = split(kernels, kernel, " ")

	print "## What builds\n"
	print builds ? "| Debian | tools | |\n|---|---|---|" : "Not run."
	for (i = 1; i <= builds; i++)
		print build[i]

	print "\n## What is loaded\n"
	print "Each cell: programs loaded, instructions that the verifier looked at in"
	print "the largest one, bytes of stack of the deepest one.\n"
	row("kernel", name, names)
	rule(names)
	for (k = 1; k <= rows; k++) {
		some = 0
		for (n = 1; n <= names; n++) {
			key = kernel[k] SUBSEP name[n]
			some += loaded[key]
			cell[n] = !loaded[key] ? "not run" : \
				loaded[key] ": " thousands(largest[key]) ", " deepest[key] \
				(key in failed ? ", **failed**" : "")
		}
		if (some)
			row(kernel[k], cell, names)
		else
			missing = missing (missing ? ", " : "") kernel[k]
	}
	if (missing)
		print "\nNot run: " missing "."
	printf "\nThe most of all: %s of 500,000 instructions (%s); %d of 400 bytes of\n", \
		thousands(worst_insns), insns_at, worst_stack
	printf "stack (%s).\n", stack_at

	print "\n## What holds\n"
	print "Checks of the cases of paths, posting and stacks.\n"
	if (!cases) {
		print "Not run."
		exit
	}
	row("kernel", name, names)
	rule(names)
	for (k = 1; k <= rows; k++) {
		some = 0
		for (n = 1; n <= names; n++) {
			passed = verdicts[name[n], kernel[k], "PASS"] + 0
			bad = verdicts[name[n], kernel[k], "FAIL"] + 0
			some += passed + bad
			cell[n] = passed + bad ? passed " held" \
				(bad ? ", **" bad " failed**" : "") : "not run"
		}
		if (some)
			row(kernel[k], cell, names)
	}
}
