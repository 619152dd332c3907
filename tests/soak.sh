#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Lets pitrace, built with ASan and UBSan, trace a storm for an hour.
#
# usage: soak.sh [KERNEL]      (default 6.12)
#
# Needs irqgen and build/asan/pitrace built (make soak does that). Prints
# verdicts as run.sh does, and ends with their numbers.
#
# Environment: SOAK_SECONDS  how long (default 3600)
set -eu
cd -- "$(dirname -- "$0")/.."

kernel=${1:-6.12}
seconds=${SOAK_SECONDS:-3600}
log=build/test/soak.log

mkdir -p build/test
status=0
# Two devices flat out leave a CPU time for nothing else, not even for the
# kernel's watchdog.
tests/lab/run.sh --kernel "$kernel" --append nosoftlockup \
	--timeout $((seconds + 600)) --add build/asan/pitrace \
	--add "$(command -v jq)" --add tests/cases \
	--add tests/soak-guest.sh -- "sh /opt/soak-guest.sh $seconds" 2>&1 |
	sed -u 's/\r//g' | tee "$log" || status=$?
if [ "$status" -ne 0 ] || ! grep -qx DONE "$log"; then
	echo "FAIL [soak] ended early (status $status)" | tee -a "$log"
fi
failed=$(grep -c '^FAIL ' "$log" || true)
echo "$(grep -c '^PASS ' "$log" || true) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
