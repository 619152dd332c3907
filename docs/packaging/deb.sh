#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the Debian package of pitrace from the files that are tracked here, as
# they are now, and prints its name.
#
# usage: deb.sh [OPTION]...    of dpkg-buildpackage (default: -b)
#
# Everything, the log included, is in build/deb. The version is that of
# src/version.h, the date that of the last commit.
set -eu
cd -- "$(dirname -- "$0")/../.."

out=build/deb

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# The tree as dpkg wants it: debian/ at its top.
make_tree() {
	local files

	files=$(mktemp)
	git ls-files -z >"$files" || die "this is no clone of a git repository"
	rm -rf "$out"
	mkdir -p "$tree"
	xargs -0 cp --parents --preserve=mode,timestamps -t "$tree" <"$files"
	rm -f "$files"
	mv "$tree/docs/packaging/debian" "$tree/debian"
	sed -e "s/@VERSION@/$version/" \
		-e "s/@DATE@/$(git log -1 --format=%cD)/" \
		"$tree/debian/changelog.in" >"$tree/debian/changelog"
	rm "$tree/debian/changelog.in"
}

# Not as a part of the make that may have called us.
build() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL --chdir "$tree" \
		dpkg-buildpackage -us -uc "$@" >"$out/log" 2>&1 || {
		tail -n 30 "$out/log" >&2
		die "dpkg-buildpackage failed, see $out/log"
	}
}

version=$(sed -n 's/^#define PITRACE_VERSION "\(.*\)"$/\1/p' src/version.h)
[ -n "$version" ] || die "no version in src/version.h"
tree=$out/pitrace-$version
[ $# -gt 0 ] || set -- -b
make_tree
build "$@"
ls "$out"/pitrace_*.deb
