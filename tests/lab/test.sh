#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests what is read from a console's log (console-lib.sh), on logs of real
# boots in console/, and how long is waited for a machine (watch-lib.sh) and in
# it (guest-lib.sh). Boots nothing. Prints one line for each test, as the unit
# tests do.
#
# usage: test.sh
# shellcheck disable=SC2317 # functions that are called by name
set -u
cd -- "$(dirname -- "$0")" || exit

# shellcheck source-path=SCRIPTDIR source=console-lib.sh
. ./console-lib.sh
# shellcheck source-path=SCRIPTDIR source=watch-lib.sh
. ./watch-lib.sh

failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
log=$work/log

# expect TEST WANTED GOT
expect() {
	if [ "$2" = "$3" ]; then
		echo "PASS lab.$1"
	else
		echo "FAIL lab.$1: wanted '$2', got '$3'"
		failed=1
	fi
}

# What the log is taken for.
taken_for() {
	if has_int3_fault "$1"; then
		echo "int3 fault"
	elif has_panic "$1"; then
		echo panic
	else
		echo nothing
	fi
}

# changed SCRIPT: the log of a stale int3, by sed.
changed() {
	sed -E "$1" console/stale-int3.log >"$log"
	if cmp -s "$log" console/stale-int3.log; then
		echo unchanged
	else
		taken_for "$log"
	fi
}

# --- a machine that is none ---

# fate COMMAND...: how the machine ends whose emulator runs this.
fate() {
	local emulator status=0

	run=$work/run console=$work/run/console
	mkdir "$run" "$run/lab"
	: >"$console"
	"$@" &
	emulator=$!
	echo "$emulator" >"$run/qemu.pid"
	watch_over >/dev/null 2>&1 &
	wait "$emulator" 2>/dev/null || status=$?
	kill $! 2>/dev/null
	[ ! -e "$run/silent" ] || status="silent, $status"
	rm -rf "$run"
	echo "$status"
}

# It says something each second for some seconds, more than it may be silent.
speak() {
	local i

	for ((i = 0; i < 4; i++)); do
		sleep 1
		echo "$i" >>"$console"
	done
}

# spin SECONDS
spin() {
	local end=$((SECONDS + $1))

	while [ "$SECONDS" -lt "$end" ]; do :; done
}

# waited COMMAND...: for a file, which is there after three seconds, meanwhile
# doing that; whether a second's patience is enough.
waited() {
	# shellcheck disable=SC2016
	sh -c '. ./guest-lib.sh
		cd "$1" && shift
		"$@" >/dev/null &
		{ sleep 3; touch file; kill $!; } &
		wait_until 1 test -e file 2>/dev/null && echo yes
		wait' sh "$work" "$@" 2>/dev/null
	rm -f "$work/file"
}

expect stale_int3 "int3 fault" "$(taken_for console/stale-int3.log)"
expect stale_int3_later "int3 fault" \
	"$(changed 's/CPU: ([01]) PID/CPU: \1 UID: 0 PID/')"
expect stale_int3_nop "int3 fault" \
	"$(changed 's/<eb> 42 4d 85 f6/<0f> 1f 44 00 00/')"
expect stale_int3_in_syscall "int3 fault" \
	"$(changed 's/^ <.TASK>/&\nRIP: 0033:0x47de07\nCode: 00 0f 05 <48> 3d 01 f0/')"
expect lockup panic "$(taken_for console/lockup.log)"
expect lockup_elsewhere panic "$(changed '0,/0x9f/s/0x9f/0x8f/')"
expect lockup_of_one panic "$(changed '/^NMI backtrace/,/Kernel panic/d')"
expect lockup_spinning panic "$(changed '0,/<eb> 42/s/<eb> 42/<f3> 90/')"
expect lockup_looping panic "$(changed 's/<eb> 42/<eb> f2/')"
expect lockup_looping_far panic \
	"$(changed 's/<eb> 42 4d 85 f6/<e9> f2 fe ff ff/')"

echo 'int3: 0000 [#1] PREEMPT SMP NOPTI' >"$log"
expect int3 "int3 fault" "$(taken_for "$log")"
echo 'Kernel panic - not syncing: sysrq triggered crash' >"$log"
expect panic panic "$(taken_for "$log")"
echo 'kvm: SMP vm created on host with unstable TSC' >"$log"
expect warning nothing "$(taken_for "$log")"

{
	seq 100
	cat console/lockup.log
} >"$log"
expect last_words_panic "$(wc -l <console/lockup.log)" \
	"$(last_words "$log" | wc -l)"
seq 100 >"$log"
expect last_words "41 100" "$(last_words "$log" | sed -n '1p; $p' | xargs)"

# shellcheck disable=SC2034 # for watch-lib.sh
timeout=2
expect machine_that_speaks 0 "$(fate speak)"
expect machine_that_is_silent "silent, 143" "$(fate sleep 20)"
timeout=60 start_within_s=4 start_takes_cpu_s=1
expect machine_that_does_not_start 143 "$(fate spin 60)"
start_takes_cpu_s=60
expect machine_that_sleeps_at_its_start 143 "$(fate sleep 20)"
expect machine_that_is_slow_to_start 0 "$(fate spin 7)"
expect waits_for_what_works yes "$(waited yes)"
expect waits_for_nothing_else "" "$(waited sleep 3)"

exit $failed
