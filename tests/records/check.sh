#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Holds records against the schema, made strict, so that a key that it does not
# list is wrong; and shows saved records on this machine. Prints one line a
# test, as the unit tests do.
#
# usage: check.sh              the schema itself, the page made from it, and the
#                              records of the unit tests
#        check.sh LABEL DIR    all records that a boot has left in DIR, and what
#                              it has shown of them (tests/cases/replay.sh)
set -eu
cd -- "$(dirname -- "$0")/../.."

schema=docs/schema/pitrace.schema.json
unit_records=build/unit/records.json
failed=0

# report NAME STATUS SAID: the detail, or the cause and more.
report() {
	if [ "$2" -eq 0 ]; then
		echo "PASS $1${3:+: $3}"
		return
	fi
	echo "FAIL $1: $(head -n 1 <<<"$3")"
	tail -n +2 <<<"$3" | head -n 20 | sed 's/^/# /'
	failed=1
}

check_page() {
	local said status=0

	said=$(tests/records/page.sh | diff - docs/json.md) || status=$?
	report schema.page "$status" \
		"${said:+is not what make docs/json.md writes$'\n'$said}"
}

# Each key says what it is and, where it is a number, in which unit.
check_descriptions() {
	local said

	said=$(jq -r '."$defs" | to_entries[] | .key as $name |
		.value.properties // {} | to_entries[] |
		select((.value.description // "") == "") |
		"\($name).\(.key) is not described"' "$schema")
	report schema.descriptions "$((${#said} > 0))" "$said"
}

# check_records NAME FILE...
check_records() {
	local name=$1 said status=0 strict

	shift
	strict=$(mktemp)
	jq -f tests/records/strict.jq "$schema" >"$strict"
	said=$(tests/records/validate.py "$strict" "$@" 2>&1) || status=$?
	rm -f "$strict"
	report "$name" "$status" "$said"
}

# What is read of a file and written again is that file. One that was cut, as
# its pitrace was killed, is the same up to there.
check_again() {
	local name=$1 file wrong='' lines=0

	shift
	for file; do
		build/pitrace --json --input "$file" 2>/dev/null |
			grep -v '^{"type":"error".*"message":"line [0-9]* of ' |
			cmp -s - <(sed '${/}$/!d}' "$file") ||
			wrong=$wrong$file$'\n'
		lines=$((lines + $(wc -l <"$file")))
	done
	report "$name" "$((${#wrong} > 0))" "${wrong:-$lines records}"
}

# DIR/NAME.args has the options that shape DIR/NAME.txt, made of DIR/NAME.json.
check_shown() {
	local label=$1 dir=$2 args name said status

	for args in "$dir"/*.args; do
		[ -e "$args" ] || continue
		name=${args%.args} status=0
		# shellcheck disable=SC2046 # words
		said=$(build/pitrace $(cat "$args") --input "$name.json" 2>&1 |
			diff "$name.txt" -) || status=$?
		report "[$label] ${name##*/"$label"-}: shown on this machine as there" \
			"$status" "${said:+other text$'\n'$said}"
	done
}

if [ $# -eq 2 ]; then
	mapfile -t files < <(find "$2" -name '*.json' -size +0 | sort)
	if [ "${#files[@]}" -eq 0 ]; then
		echo "# [$1] records: none of its cases writes any"
		exit
	fi
	check_records "[$1] records: all follow the schema" "${files[@]}"
	check_again "[$1] records: the same, read and written again" "${files[@]}"
	check_shown "$1" "$2"
else
	check_page
	check_descriptions
	check_records schema.unit_records "$unit_records"
fi
exit "$failed"
