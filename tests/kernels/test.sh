#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests what an hour of boots would only show at its end: that boots.sh names
# cases that there are, and the page that kernels.sh writes, from logs that are
# made up. Boots nothing. Prints one line for each test, as the unit tests do.
#
# usage: test.sh
set -u
cd -- "$(dirname -- "$0")/../.." || exit

# shellcheck source-path=SCRIPTDIR source=../boots.sh
. tests/boots.sh

failed=0
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
logs=$tree/build/test-kernels
page=$tree/docs/kernels.md

# expect TEST WANTED GOT
expect() {
	if [ "$2" = "$3" ]; then
		echo "PASS kernels.$1"
	else
		echo "FAIL kernels.$1: wanted '$2', got '$3'"
		failed=1
	fi
}

# Of TABLE: kernel, arguments, how, names and label of each boot.
boots_of() {
	local kernel append how names

	while IFS='|' read -r kernel append how names; do
		printf '%s|%s|%s|%s|%s\n' "$kernel" "$append" "$how" "$names" \
			"$(label_of "$kernel" "$append" "$how" "$names")"
	done < <(sed -n 's/ *| */|/gp' <<<"$1")
}

# --- what boots.sh names ---

cases_without_function() {
	local name

	cut -d '|' -f 4 | xargs -n 1 | sort -u | while read -r name; do
		cases_of "$name" | xargs -n 1
	done | sed 's/:.*//' | sort -u | while read -r name; do
		grep -q "^$name() {" tests/cases/*.sh || echo "$name"
	done | xargs
}

test_names() {
	local table all

	for table in boots matrix; do
		all=$(boots_of "${!table}")
		expect "cases_of_$table" "" "$(cases_without_function <<<"$all")"
		expect "labels_of_$table" "" \
			"$(cut -d '|' -f 5 <<<"$all" | sort | uniq -d | xargs)"
	done
}

# --- the page ---

# As if all boots of the matrix had been made, and all cases held.
make_logs() {
	local kernel append how names label case

	rm -rf "$tree/build" "$page"
	mkdir -p "$logs" "$tree/docs" "$tree/tests"
	cp -r tests/kernels tests/boots.sh "$tree/tests"
	while IFS='|' read -r kernel append how names label; do
		echo "$kernel|$append|$how|$names|$label" >"$logs/$label.boot"
		echo "# kernel of $kernel" >"$logs/$label.last"
		# shellcheck disable=SC2086 # words
		for case in $(cases_of $names); do
			echo "# case ${case%%:*}"
			[[ " $preparations " == *" ${case%%:*} "* ]] ||
				echo "PASS [$label] ${case%%:*} holds"
		done >>"$logs/$label.last"
	done < <(boots_of "$matrix")
}

# What kernels.sh makes of them: its status, and whether there is a page.
write_page() {
	local status=0

	"$tree/tests/kernels/kernels.sh" --page >"$tree/said" 2>&1 || status=$?
	echo "$status $([ -e "$page" ] && echo page)"
}

# cell KERNEL ROW
cell() {
	awk -F ' *[|] *' -v kernel="$1" -v row="$2" '
		$2 == "case" {
			for (i = 3; i < NF; i++)
				if ($i == kernel)
					at = i
		}
		at && $2 == row { print $at }' "$page"
}

test_whole_run() {
	make_logs
	expect whole_run "0 page" "$(write_page)"
	expect whole_run_is_told 0 \
		"$(sed '1,/^## Kernels/d' "$page" | grep -cF '**')"
	expect each_reason_is_told "$(grep -c '|' <<<"$absent")" \
		"$(grep -c '^- [a-z]: not run: ' "$page")"
	expect whole_run_has_all_verdicts \
		"$(cat "$logs"/*.last | grep -c '^PASS ')" \
		"$(awk -F ' *[|] *' '/^## Checks/ { exit }
			$4 ~ /^[0-9]+$/ { sum += $4 } END { print sum + 0 }' \
			"$page")"
	expect variants_are_apart "1 1" \
		"$(cell 6.12 paths_mixed) $(cell 6.12 'paths_mixed (threadirqs)')"
}

test_failures() {
	make_logs
	echo 'FAIL [6.12] posting holds not' >>"$logs/6.12-posted.last"
	sed -i '/^# case paths_mixed/,$d' "$logs/7.x.last"
	rm "$logs/6.1-rt-cli."*
	expect failures "0 page" "$(write_page)"
	expect failure_is_told "- 6.12, inspect_exit: **failed**: posting holds not" \
		"$(grep -F 'holds not' "$page")"
	expect case_that_was_not_reached "**not run**" "$(cell 7.x paths_mixed)"
	expect kernel_that_was_not_booted 1 "$(grep -c 'not booted' "$page")"
}

# record_probe KERNEL METHOD FUNCTION [REASON]: as the start record has it.
record_probe() {
	mkdir -p "$logs/$1"
	jq -nc --arg method "$2" --arg function "$3" --arg reason "${4-}" \
		'{type: "start", probes: [{name: "irqfd_shutdown", method: $method,
			function: $function, reason: $reason}]}' \
		>"$logs/$1/$1-probes.json"
}

test_probes() {
	make_logs
	record_probe 6.12 off irqfd_shutdown "no types"
	record_probe 7.0-2 fexit irqfd_shutdown
	record_probe 7.x fexit eventfd_ctx_remove_wait_queue "not called"
	expect probes "0 page" "$(write_page)"
	expect probes_have_methods_and_notes \
		"irqfd_shutdown off (1) fexit fexit (2)" \
		"$(awk -F ' *[|] *' '$2 == "`irqfd_shutdown`" {
			gsub(/`/, ""); print $3, $7, $9, $10 }' "$page")"
	# shellcheck disable=SC2016 # a quote
	expect another_function_is_named \
		'2. on `eventfd_ctx_remove_wait_queue`; not called' \
		"$(grep '^2\. ' "$page")"
}

# That of the stand-in, for which nothing else stands in.
test_left_out() {
	make_logs
	sed -i '/needs the stand-in/d' "$tree/tests/boots.sh"
	expect left_out_without_a_word "1 " "$(write_page)"
	expect what_is_left_out_is_named 1 \
		"$(grep -c 'posting is not run on 7.x, and' "$tree/said")"
}

test_names
test_whole_run
test_failures
test_probes
test_left_out
exit "$failed"
