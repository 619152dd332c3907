#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetch Debian's prometheus package and unpack it, without installing it: an
# installed one would start a server, and go on doing so at each boot. Since
# Debian 13 promtool is a package of its own.
#
# usage: prometheus.sh              prints the directory that has prometheus and
#                                   promtool
#        prometheus.sh --is-there   does nothing; status 1: it would fetch
#
# What is in PATH will do as well. The package is kept in
# $LAB_BUILD/prometheus (default build/lab/...).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lab/lab-env.sh
. "$here/../lab/lab-env.sh"

dest=$lab_build/prometheus

find_programs() {
	if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
		dirname -- "$(command -v prometheus)"
	elif [ -x "$dest/usr/bin/prometheus" ] &&
		[ -x "$dest/usr/bin/promtool" ]; then
		echo "$dest/usr/bin"
	else
		return 1
	fi
}

if [ "${1-}" = --is-there ]; then
	find_programs >/dev/null
	exit
fi
if find_programs; then
	exit 0
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
	die "no apt-get here; please install: prometheus promtool"
fi
tmp=$(mktemp -d "$lab_build/.prometheus.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
packages=(prometheus)
! apt-cache show promtool >/dev/null 2>&1 || packages+=(promtool)
(cd "$tmp" && apt-get -q -o APT::Sandbox::User=root download "${packages[@]}") >&2 ||
	die "cannot download ${packages[*]}: run apt-get update and try again"
for package in "$tmp"/*.deb; do
	dpkg -x "$package" "$tmp/root"
done
# What an earlier Debian left may lack promtool.
find_programs >/dev/null || rm -rf "$dest"
# Another run may have finished first; its result is as good.
mv -T "$tmp/root" "$dest" 2>/dev/null || [ -d "$dest" ] ||
	die "cannot create $dest"
echo "$dest/usr/bin"
