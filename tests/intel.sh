#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does pitrace work with the real kvm_intel? The lab's QEMU has no VMX; Bochs
# has, but takes some minutes (four, of CPU time).
#
# usage: intel.sh [KERNEL]     (default 6.12)
#
# Prints what run.sh prints, in the same way. Needs pitrace and irqgen built
# (make test-intel does that); logs, and all that pitrace wrote, are in
# build/test/KERNEL-intel.log.
#
# Environment: TEST_INTEL_TIMEOUT  seconds for the boot (default 3600)
set -eu
cd -- "$(dirname -- "$0")/.."

kernel=${1:-6.12}
label=$kernel-intel
timeout=${TEST_INTEL_TIMEOUT:-3600}
logs=build/test
log=$logs/$label.log

# The lines up to DONE, as they come.
show() {
	local line done=

	while IFS= read -r line || [ -n "$line" ]; do
		[ "$line" != DONE ] || done=yes
		if [ -n "$done" ]; then
			continue
		elif [[ $line =~ ^(PASS|FAIL|SKIP)\  ]]; then
			printf '%s\n' "$line"
		else
			printf '# %s: %s\n' "$label" "${line#\# }"
		fi
	done
}

boot() {
	tests/lab/bochs.sh --kernel "$kernel" --timeout "$timeout" \
		--add build/pitrace --add "$(command -v jq)" \
		--add tests/cases/lib.sh --add tests/intel-guest.sh \
		-- "sh /opt/intel-guest.sh $label" 2>&1 </dev/null |
		tee "$log" | show
	return "${PIPESTATUS[0]}"
}

# A boot that ended early is a failure, whatever it had printed by then.
judge() {
	if [ "$1" -ne 0 ] || ! grep -qx DONE "$log"; then
		echo "FAIL [$label] boot: ended early (status $1), see $log" |
			tee -a "$log"
	fi
}

count() {
	grep -c "^$1 " "$log" || true
}

mkdir -p "$logs"
status=0
boot || status=$?
judge "$status"
echo "# $label: $SECONDS s"
failed=$(count FAIL)
echo "$(count PASS) passed, $failed failed, $(count SKIP) skipped"
[ "$failed" -eq 0 ]
