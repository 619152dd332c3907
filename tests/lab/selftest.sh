#!/bin/bash
# Prove the lab by outside truth alone: the guest's own counters, the rows of
# /proc/interrupts and kprobes must all agree with what was raised.
#
# usage: selftest.sh [KERNEL [kernel arguments]]    (default 6.1)
#
# One line a check, and the sums at the end; exit status 1 if any failed.
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"

kernel=${1:-6.1}
append=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log

run() {
	"$lab_dir/run.sh" --kernel "$kernel" --append "$append" "$@"
}

# same TEXT EXPECTED ACTUAL
same() {
	if [ "$2" = "$3" ]; then
		echo "ok   $1: $3"
	else
		echo "FAIL $1: expected '$2', got '$3'"
	fi
}

# The status of a run that fails on purpose.
status_of() {
	local status=0

	LAB_BUILD=$lab_build run "$@" >/dev/null 2>&1 || status=$?
	echo "$status"
}

check_run() {
	local bytes='\033[2J\r\n\001\377'

	mkdir "$work/share"
	same "exit status" 7 "$(status_of -- 'exit 7')"
	same "timeout" 124 "$(status_of --share "$work/share" --timeout 10 -- \
		'echo out >/share/file; sleep 60')"
	same "share" out "$(cat "$work/share/file")"
	same "panic" 125 "$(status_of --share "$work/share" -- \
		'echo c >/proc/sysrq-trigger; sleep 10')"
	# shellcheck disable=SC2059 # it is a format
	same "bytes" "$(printf "$bytes" | od -An -tx1)" \
		"$(run -- "printf '$bytes'" | od -An -tx1)"
	same "terminal" /dev/hvc0 "$(run --tty -- tty)"
	same "program with libraries" 3 \
		"$(run --add "$(command -v awk)" -- '/opt/awk "BEGIN { print 1 + 2 }"')"
}

add_standin() {
	"$lab_dir/standin.sh" --list | grep -qxF -- "$kernel" || return 0
	standin=$("$lab_dir/standin.sh" "$kernel")
	adds+=(--add "$standin:/opt/kvm-intel.ko")
}

check_interrupts() {
	local status=0 standin adds=()

	add_standin
	run --add "$lab_dir/selftest-guest.sh" ${adds[@]+"${adds[@]}"} -- \
		'sh /opt/selftest-guest.sh 2>&1' || status=$?
	same "generator run" 0 "$status"
}

"$lab_dir/build.sh"
{
	check_interrupts
	check_run
} | tee "$log"

count() {
	grep -c "^$1 " "$log" || true
}

echo "$(count ok) passed, $(count FAIL) failed, $(count skip) skipped"
[ "$(count FAIL)" -eq 0 ]
