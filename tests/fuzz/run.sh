#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs fuzz targets and prints one line for each:
#   PASS fuzz.NAME: N runs | FAIL fuzz.NAME: cause (with the input's path)
# What a failing target says follows it, each line after "# ".
#
# usage: run.sh [--keep] SECONDS NAME...
#
#   --keep    begin with what earlier runs found, and keep what this one finds
#
# First come all seeds, those of tests/fuzz/corpus/NAME and those that seeds.sh
# writes, each in full; then inputs that are made from them, for SECONDS. An
# input that fails is left in build/fuzz/failed; run a target with it as its
# argument to see it again.
set -u

build=build/fuzz
keep=
if [ "${1-}" = --keep ]; then
	keep=yes
	shift
fi
[ $# -ge 2 ] || {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}
seconds=$1
shift

# What the target has to say, or the sanitizer, and where the input is.
cause_of() {
	local said input

	said=$(sed -n 's/^does not hold: //p; s/^SUMMARY: //p' "$1" | head -n 1)
	input=$(sed -n 's/.*Test unit written to //p' "$1" | head -n 1)
	# With a seed as its argument a target writes nothing: it was the last.
	[ -n "$input" ] ||
		input=$(sed -n 's/^Running: //p' "$1" | tail -n 1)
	echo "${said:-ended early (status $2)}${input:+, by $input}"
}

# try NAME ARGUMENT...: into the log; what went wrong, on standard output.
try() {
	local name=$1 status=0

	shift
	"$build/$name" -timeout=20 -rss_limit_mb=2048 \
		-artifact_prefix="$build/failed/$name-" "$@" \
		>"$build/$name.log" 2>&1 || status=$?
	[ "$status" -eq 0 ] || cause_of "$build/$name.log" "$status"
}

# Inputs that are made from seeds; those that reach something new are left in
# the first directory. Seeds above 64 KiB are too large for that.
make_inputs() {
	local name=$1 found=$build/found/$1

	[ -n "$keep" ] || found=$build/new/$1
	[ -n "$keep" ] || rm -rf "$found"
	mkdir -p "$found" "$build/seeds/$name"
	try "$name" -max_total_time="$seconds" -max_len=65536 \
		-print_final_stats=1 -dict="tests/fuzz/$name.dict" \
		"$found" "tests/fuzz/corpus/$name" "$build/seeds/$name"
}

runs_of() {
	sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log"
}

# What went wrong, on standard output.
run_target() {
	local name=$1 cause

	mapfile -t seeds < <(find "tests/fuzz/corpus/$name" \
		"$build/seeds/$name" "$build/large/$name" \
		-type f 2>/dev/null | sort)
	if [ "${#seeds[@]}" -eq 0 ]; then
		echo "no seeds in tests/fuzz/corpus/$name"
		return
	fi
	cause=$(try "$name" "${seeds[@]}")
	[ -n "$cause" ] || cause=$(make_inputs "$name")
	if [ -n "$cause" ]; then
		echo "$cause"
	elif [ "0$(runs_of "$name")" -le "${#seeds[@]}" ]; then
		echo "nothing but the ${#seeds[@]} seeds was tried"
	fi
}

failed=0
mkdir -p "$build/failed"
tests/fuzz/seeds.sh "$build" || exit 1
for name; do
	cause=$(run_target "$name")
	if [ -z "$cause" ]; then
		echo "PASS fuzz.$name: $(runs_of "$name") runs"
	else
		echo "FAIL fuzz.$name: $cause"
		tail -n 40 "$build/$name.log" | sed 's/^/# /'
		failed=1
	fi
done
exit "$failed"
