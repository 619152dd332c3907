#!/bin/bash
# Build the stand-in for kvm_intel (tests/lab/standin) for a kernel of the
# lab, against Debian's headers for it, which are unpacked, never installed.
#
# usage: standin.sh NAME               prints the path of kvm-intel.ko
#        standin.sh --source DIR NAME  the same for another module, by the
#                                      Kbuild in DIR
#        standin.sh --headers NAME     only fetches what is needed for that
#        standin.sh --list             prints the names of kernels it is for
#
# Built once per kernel in $LAB_BUILD/standin/NAME, and again when a source is
# newer; with type information (BTF), as the kernel's own modules have it.
#
# Exit status 3: Debian has no headers of this build of the kernel any more.
#
# Debian packages: gcc make pahole xz-utils zstd.
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"
# shellcheck source-path=SCRIPTDIR source=suites-lib.sh
. "$lab_dir/suites-lib.sh"

# Later ones have other prototypes.
kernels=(6.1 6.12)
source_dir=$lab_dir/standin

is_current() {
	[ -f "$module" ] && [ -z "$(find "$source_dir" "$lab_dir/standin.sh" \
		"$kernel/package" -newer "$module" -print -quit)" ]
}

# --- the headers, and the kernel's own type information ---

# linux-headers-VERSION, and of what it depends on the files for building.
header_packages() {
	echo "$1"
	apt-cache "${apt[@]}" depends "$1" 2>/dev/null |
		awk '$1 == "Depends:" && $2 ~ /^linux-(headers|kbuild)-/ { print $2 }'
}

fetch_headers() {
	local suites packages

	suites=$("$lab_dir/kernel.sh" --suites "$name")
	# shellcheck disable=SC2086 # words
	use_suites $suites
	mapfile -t packages < <(header_packages "linux-headers-$version")
	if [ ${#packages[@]} -lt 3 ]; then
		echo "${0##*/}: no headers of $version in Debian's $suites" >&2
		exit 3
	fi
	download "$1" "${packages[@]}"
}

# The tree names its other half by where that would be if it were installed.
relocate() {
	sed -i 's|/usr/src/|../|' "$1/usr/src/linux-headers-$version/Makefile"
}

# le32 FILE OFFSET
le32() {
	od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# The boot protocol's header says where in the file the kernel is; the last
# four bytes are its size unpacked.
extract_vmlinux() {
	local image start size

	image=$(find_vmlinuz "$kernel")
	start=$((($(od -An -tu1 -j $((0x1f1)) -N 1 "$image") + 1) * 512 +
		$(le32 "$image" $((0x248)))))
	size=$(($(le32 "$image" $((0x24c))) - 4))
	tail -c +$((start + 1)) "$image" | head -c "$size" >"$1.packed"
	case $(od -An -tx1 -N 4 "$1.packed" | tr -d ' ') in
	fd377a58) xz -dc "$1.packed" >"$1" ;;
	28b52ffd) zstd -qdc "$1.packed" >"$1" ;;
	*) die "cannot unpack $image" ;;
	esac
	rm "$1.packed"
}

make_headers() {
	[ ! -d "$headers" ] || return 0
	need dpkg dpkg
	fetch_headers "$tmp"
	for package in "$tmp"/*.deb; do
		dpkg -x "$package" "$tmp/root"
		rm "$package"
	done
	relocate "$tmp/root"
	extract_vmlinux "$tmp/root/vmlinux"
	mkdir -p "${headers%/*}"
	mv -T "$tmp/root" "$headers" 2>/dev/null || [ -d "$headers" ] ||
		die "cannot create $headers"
}

# --- the module ---

# The headers name the compiler that the kernel was built with, which a later
# Debian may not have: any other will do.
compiler() {
	local own

	own=$(sed -n 's/^CC = .*)\(gcc-[0-9]*\)$/\1/p' \
		"$headers/usr/src/linux-headers-$version/.kernelvariables")
	command -v "${own:-gcc}" || command -v gcc
}

# Type information comes from pahole alone: kbuild would want more tools. Left
# alone, pahole looks for LLVM's objcopy.
build_module() {
	local build=$tmp/build

	need gcc gcc
	need make make
	need pahole pahole
	mkdir "$build"
	cp "$source_dir"/Kbuild "$source_dir"/*.[ch] "$build"
	# Not as a part of the make that may have called us.
	env -u MAKEFLAGS -u MFLAGS make -s CC="$(compiler)" \
		-C "$headers/usr/src/linux-headers-$version" M="$build" \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2
	LLVM_OBJCOPY=objcopy pahole -J --btf_gen_floats \
		--btf_base "$headers/vmlinux" "$build/$object.ko"
	mkdir -p "${module%/*}"
	mv "$build/$object.ko" "$module"
}

usage() {
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
	exit 2
}

only_headers=
case ${1-} in
--list) printf '%s\n' "${kernels[@]}" && exit ;;
--headers) only_headers=yes && shift ;;
--source)
	[ $# -eq 3 ] || usage
	source_dir=$2
	shift 2
	;;
-*) usage ;;
esac
[ $# -eq 1 ] || usage
name=$1
[[ " ${kernels[*]} " == *" $name "* ]] ||
	die "not for the kernel '$name' (but for: ${kernels[*]})"
kernel=$("$lab_dir/kernel.sh" "$name")
version=$(ls "$kernel/lib/modules")
object=$(sed -n 's/^obj-m := \(.*\)\.o$/\1/p' "$source_dir/Kbuild")
module=$lab_build/standin/$name/$object.ko
headers=$lab_build/headers/$version
tmp=$(mktemp -d "$lab_build/.standin.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# apt drops to its own user to download, which must be able to write here.
chmod 755 "$tmp"
if [ -n "$only_headers" ]; then
	make_headers
	exit 0
fi
if ! is_current; then
	make_headers
	build_module
fi
echo "$module"
