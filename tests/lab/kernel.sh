#!/bin/bash
# Fetch and unpack a Debian kernel image package, without installing it.
#
# usage: kernel.sh NAME       prints the directory it was unpacked to
#        kernel.sh --list     prints the names known
#
# The result is kept in $LAB_BUILD/kernels/NAME (default build/lab/...);
# remove that directory to fetch a newer build.
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"

# name, and the meta package that depends on the newest image of its kind.
kernels='
6.1	linux-image-amd64
6.12	linux-image-6.12-amd64
6.1-rt	linux-image-rt-amd64
'

meta_of() {
	printf '%s' "$kernels" | awk -v name="$1" '$1 == name { print $2 }'
}

# The meta package's dependency names the real one.
image_of() {
	apt-cache depends "$1" 2>/dev/null |
		awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }'
}

case ${1-} in
--list)
	printf '%s' "$kernels" | awk 'NF { print $1 }'
	exit 0
	;;
'' | -*)
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
	exit 2
	;;
esac

name=$1
meta=$(meta_of "$name")
[ -n "$meta" ] || die "unknown kernel '$name' (known: $("$0" --list | xargs))"
dest=$lab_build/kernels/$name
if [ -d "$dest" ]; then
	echo "$dest"
	exit 0
fi

need apt-get apt
need dpkg dpkg
need depmod kmod
image=$(image_of "$meta")
[ -n "$image" ] ||
	die "no package for $meta: run apt-get update (6.12 is in bookworm-security)"

mkdir -p "$lab_build/kernels"
tmp=$(mktemp -d "$lab_build/kernels/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# apt drops to its own user to download, which must be able to write here.
chmod 755 "$tmp"
(cd "$tmp" && apt-get -q -o APT::Sandbox::User=root download "$image") >&2 ||
	die "cannot download $image: run apt-get update and try again"
dpkg -x "$tmp"/*.deb "$tmp/root"
echo "$image" >"$tmp/root/package"

# Newer packages keep modules in /usr/lib only; depmod looks in /lib.
[ -e "$tmp/root/lib" ] || ln -s usr/lib "$tmp/root/lib"
depmod -b "$tmp/root" "$(ls "$tmp/root/lib/modules")"

# Another run may have finished first; its result is as good.
mv -T "$tmp/root" "$dest" 2>/dev/null || [ -d "$dest" ] ||
	die "cannot create $dest"
echo "$dest"
