#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Proves that make demo and make test need nothing but a Debian, make and a
# clone: debootstraps the smallest Debian there is and runs them in it.
#
# usage: fresh-root.sh [--suite NAME] [DIR [COMMAND]...]
#
#   --suite NAME  which Debian, for example trixie or sid (default: bookworm)
#   DIR           where to (default: a temporary directory, removed if all is
#                 well)
#   COMMAND       what to run in the clone, each a shell line
#                 (default: 'make demo' 'make test KERNELS=6.1')
#
# Needs root and debootstrap. What is committed is what is cloned.
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

# shellcheck source-path=SCRIPTDIR source=root-lib.sh
. "$top/tests/root-lib.sh"

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

clean_up() {
	root_unmount
	if [ -n "$temporary" ] && [ "$1" -eq 0 ]; then
		root_remove
	else
		echo "${0##*/}: what is left is in $root" >&2
	fi
}

run_commands() {
	local command

	for command; do
		echo "### $command"
		SECONDS=0
		inside "cd /root/pitrace && $command" ||
			die "failed after $SECONDS s: $command"
		echo "### $command: $SECONDS s"
	done
}

case ${1-} in
--suite)
	[ $# -ge 2 ] || usage
	suite=$2
	shift 2
	;;
-*) usage ;;
esac
root_check
temporary=
if [ $# -gt 0 ]; then
	root=$1
	shift
	mkdir -p "$root"
	root=$(CDPATH='' cd -- "$root" && pwd)
	[ -z "$(ls -A "$root")" ] || die "$root is not empty"
else
	temporary=yes
	root=$(mktemp -d)
fi
chmod 755 "$root"
[ $# -gt 0 ] || set -- 'make demo' 'make test KERNELS=6.1'

trap 'clean_up $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
root_make
root_mount
root_clone "$top" || die "cannot make a clone there, or install make"
run_commands "$@"
