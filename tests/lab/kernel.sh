#!/bin/bash
# Fetch and unpack a Debian kernel image package, without installing it.
#
# usage: kernel.sh NAME            prints the directory it was unpacked to
#        kernel.sh --newest NAME   the same, after fetching a newer build if
#                                  there is one
#        kernel.sh --list          prints the names known
#
#        kernel.sh --suites NAME   prints the suites of Debian it comes from
#
# The result is kept in $LAB_BUILD/kernels/NAME (default build/lab/...). A name
# is the same kernel on each Debian, hence found by an apt that knows its suites
# alone (suites-lib.sh).
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"
# shellcheck source-path=SCRIPTDIR source=suites-lib.sh
. "$lab_dir/suites-lib.sh"

# name, the meta package that depends on the newest image of its kind, or a
# pattern of versions, of which the newest image is taken, and the suites. A
# name's ending is the kernel's flavour.
kernels='
5.10	5[.]10[.]	bullseye-security
6.1	linux-image-amd64	bookworm bookworm-security
6.12	linux-image-6.12-amd64	bookworm bookworm-security
6.1-rt	linux-image-rt-amd64	bookworm bookworm-security
6.16-19	6[.]1[6-9][.]	trixie-backports
7.0-2	7[.][0-2][.]	trixie-backports
7.x	7[.]	trixie-backports
5.10-cloud	5[.]10[.]	bullseye-security
6.1-cloud	linux-image-cloud-amd64	bookworm bookworm-security
6.12-rt	linux-image-6.12-rt-amd64	bookworm bookworm-security
6.12-cloud	linux-image-6.12-cloud-amd64	bookworm bookworm-security
6.16	6[.]16[.]	trixie-backports
6.17	6[.]17[.]	trixie-backports
6.18	6[.]18[.]	trixie-backports
7.2	7[.]2[.]	trixie-backports
7.3	7[.]3[.]	trixie-backports
7.3-rt	7[.]3[.]	trixie-backports
7.3-cloud	7[.]3[.]	trixie-backports
'

# The words after the name.
entry_of() {
	printf '%s' "$kernels" |
		awk -v name="$1" '$1 == name { $1 = ""; print substr($0, 2) }'
}

depends_on() {
	apt-cache "${apt[@]}" depends "$1" 2>/dev/null |
		awk -v pattern="$2" '$1 == "Depends:" && $2 ~ pattern { print $2 }'
}

# The meta package's dependency names the real one.
image_of() {
	depends_on "$1" '^linux-image-' | head -n 1
}

# From Linux 7.0 on the image is a package that only depends on those with
# the files.
packages_of() {
	echo "$1"
	depends_on "$1" '^linux-(base|binary|modules)-[0-9]'
}

# Names of images of this flavour, newest first.
images_of() {
	local flavour=''

	case $name in
	*-rt | *-cloud) flavour=-${name##*-} ;;
	esac
	apt-cache "${apt[@]}" pkgnames linux-image- |
		grep -E "^linux-image-$1" |
		grep -E "^linux-image-[0-9.]+(-[0-9]+)?(\\+[a-z0-9]+)?$flavour-amd64\$" |
		sort -rV
}

# The archive may still name an image whose files it no longer has; apt-cache
# puts what is missing in brackets.
is_whole() {
	apt-cache "${apt[@]}" show "$1" >/dev/null 2>&1 &&
		! apt-cache "${apt[@]}" depends "$1" |
			grep -qE '^ *Depends: <linux-(binary|modules)-'
}

# newest PATTERN: of the images whose version is so.
newest() {
	local image

	for image in $(images_of "$1"); do
		if is_whole "$image"; then
			echo "$image"
			return
		fi
	done
}

find_image() {
	case $meta in
	linux-image-*) image_of "$meta" ;;
	*) newest "$meta" ;;
	esac
}

newest_wanted='' only_suites=''
case ${1-} in
--list)
	printf '%s' "$kernels" | awk 'NF { print $1 }'
	exit 0
	;;
--newest) newest_wanted=yes && shift ;;
--suites) only_suites=yes && shift ;;
esac
case ${1-} in
'' | -*)
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
	exit 2
	;;
esac

name=$1
read -r meta suites < <(entry_of "$name") || true
[ -n "$meta" ] || die "unknown kernel '$name' (known: $("$0" --list | xargs))"
[ -z "$only_suites" ] || { echo "$suites" && exit; }
dest=$lab_build/kernels/$name
if [ -d "$dest" ] && [ -z "$newest_wanted" ]; then
	echo "$dest"
	exit 0
fi

need dpkg dpkg
need depmod kmod
# shellcheck disable=SC2086 # words
use_suites $suites
image=$(find_image)
[ -n "$image" ] || die "no package for $meta in Debian's $suites"
if [ "$(cat "$dest/package" 2>/dev/null)" = "$image" ]; then
	echo "$dest"
	exit 0
fi

mkdir -p "$lab_build/kernels"
tmp=$(mktemp -d "$lab_build/kernels/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# apt drops to its own user to download, which must be able to write here.
chmod 755 "$tmp"
mapfile -t packages < <(packages_of "$image")
download "$tmp" "${packages[@]}"
for package in "$tmp"/*.deb; do
	dpkg -x "$package" "$tmp/root"
done
echo "$image" >"$tmp/root/package"

# Newer packages keep modules in /usr/lib only; depmod looks in /lib.
[ -e "$tmp/root/lib" ] || ln -s usr/lib "$tmp/root/lib"
depmod -b "$tmp/root" "$(ls "$tmp/root/lib/modules")"

# An older build goes, whole; image.sh notices.
if [ -d "$dest" ]; then
	mv -T "$dest" "$tmp/old"
fi

# Another run may have finished first; its result is as good.
mv -T "$tmp/root" "$dest" 2>/dev/null || [ -d "$dest" ] ||
	die "cannot create $dest"
echo "$dest"
