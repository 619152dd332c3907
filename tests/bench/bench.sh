#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Measures what tracing costs, in the lab.
#
# usage: bench.sh [KERNEL]...           (default: 6.1 6.12) all of it; writes
#                                       docs/performance.md
#        bench.sh --page KERNEL...      writes that from the last measurements
#        bench.sh --short KERNEL        instructions an interrupt alone, once;
#                                       one line a bound, as a test
#
# Needs pitrace, irqgen and the bench's programs built, and bpftrace (make bench
# does that).
# What the machines said is left in build/bench.
set -eu
cd -- "$(dirname -- "$0")/../.."

out=build/bench
here=tests/bench
mkdir -p "$out"

die() {
	echo "bench.sh: $*" >&2
	exit 1
}

# lab ACCEL CPUS KERNEL COMMAND...: what it prints; DONE comes last.
lab() {
	local accel=$1 cpus=$2 kernel=$3 text
	shift 3

	text=$(LAB_ACCEL=$accel tests/lab/run.sh --kernel "$kernel" \
		--smp "$cpus" --timeout 1500 --add build/pitrace \
		--add "$out/floor" --add "$(command -v bpftrace)" \
		--add "$(command -v jq)" --add "$here:/opt/bench" -- "$*" 2>&1) ||
		die "$kernel: $* failed: $(tail -n 5 <<<"$text")"
	[ "$(tail -n 1 <<<"$text" | tr -d '\r')" = DONE ] ||
		die "$kernel: $* ended early: $(tail -n 5 <<<"$text")"
	grep -E '^(cost|attach|rate) ' <<<"$text"
}

# costs KERNEL ROUNDS INTERRUPTS
costs() {
	lab tcg-icount 1 "$1" sh /opt/bench/costs-guest.sh "$2" "$3" none floor \
		pitrace stacks "${@:4}" bpftrace bpftrace-stacks
}

rates() {
	lab tcg 2 "$1" sh /opt/bench/rates-guest.sh 3 60000 none floor pitrace
	lab tcg 2 "$1" sh /opt/bench/rates-guest.sh 1 650000 pitrace |
		sed 's/^rate pitrace/million pitrace/'
}

# --- the short form: bounds as tests ---

# Rates are the machine's. Another compiler may take a few instructions more, and
# attaching is held to what it takes, as its goal is out of reach.
short() {
	local name ratio bound held failed=0

	costs "$1" 1 2000 >"$out/short-$1.txt"
	awk -v slack=1.1 -v attach_bound=1 -f "$here/summary.awk" \
		"$out/short-$1.txt" | grep '^goal' >"$out/short-goals.txt"
	while read -r _ name ratio bound held; do
		if [ "$held" = held ]; then
			echo "PASS [$1-cost] $name: $ratio, at most $bound"
		else
			echo "FAIL [$1-cost] $name: $ratio, wanted at most $bound"
			failed=1
		fi
	done <"$out/short-goals.txt"
	[ "$(wc -l <"$out/short-goals.txt")" -eq 11 ] || {
		echo "FAIL [$1-cost] not all of eleven ratios were measured"
		failed=1
	}
	return "$failed"
}

# --- the whole: docs/performance.md ---

machine() {
	sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1
}

# table KIND FILE: a row a tracer.
cost_table() {
	awk '
	$1 == "median" && $2 == "cost" {
		text[$4, $3] = $5 ($6 == $7 ? "" : " (" $6 ".." $7 ")")
		if (!seen[$4]++) order[++n] = $4
	}
	$1 == "added" { more[$3, $2] = " +" $4 }
	END {
		columns = split("eventfd eventfd_turns irqfd irqfd_turns irqfd_running", path, " ")
		print "| | eventfd | eventfd, in turn | irqfd | irqfd, in turn | irqfd, guest running |"
		print "|---|---|---|---|---|---|"
		for (i = 1; i <= n; i++) {
			printf "| %s", order[i]
			for (c = 1; c <= columns; c++)
				printf " | %s%s", text[order[i], path[c]],
					more[order[i], path[c]]
			print " |"
		}
	}' "$1"
}

goal_table() {
	awk '
	BEGIN { print "| ratio | measured | bound | |"; print "|---|---|---|---|" }
	$1 == "goal" { printf "| %s | %s | %s | %s |\n", $2, $3, $4, $5 }' "$1"
}

other_table() {
	awk '
	BEGIN { print "| | median | least | most |"; print "|---|---|---|---|" }
	$1 == "median" && $2 == "attach" && $4 != "none" {
		printf "| %s: exec to attached, ms | %s | %s | %s |\n", $4, $5, $6, $7 }
	$1 == "median" && $2 == "rate" {
		printf "| %s: interrupts/s, two CPUs | %s | %s | %s |\n", $4, $5, $6, $7 }' "$1"
}

write_kernel() {
	local kernel=$1 version

	version=$(ls "build/lab/kernels/$kernel/lib/modules")
	printf '## %s\n\n' "$version"
	printf 'Instructions an interrupt; "+" is what was added:\n\n'
	cost_table "$out/summary-$kernel.txt"
	echo
	goal_table "$out/summary-$kernel.txt"
	echo
	other_table "$out/summary-$kernel.txt"
	echo
	sed -n 's/^million pitrace \([0-9]*\) \([0-9]*\)/\2 interrupts on two CPUs at full rate: all counted, \1 a second./p' \
		"$out/raw-$kernel.txt"
	echo
}

# A row for each line of sizes.sh that is of a view.
sizes_table() {
	awk '
	function value(key,    i, pair) {
		for (i = 2; i <= NF; i++) {
			split($i, pair, "=")
			if (pair[1] == key)
				return pair[2]
		}
		return ""
	}
	BEGIN {
		print "| possible CPUs | vectors | active | on CPUs | view | million instructions | bytes | resident KiB | maps KiB |"
		print "|---|---|---|---|---|---|---|---|---|"
	}
	value("view") != "" {
		view = $0
		sub(/.*view=/, "", view)
		if (!sub(/^\047/, "", view))
			sub(/ .*/, "", view)
		sub(/\047.*/, "", view)
		printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
			value("cpus"), value("vectors"), value("active"),
			value("active_cpus"), view, value("minstr"),
			value("bytes"), value("rss_kib"), value("map_kib")
	}' "$1"
}

# What the tables mean is told in performance.head.md and .tail.md.
write_page() {
	sed -e "s/@DATE@/$(date -u +%F)/" -e "s|@MACHINE@|$(machine)|" \
		-e "s/@BPFTRACE@/$(bpftrace --version)/" "$here/performance.head.md"
	for kernel; do
		write_kernel "$kernel"
	done
	cat "$here/performance.tail.md"
	sizes_table "$out/sizes.txt"
}

# On one CPU of many possible ones, in instructions.
sizes() {
	LAB_ACCEL=tcg-icount SIZES_VECTORS="16 512 4096" \
		"$here/sizes.sh" 6.1 2 64 256 >"$out/sizes.txt"
	grep -q '^sizes ' "$out/sizes.txt" || die "sizes.sh has measured nothing"
}

measure() {
	costs "$1" 3 20000 all >"$out/costs-$1.txt"
	rates "$1" >"$out/rates-$1.txt"
}

summarise() {
	cat "$out/costs-$1.txt" "$out/rates-$1.txt" >"$out/raw-$1.txt"
	awk -f "$here/summary.awk" "$out/raw-$1.txt" >"$out/summary-$1.txt"
	cat "$out/summary-$1.txt"
}

if [ "${1-}" = --short ]; then
	[ $# -eq 2 ] || die "usage: bench.sh --short KERNEL"
	short "$2"
	exit
fi
measured=
if [ "${1-}" = --page ]; then
	measured=yes
	shift
fi
[ $# -gt 0 ] || set -- 6.1 6.12
for kernel; do
	echo "# $kernel"
	[ -n "$measured" ] || measure "$kernel"
	summarise "$kernel"
done
[ -n "$measured" ] || sizes
write_page "$@" >docs/performance.md
echo "# docs/performance.md is written"
