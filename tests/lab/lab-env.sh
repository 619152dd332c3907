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

# find_vmlinuz DIR: in a kernel that kernel.sh unpacked. From 7.2 on it lies
# with the modules.
find_vmlinuz() {
	local file

	for file in "$1"/boot/vmlinuz-* "$1"/lib/modules/*/vmlinuz; do
		[ -f "$file" ] && echo "$file" && return
	done
	die "no vmlinuz in $1"
}
