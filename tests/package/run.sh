#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the Debian package, has lintian look at it, installs it in a fresh
# Debian 12, uses it there, boots that in the lab and has systemd start the
# service, removes it, and builds it there once more from what it says that
# building needs.
#
# usage: run.sh KERNEL   needs root, debootstrap and lintian, the lab's irqgen
#                        and this kernel of the lab (make test-deb)
#
# Prints one line a test, "PASS [package] name" or "FAIL [package] name:
# cause", and last their numbers; the exit status is 1 if anything failed. The
# package and its log are in build/deb, the system is in build/package/root,
# and stays there if anything failed.
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from
set -u
cd -- "$(dirname -- "$0")/../.." || exit

LABEL=package
work=$PWD/build/package
root=$work/root
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

[ $# -eq 1 ] || die "usage: run.sh KERNEL"
kernel=$1

clean_up() {
	root_unmount
	[ "$1" -ne 0 ] || root_remove
}

# Of an earlier run that was not clean.
make_room() {
	mkdir -p "$work"
	root_unmount
	root_remove
}

run() {
	archive_build || return
	archive_look
	system_make || return
	system_install || return
	system_use
	service_boot
	system_remove
	system_rebuild
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
