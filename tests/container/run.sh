#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the image of pitrace in the lab, by crun, as the DaemonSet asks for it:
# does it trace, see names of the host's processes and serve metrics, and does it
# name each privilege and mount that is taken away?
#
# usage: run.sh ARCHIVE [KERNEL]...      (default: 6.12)
#
# Prints one line a test, as tests/run.sh does; logs are in build/container. Needs
# crun, umoci and python3-yaml (make test-container).
set -eu
cd -- "$(dirname -- "$0")/../.."

[ $# -ge 1 ] || {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}
archive=$1
shift
[ $# -gt 0 ] || set -- 6.12

# boot KERNEL
boot() {
	local logs=build/container/$1

	rm -rf "$logs"
	mkdir -p "$logs"
	tests/lab/run.sh --kernel "$1" --timeout 900 --share "$logs" \
		--add "$(command -v jq)" --add "$(command -v setpriv)" \
		--add "$(command -v crun)" --add tests/cases \
		--add "$bundle:/opt/container" \
		-- "sh /opt/cases/in-lab.sh $1-container set_up container" \
		2>&1 </dev/null | tee "$logs/log"
	grep -q '^DONE' "$logs/log" || echo "FAIL [$1-container] boot: ended early"
	tests/records/check.sh "$1-container" "$logs" || true
}

bundle=$(tests/container/bundle.sh "$archive" build/container/bundle)
for kernel; do
	boot "$kernel"
done | tee build/container/log
failed=$(grep -c '^FAIL ' build/container/log || true)
echo "$(grep -c '^PASS ' build/container/log) passed, $failed failed"
[ "$failed" -eq 0 ]
