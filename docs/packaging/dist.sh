#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Packs a release archive with the portable file (docs/portable.md), and prints
# its name. Two archives of the same files are the same to the byte, wherever
# and whenever they are packed.
#
# usage: dist.sh ROOT LINKED
#
#   ROOT    what make install has put below its prefix, with the portable file
#   LINKED  what the portable file was linked from, one file a line; the
#           archive names the Debian packages that these are from, and has
#           their licenses
#
# Environment: SOURCE_DATE_EPOCH  the time of all files in the archive, in
#                                 seconds (default: that of the last commit)
set -euo pipefail
export LC_ALL=C

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

version_of_source() {
	sed -n 's/^#define PITRACE_VERSION "\(.*\)"$/\1/p' "$top/src/version.h"
}

date_of_source() {
	git -C "$top" log -1 --format=%ct 2>/dev/null ||
		die "this is no clone of a git repository: set SOURCE_DATE_EPOCH"
}

# What has been changed since is packed under the commit's date, too.
note_changes() {
	[ -z "$(git -C "$top" status --porcelain 2>/dev/null)" ] ||
		echo "${0##*/}: there are changes that are not committed" >&2
}

# packages_linked FILE: the packages of what it lists, one a line; our own objects
# have none.
packages_linked() {
	local files

	mapfile -t files < <(grep '^/' "$1" | xargs -d '\n' realpath | sort -u)
	[ ${#files[@]} -gt 0 ] || die "$1 names no library"
	dpkg-query -S "${files[@]}" | sed 's/: .*//' | sort -u
}

# name_libraries PACKAGE...
name_libraries() {
	echo "sbin/pitrace is linked with parts of these Debian packages:"
	echo
	# shellcheck disable=SC2016 # dpkg-query's
	dpkg-query -W -f \
		'${Package} ${Version} of source ${source:Package} ${source:Version}\n' \
		"$@" | sort
	echo
	echo "Their licenses are in libraries/; their sources are at"
	echo "https://snapshot.debian.org/."
}

add_libraries() {
	local package packages licenses=$texts/libraries

	packages=$(packages_linked "$1")
	mapfile -t packages <<<"$packages"
	mkdir "$licenses"
	for package in "${packages[@]%:*}"; do
		cp "/usr/share/doc/$package/copyright" "$licenses/$package"
	done
	name_libraries "${packages[@]}" >"$texts/LIBRARIES"
}

# Of all files but the list itself.
add_checksums() {
	(cd "$stage" && find . -type f ! -name SHA256SUMS -printf '%P\0' |
		sort -z | xargs -0 sha256sum) >"$out/SHA256SUMS"
	mv "$out/SHA256SUMS" "$texts"
}

# Neither the order of a directory, nor who packs it, with which umask, matters.
# There are no directories in the archive: unpacked over those of a host, they
# would give these their owner and mode.
pack() {
	(cd "$out" && find "$name" -type f -print0 | sort -z) |
		tar -C "$out" --format=ustar --mtime="@$epoch" --owner=0 \
			--group=0 --numeric-owner --mode=u=rwX,go=rX \
			--null --no-recursion -T - -cf - |
		gzip -9n >"$out/$name.tar.gz"
	(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
}

[ $# -eq 2 ] || usage
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
version=$(version_of_source)
[ -n "$version" ] || die "no version in src/version.h"
epoch=${SOURCE_DATE_EPOCH:-$(date_of_source)}
name=pitrace-$version-x86_64
out=build/dist
stage=$out/$name
texts=$stage/share/doc/pitrace

command -v dpkg-query >/dev/null ||
	die "needs Debian's dpkg, which knows whose libraries are linked"
note_changes
rm -rf "$out"
mkdir -p "$out"
cp -r "$1" "$stage"
cp "$top/COPYING" "$texts"
add_libraries "$2"
add_checksums
pack
echo "$out/$name.tar.gz"
