# Sourced by the lab's host-side scripts, never run: where things live,
# and how a script ends with a reason.
# shellcheck shell=bash disable=SC2034

lab_dir=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
lab_build=${LAB_BUILD:-$lab_dir/../../build/lab}
mkdir -p "$lab_build"
lab_build=$(CDPATH='' cd -- "$lab_build" && pwd)

# depmod and friends live in sbin, which is not in every PATH.
PATH=$PATH:/usr/sbin:/sbin

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# need COMMAND PACKAGE: the command must exist; say where it comes from.
need() {
	command -v "$1" >/dev/null 2>&1 ||
		die "$1 not found: apt-get install $2"
}
