#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the image of pitrace by the Containerfile beside this script, without a
# daemon, and prints the name of its file: an archive of OCI's layout, which
# "podman load", "docker load", "ctr image import" and skopeo read.
#
# usage: build.sh PROGRAM ARCHIVE
#
#   PROGRAM   pitrace as one file that needs no other
#   ARCHIVE   what is written, such as build/container/pitrace.oci
#
# Two builds of the same program are the same to the byte. The image's date is
# SOURCE_DATE_EPOCH or, without, that of the last commit. Needs buildah, and no
# root where buildah needs none (newuidmap, subordinate ids).
set -eu

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

[ $# -eq 2 ] || {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}
program=$1 archive=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ -x "$program" ] || die "there is no program $program"
command -v buildah >/dev/null || die "buildah is missing"
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
version=$(sed -n 's/^#define PITRACE_VERSION "\(.*\)"$/\1/p' \
	"$here/../../../src/version.h")
[ -n "$version" ] || die "no version in src/version.h"

# Nothing of a user's own images and settings is read or left.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/context" "$(dirname -- "$archive")"
install -m 755 -- "$program" "$work/context/pitrace"
umask 022
buildah --root "$work/store" --runroot "$work/run" --storage-driver vfs \
	bud --isolation chroot --timestamp "$epoch" --format oci \
	--label "org.opencontainers.image.version=$version" \
	--file "$here/Containerfile" \
	--tag "oci-archive:$work/image:pitrace:$version" "$work/context" \
	>"$work/log" 2>&1 || {
	cat "$work/log" >&2
	die "buildah failed"
}
mv "$work/image" "$archive"
echo "$archive"
