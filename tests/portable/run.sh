#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The portable file and the release archive (docs/portable.md): does the file
# need nothing, does it show what the ordinary build shows, does it serve
# metrics, and is the archive whole and reproducible?
#
# usage: run.sh [--roots]    needs build/pitrace, build/portable/pitrace and
#                            build/portable/serve
#
#   --roots  the file alone, in a root that has nothing but busybox and in ones
#            of Debian 11, 12 and 13 instead; needs root, debootstrap and
#            busybox-static; some minutes
#
# Prints one line a test, "PASS [portable] name" or "FAIL [portable] name:
# cause"; the exit status is 1 if anything failed. Roots are in
# build/portable-roots, and stay there if anything failed.
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from
set -u
cd -- "$(dirname -- "$0")/../.." || exit

LABEL=portable
here=tests/portable
work=$PWD/build/portable-roots
# shellcheck source-path=SCRIPTDIR source=../cases/lib.sh
. tests/cases/lib.sh
# shellcheck source-path=SCRIPTDIR source=../root-lib.sh
. tests/root-lib.sh
# shellcheck source-path=SCRIPTDIR source=../install/files.sh
. tests/install/files.sh
# shellcheck source-path=SCRIPTDIR source=shown.sh
. $here/shown.sh
# shellcheck source-path=SCRIPTDIR source=file.sh
. $here/file.sh
# shellcheck source-path=SCRIPTDIR source=archive.sh
. $here/archive.sh
# shellcheck source-path=SCRIPTDIR source=roots.sh
. $here/roots.sh

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

run() {
	shown_by_ordinary_build
	if [ -n "$roots" ]; then
		roots
	else
		file
		archive
	fi
}

count() {
	grep -c "^$1 " "$scratch/verdicts" || true
}

roots=
case $# in
0) ;;
1) [ "$1" = --roots ] || usage && roots=yes ;;
*) usage ;;
esac
[ -z "$roots" ] || root_check
scratch=$(mktemp -d) || exit
trap 'rm -rf "$scratch"' EXIT

run | tee "$scratch/verdicts"
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ] && [ "$(count FAIL)" -eq 0 ]; then
	verdict FAIL "ended early (status $status)" | tee -a "$scratch/verdicts"
fi
[ "$(count FAIL)" -eq 0 ] || exit 1
[ -z "$roots" ] || rm -rf --one-file-system "$work"
