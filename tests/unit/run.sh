#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs cmocka programs and prints one line for each test:
#   PASS name | FAIL name | SKIP name why
# What a failing test says follows it, each line after "# ".
#
# usage: run.sh PROGRAM...
#
# Records that they write are in build/unit/records.json afterwards, for
# tests/records/check.sh; pages of metrics in build/unit/metrics, for
# tests/metrics/check.py.
set -u

export UNIT_RECORDS=build/unit/records.json UNIT_METRICS=build/unit/metrics
rm -rf "$UNIT_RECORDS" "$UNIT_METRICS"
mkdir -p "$UNIT_METRICS"

failed=0
report=$(mktemp) || exit 1
trap 'rm -f "$report"' EXIT

# TAP of cmocka: "ok 1 - name", "not ok 1 - name", "ok 1 # SKIP name".
convert() {
	awk -v program="$1" '
	/^ok [0-9]+ # SKIP/ { print "SKIP", program "." $5, "not possible here"; next }
	/^not ok [0-9]+/ { print "FAIL", program "." $5; next }
	/^ok [0-9]+ - / { print "PASS", program "." $4 ; next }
	/^# (not )?ok - tests/ { next }
	/^#/ { print }
	# Of fail_msg(), which cmocka writes elsewhere and at another time.
	/^ERROR: / { said = said "# " substr($0, 8) "\n" }
	END { printf "%s", said }' "$2"
}

for program in "$@"; do
	name=${program##*/test_}
	CMOCKA_MESSAGE_OUTPUT=TAP "$program" >"$report" 2>&1
	status=$?
	convert "unit.$name" "$report"
	planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$report" | head -n 1)
	ran=$(grep -cE '^(not )?ok ' "$report")
	if [ "$status" -ne 0 ]; then
		failed=1
	fi
	# A program that dies on the way leaves tests without a line.
	if [ "${planned:-none}" != "$ran" ] ||
	   { [ "$status" -ne 0 ] && ! grep -q '^not ok' "$report"; }; then
		echo "FAIL unit.$name (status $status, $ran of ${planned:-?} tests)"
		sed 's/^/# /' "$report"
		failed=1
	fi
done
exit "$failed"
