#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests in which order the compiled programs read what user space changes: the
# number by which something is kept (vectors_epoch) before what is kept by it
# (mode). The other way round a mode of before a change is kept as one of after
# it, until the next change; no boot hits the few instructions between. Prints
# one line for each test, as the unit tests do.
#
# usage: order.sh CLANG FLAG...
set -u
cd -- "$(dirname -- "$0")/../.." || exit

# Programs that note the mode, and the function that others call for it.
programs='fentry_msi kprobe_msi begin_unknown'

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

# Where struct globals has it, in bytes: all of these members have four.
offset_of() {
	sed -n '/^struct globals {/,/^}/p' include/probe_abi.h |
		awk -v name="$1;" '
		$1 == "__u32" && $2 == name { print 4 * n; exit }
		$1 == "__u32" { n++ }'
}

# reads PROGRAM: the offsets in globals that it loads from, in its order.
reads() {
	awk -v program="$1:" '
	/^[a-z_0-9]+:/ { inside = $1 == program }
	!inside { next }
	/= globals ll$/ { globals[$1]; next }
	match($0, /\*\(u32 \*\)\(r[0-9] \+ [0-9]+\)$/) {
		split(substr($0, RSTART + 9), part, /[ ()]+/)
		if (part[1] in globals)
			print part[3]
	}
	$1 ~ /^[rw][0-9]$/ && $2 ~ /=$/ {
		delete globals["r" substr($1, 2)]
	}' "$assembly"
}

# check PROGRAM
check() {
	local first

	first=$(reads "$1" | grep -xE "$epoch|$mode" | awk '!seen[$0]++' | xargs)
	if [ "$first" = "$epoch $mode" ]; then
		echo "PASS bpf.order.$1"
	else
		echo "FAIL bpf.order.$1: reads of globals at $epoch, then $mode, were wanted; got '$first'"
		failed=1
	fi
}

[ $# -ge 1 ] || usage
failed=0
assembly=$(mktemp) || exit 1
trap 'rm -f "$assembly"' EXIT
"$@" -S -o "$assembly" bpf/pitrace.bpf.c || {
	echo "FAIL bpf.order: the programs do not compile"
	exit 1
}
epoch=$(offset_of vectors_epoch)
mode=$(offset_of mode)
for program in $programs; do
	check "$program"
done
exit $failed
