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

# What a script says of options that it does not take, and its status.
said_by() {
	local script=$1 status=0

	shift
	"$lab_dir/$script" "$@" 2>&1 || status=$?
	echo "status $status"
}

check_options() {
	local script

	for script in run.sh bochs.sh; do
		same "$script: without a command" \
			"$script: no command (see --help) status 1" \
			"$(said_by $script --append x --add y -- | xargs)"
		same "$script: without a value" \
			"$script: --kernel needs an argument status 1" \
			"$(said_by $script --kernel | xargs)"
		same "$script: one it does not have" \
			"$script: unknown option -x (see --help) status 1" \
			"$(said_by $script --timeout 5 -x -- true | xargs)"
		same "$script: help" "Boot status 0" \
			"$(said_by $script --help |
				sed -n '1s/ .*//p; $p' | xargs)"
	done
	same "run.sh: no value for a flag" \
		"run.sh: no command (see --help) status 1" \
		"$(said_by run.sh --smp 1 --tty -- | xargs)"
	same "bochs.sh: one that run.sh alone has" \
		"bochs.sh: unknown option --tty (see --help) status 1" \
		"$(said_by bochs.sh --tty -- true | xargs)"
}

# A CPU that is stuck ends the boot, and the console says where it was.
check_lockup() {
	local stall

	"$lab_dir/standin.sh" --list | grep -qxF -- "$kernel" || return 0
	stall=$("$lab_dir/standin.sh" --source "$lab_dir/stall" "$kernel")
	same "lockup" 125 "$(status_of --share "$work/share" \
		--add "$stall:/opt/stall.ko" -- \
		'echo 1 >/proc/sys/kernel/watchdog_thresh
		insmod /opt/stall.ko function=__x64_sys_sethostname ms=30000
		hostname stuck')"
	same "lockup: where" yes \
		"$(grep -q stand_still "$work/share/console.log" && echo yes)"
	same "lockup: what the other CPU did" yes \
		"$(grep -q 'NMI backtrace for cpu' "$work/share/console.log" &&
			echo yes)"
}

check_run() {
	local bytes='\033[2J\r\n\001\377'

	mkdir "$work/share"
	same "exit status" 7 "$(status_of -- 'exit 7')"
	same "timeout" 124 "$(status_of --share "$work/share" --timeout 40 -- \
		'echo out >/share/file; sleep 120')"
	same "share" out "$(cat "$work/share/file")"
	same "panic" 125 "$(status_of --share "$work/share" -- \
		'echo c >/proc/sysrq-trigger; sleep 10')"
	check_lockup
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
	check_options
	check_interrupts
	check_run
} | tee "$log"

count() {
	grep -c "^$1 " "$log" || true
}

echo "$(count ok) passed, $(count FAIL) failed, $(count skip) skipped"
[ "$(count FAIL)" -eq 0 ]
