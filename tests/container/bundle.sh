#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Unpacks the image of pitrace for a container runtime, with the configuration
# that follows from the DaemonSet (bundle.py), and prints the directory.
#
# usage: bundle.sh ARCHIVE DIR
#
# Needs umoci, another reader of images than what built this one.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

[ $# -eq 2 ] || {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}
layout=$(mktemp -d)
trap 'rm -rf "$layout"' EXIT
tar -x -C "$layout" -f "$1"
# umoci takes no name with a colon.
index=$(jq '.manifests[0].annotations["org.opencontainers.image.ref.name"] =
	"image"' "$layout/index.json")
echo "$index" >"$layout/index.json"
rm -rf "$2"
umoci unpack --image "$layout:image" "$2" >&2
"$here/bundle.py" "$here/../../docs/packaging/container/daemonset.yaml" "$2"
echo "$2"
