#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a compiler of another Debian as if it were this machine's: in ROOT, with
# this directory seen there at the same place.
#
# usage: in-root.sh ROOT COMPILER ARGUMENT...
#
# The mounts are this process' own, so none is left when it ends.
set -eu

if [ "${1-}" != --mounted ]; then
	exec unshare --mount -- "$0" --mounted "$PWD" "$@"
fi
here=$2 root=$3
shift 3
mkdir -p "$root$here"
mount --bind "$here" "$root$here"
mount -t proc proc "$root/proc" # by which clang finds its own headers
# shellcheck disable=SC2016 # the inner shell's
exec chroot "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$here" "$@"
