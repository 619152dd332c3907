# SPDX-License-Identifier: GPL-2.0-only
# Sourced by build.sh and gcc.sh, at the top of the tree: compilers that only a
# later Debian has, in roots of it, which stay in build/compilers/roots.
# shellcheck shell=bash disable=SC2034

# shellcheck source-path=SCRIPTDIR source=../root-lib.sh
. tests/root-lib.sh

out=build/compilers
later_suites='trixie sid'
export DEBIAN_FRONTEND=noninteractive

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

quietly() {
	"$@" >"$out/log" 2>&1 </dev/null || {
		tail -n 20 "$out/log" >&2
		die "failed: $*"
	}
}

# use_root SUITE: from now on $root is a system of it.
use_root() {
	suite=$1 root=$PWD/$out/roots/$1
	[ -e "$root.made" ] && return
	root_check
	rm -rf --one-file-system "$root"
	mkdir -p "$root"
	chmod 755 "$root"
	echo "# debootstrap $suite" >&2
	root_make >&2
	apt_inside update || die "cannot read $suite's list of packages"
	apt_inside install libbpf-dev linux-libc-dev ||
		die "cannot install libbpf-dev in $suite"
	touch "$root.made"
}
