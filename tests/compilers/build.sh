#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds pitrace with other clangs for the BPF side, from Debian's archive: this
# machine's own, and those that only a later Debian has, in roots of it.
#
# usage: build.sh NAME...   default (what make uses), newest (of this Debian),
#                           clang-N, all
#        build.sh --list    prints the compilers that there are, and whence
#
# Each is build/compilers/NAME/pitrace, and build/compilers/bin/NAME; what is in
# bin is what the case compilers_load loads. Installs what is missing, as root;
# the roots, in build/compilers/roots, need debootstrap.
set -eu
cd -- "$(dirname -- "$0")/../.."

# shellcheck source-path=SCRIPTDIR source=roots-lib.sh
. tests/compilers/roots-lib.sh

oldest=14

# --- which there are ---

# Of clang-N in the lines read: N, those that count.
numbers() {
	sed -n 's/^clang-\([0-9]*\) .*/\1/p' | sort -un |
		awk -v oldest="$oldest" '$1 >= oldest'
}

own() {
	apt-cache search --names-only '^clang-[0-9]+$' | numbers
}

of_suite() {
	use_root "$1"
	inside "apt-cache search --names-only '^clang-[0-9]+\$'" | numbers
}

# NAME and suite of each; "-" is this machine. Of the same compiler in two
# suites the first is taken.
list() {
	{
		own | sed 's/$/ -/'
		for suite in $later_suites; do
			of_suite "$suite" | sed "s/\$/ $suite/"
		done
	} | awk '!seen[$1]++ { print "clang-" $1, $2 }' | sort -t - -k 2n
}

# --- building ---

# have_inside COMMAND: in the root.
have_inside() {
	inside "command -v $1" >/dev/null
}

# compiler_of NAME: what make is given, installed.
compiler_of() {
	local place

	case $1 in
	default)
		echo clang
		return
		;;
	newest) set -- "clang-$(own | tail -n 1)" ;;
	esac
	if apt-cache show "$1" >/dev/null 2>&1; then
		command -v "$1" >/dev/null || quietly apt-get -qq -y \
			-o DPkg::Lock::Timeout=300 --no-install-recommends install "$1"
		echo "$1"
		return
	fi
	place=$(list | awk -v name="$1" '$1 == name { print $2 }')
	[ -n "$place" ] || die "no $1 in Debian's archive"
	use_root "$place"
	have_inside "$1" || apt_inside install "$1" ||
		die "cannot install $1 in $place"
	echo "$PWD/tests/compilers/in-root.sh $root $1"
}

build() {
	local name=$1 compiler

	compiler=$(compiler_of "$name")
	# Not as a part of the make that may have called us.
	quietly env -u MAKEFLAGS -u MFLAGS make -s -j"$(nproc)" B="$out/$name" \
		CLANG="$compiler" "$out/$name/pitrace"
	ln -sf "$PWD/$out/$name/pitrace" "$out/bin/$name"
	echo "$name: ${compiler##* }"
}

[ $# -ge 1 ] || usage
mkdir -p "$out/bin"
case $1 in
--list)
	list
	exit
	;;
-*) usage ;;
all)
	# shellcheck disable=SC2046 # words
	set -- $(list | cut -d ' ' -f 1)
	;;
esac
rm -f "$out"/bin/*
for name; do
	build "$name"
done
