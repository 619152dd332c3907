#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the Debian package in a fresh Debian from what it says that building
# needs, has that Debian's lintian look at it, installs it in another, uses it
# there, boots that in the lab and has systemd start the service, and removes it.
#
# usage: run.sh KERNEL [SUITE]   needs root and debootstrap, the lab's irqgen
#                                and this kernel of the lab (make test-deb);
#                                SUITE is which Debian (default: bookworm)
#
# Prints one line a test, "PASS [package-SUITE] name" or "FAIL [package-SUITE]
# name: cause", and last their numbers; the exit status is 1 if anything failed.
# Logs are in build/package/SUITE, the systems in root and builder there; these
# stay if anything failed.
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from
set -u
cd -- "$(dirname -- "$0")/../.." || exit

# shellcheck source-path=SCRIPTDIR source=../cases/lib.sh
. tests/cases/lib.sh
# shellcheck source-path=SCRIPTDIR source=../root-lib.sh
. tests/root-lib.sh
# shellcheck source-path=SCRIPTDIR source=archive.sh
. tests/package/archive.sh
# shellcheck source-path=SCRIPTDIR source=system.sh
. tests/package/system.sh
# shellcheck source-path=SCRIPTDIR source=service.sh
. tests/package/service.sh

[ $# -eq 1 ] || [ $# -eq 2 ] || die "usage: run.sh KERNEL [SUITE]"
kernel=$1
suite=${2:-$suite}
LABEL=package-$suite
work=$PWD/build/package/$suite
root=$work/root
builder=$work/builder

clean_up() {
	root_unmount
	in_builder root_unmount
	[ "$1" -ne 0 ] || remove_systems
}

remove_systems() {
	root_remove
	in_builder root_remove
}

# Of an earlier run that was not clean.
make_room() {
	mkdir -p "$work"
	root_unmount
	in_builder root_unmount
	remove_systems
}

make_systems() {
	root_make
	cp -a "$root" "$builder"
	root_mount
	in_builder root_mount
}

run() {
	make_systems || return
	archive_build || return
	archive_look
	system_prepare || return
	system_install || return
	system_use
	service_boot
	system_remove
}

count() {
	grep -c "^$1 " "$work/verdicts" || true
}

root_check
make_room
trap 'clean_up $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
run | tee "$work/verdicts"
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ] && [ "$(count FAIL)" -eq 0 ]; then
	verdict FAIL "ended early (status $status)" | tee -a "$work/verdicts"
fi
echo "$(count PASS) passed, $(count FAIL) failed, 0 skipped"
[ "$(count FAIL)" -eq 0 ]
