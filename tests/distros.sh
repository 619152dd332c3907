#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the README promises, in one Debian after the other, each made anew by
# debootstrap: nothing there but make and a clone of what is committed here, not
# even an /etc/hosts.
#
# usage: distros.sh [SUITE]...     (default: bookworm trixie sid)
#
# Of a released Debian both commands of the README are run, of sid the build,
# the unit tests, the demo and one kernel. Needs root and debootstrap
# (make test-distros); takes most of an hour for each suite.
#
# Prints one line a step, "PASS [SUITE] command (seconds)" or "FAIL [SUITE]
# command (seconds): its last words", and last their numbers; the exit status is
# 1 if anything failed. What the commands said is in build/distros/SUITE, and so
# is the system, in root, if anything failed there.
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from
set -u
cd -- "$(dirname -- "$0")/.." || exit

# shellcheck source-path=SCRIPTDIR source=root-lib.sh
. tests/root-lib.sh

out=$PWD/build/distros
root=$out/none
passed=0 failed=0

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

# Commands, one a line.
steps_of() {
	case $1 in
	sid | unstable)
		cat <<-END
			make deps && make
			tests/deps.sh test && make unit
			make demo
			make lab-test KERNELS=6.1
		END
		;;
	*)
		cat <<-END
			make demo
			make test
		END
		;;
	esac
}

# last_words LOG: why it failed, as far as one line has that.
last_words() {
	{ grep -m 1 '^FAIL ' "$1" || tail -n 1 "$1"; } | cut -c 1-200
}

# step NAME LOG COMMAND...: what it says goes to the log.
step() {
	local name=$1 log=$work/$2.log status=0

	shift 2
	SECONDS=0
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if [ "$status" -eq 0 ]; then
		passed=$((passed + 1))
		echo "PASS [$suite] $name ($SECONDS s)"
	else
		failed=$((failed + 1))
		echo "FAIL [$suite] $name ($SECONDS s): $(last_words "$log") (see $log)"
	fi
	return "$status"
}

# Fails with a message, hence in a process of its own.
make_system() (
	root_make
	root_mount
	root_clone "$PWD"
)

run_commands() {
	local command number=0

	while read -r command; do
		number=$((number + 1))
		step "$command" "$number" inside "cd /root/pitrace && $command"
	done < <(steps_of "$suite")
}

test_suite() {
	local failed_before=$failed

	mkdir -p "$work"
	root_unmount
	root_remove
	step "a system with nothing but make" system make_system && run_commands
	root_unmount
	[ "$failed" -ne "$failed_before" ] || root_remove
}

case ${1-} in
-*) usage ;;
esac
root_check
[ $# -gt 0 ] || set -- bookworm trixie sid
trap 'exit 130' INT
trap 'exit 143' TERM
trap root_unmount EXIT
for suite; do
	work=$out/$suite
	root=$work/root
	test_suite
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
