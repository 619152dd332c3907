#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs what is missing, on Debian and Ubuntu; on other distributions it
# prints the command that would (distro/packages has the names).
#
# usage: deps.sh SET [KERNEL]...
#
#   build    to build pitrace
#   portable and to link it statically, for any host
#   check    and for style and static analysis
#   fuzz     and for fuzzing
#   mutants  and for the unit tests, changing what they test
#   test     and for the unit tests, fuzzing, the lab, records, metrics,
#            reports, the bench; also fetches prometheus
#            (tests/dashboard/prometheus.sh)
#   report   and for reports in browsers
#   demo     and for the lab
#   compilers  and for the lab, and roots of other Debians
#   intel    and for the lab, and its machine that has VMX
#   deb      and for the Debian package
#   package  and for its tests, which are made in roots of Debian, and the lab
#   roots    only to make such roots
#   container  and for the portable file as an image
#   test-container  and for its tests, in the lab
#   KERNEL   also fetches these kernels for the lab (tests/lab/kernel.sh), and
#            the headers to build the lab's module for them
#
# Asks nothing, and installs nothing when all is there. On a distribution that
# is not known it names what is needed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# shellcheck source-path=SCRIPTDIR source=distro/lib.sh
. "$here/distro/lib.sh"

# package           what of it is needed: a program, or a file
build='
gcc                 gcc
libc6-dev           /usr/include/stdio.h
linux-libc-dev      /usr/include/linux/types.h
make                make
clang               clang
bpftool             bpftool
libbpf-dev          /usr/include/bpf/libbpf.h
libjson-c-dev       /usr/include/json-c/json.h
libcap-dev          /usr/include/sys/capability.h
libmicrohttpd-dev   /usr/include/microhttpd.h
pkg-config          pkg-config'
portable='
binutils            nm
libelf-dev          /usr/include/libelf.h
zlib1g-dev          /usr/include/zlib.h'
check='
shellcheck          shellcheck
clang-format        clang-format
clang-tidy          clang-tidy
cppcheck            cppcheck
mandoc              mandoc'
unit='
libcmocka-dev       /usr/include/cmocka.h
systemd             systemd-analyze'
mutants='
python3             python3'
fuzz='
libclang-rt-dev     /usr/lib/clang'
lab='
debian-archive-keyring /usr/share/keyrings/debian-archive-keyring.gpg
qemu-system-x86     qemu-system-x86_64
busybox-static      busybox
cpio                cpio
kmod                depmod
xz-utils            xz
zstd                zstd
pahole              pahole
util-linux          setpriv
jq                  jq'
records='
python3-jsonschema  /usr/lib/python3/dist-packages/jsonschema'
metrics='
python3-prometheus-client /usr/lib/python3/dist-packages/prometheus_client'
report='
chromium            chromium
chromium-driver     chromedriver
firefox-esr         firefox-esr
python3-selenium    /usr/lib/python3/dist-packages/selenium
fonts-dejavu-core   /usr/share/fonts/truetype/dejavu
jq                  jq
python3-jsonschema  /usr/lib/python3/dist-packages/jsonschema'
bench='
bpftrace            bpftrace'
bochs='
bochs               bochs
bochsbios           /usr/share/bochs/BIOS-bochs-latest
vgabios             /usr/share/vgabios/vgabios.bin
isolinux            /usr/lib/ISOLINUX/isolinux.bin
syslinux-common     /usr/lib/syslinux/modules/bios/ldlinux.c32
xorriso             xorriso'
deb='
build-essential     /usr/share/build-essential
debhelper           dh
dpkg-dev            dpkg-buildpackage
git                 git'
roots='
debootstrap         debootstrap
git                 git'
container='
buildah             buildah
git                 git'
container_test='
crun                crun
umoci               umoci
python3-yaml        /usr/lib/python3/dist-packages/yaml
python3-jsonschema  /usr/lib/python3/dist-packages/jsonschema
golang-github-containers-common /usr/share/containers/seccomp.json'

# bpftool and depmod live in sbin, which is not in every PATH.
PATH=$PATH:/usr/sbin:/sbin
export DEBIAN_FRONTEND=noninteractive

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

# The table for a set.
table_of() {
	case $1 in
	build) echo "$build" ;;
	portable) echo "$build$portable" ;;
	check) echo "$build$check" ;;
	fuzz) echo "$build$fuzz" ;;
	mutants) echo "$build$unit$mutants" ;;
	test) echo "$build$portable$unit$fuzz$lab$records$metrics$report$bench" ;;
	report) echo "$build$report" ;;
	demo) echo "$build$lab" ;;
	compilers) echo "$build$lab$bench$roots" ;;
	intel) echo "$build$lab$bochs" ;;
	deb) echo "$build$unit$deb" ;;
	package) echo "$build$lab$roots" ;;
	roots) echo "$roots" ;;
	container) echo "$build$portable$container" ;;
	test-container)
		echo "$build$portable$lab$container$container_test"
		;;
	*) usage ;;
	esac
}

missing_packages() {
	local package installed

	# A multi-arch package may be listed more than once.
	# shellcheck disable=SC2016 # dpkg-query's
	installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' |
		awk '$2 == "installed" { print $1 }')
	while read -r package _; do
		[ -n "$package" ] || continue
		grep -qxF -- "$package" <<<"$installed" || echo "$package"
	done <<<"$1"
}

# Without dpkg the names of packages say nothing: look for the things.
missing_things() {
	local package thing

	while read -r package thing; do
		[ -n "$package" ] || continue
		[ -e "$thing" ] || command -v "$thing" >/dev/null || echo "$thing"
	done <<<"$1"
}

# Other distributions have an apt-get, too, for Debian's roots.
have_apt() {
	case $family in
	debian | ubuntu | '') ;;
	*) return 1 ;;
	esac
	command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# Another apt may be at work, as after the first boot of a new machine.
apt() {
	apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
		</dev/null >>"$log" 2>&1
}

have_lists() {
	[ -n "$(find /var/lib/apt/lists -name '*_Packages*' -print -quit)" ]
}

apt_update() {
	updated=yes
	echo "updating the list of packages ..."
	apt update || apt_failed "apt-get update"
}

apt_failed() {
	tail -n 20 "$log" >&2
	die "$1 failed"
}

# Lists that are too old name packages that are gone.
apt_install() {
	apt -y --no-install-recommends install "$@" && return
	[ -z "$updated" ] || return 1
	apt_update
	apt -y --no-install-recommends install "$@"
}

install_missing() {
	local missing packages

	missing=$(missing_packages "$1")
	[ -n "$missing" ] || return 0
	mapfile -t packages <<<"$missing"
	[ "$(id -u)" -eq 0 ] ||
		die "not root, so nothing can be installed; this would do: sudo apt-get install ${packages[*]}"
	have_lists || apt_update
	fold -s -w 72 <<<"installing ${packages[*]} ..."
	apt_install "${packages[@]}" || apt_failed "apt-get install"
}

name_missing() {
	local missing

	missing=$(missing_things "$1")
	[ -z "$missing" ] ||
		die "a distribution that is not known here; please install: ${missing//$'\n'/ }"
}

# The table with the names that its packages have here. A package that has none
# here is left out, and named if the thing is missing.
translated() {
	local package thing name

	while read -r package thing; do
		[ -n "$package" ] || continue
		name=$(distro_name "$family" "$package")
		if [ "$name" != - ]; then
			echo "$name $thing"
		elif [ -n "$(missing_things "$package $thing")" ]; then
			echo "${0##*/}: no package of this distribution is known for $package ($thing)" >&2
		fi
	done <<<"$1"
}

missing_elsewhere() {
	local name

	while read -r name _; do
		[ -z "$name" ] || distro_has "$family" "$name" || echo "$name"
	done <<<"$1" | sort -u
}

# What is not known to be right is not run.
print_command() {
	local missing remark

	missing=$(missing_elsewhere "$(translated "$1")")
	[ -n "$missing" ] || return 0
	remark=$(distro_remark "$family")
	die "missing here; this command, which is untried, should install it${remark:+
($remark)}:
  sudo $(distro_command "$family") ${missing//$'\n'/ }"
}

# With Ubuntu's names, some of which depend on what its archive has.
install_for_ubuntu() {
	have_lists || [ "$(id -u)" -ne 0 ] || apt_update
	install_missing "$(translated "$1")"
}

# fetch COMMAND...: once more with new lists if that fails.
fetch() {
	local status=0

	if have_apt && ! have_lists && [ "$(id -u)" -eq 0 ]; then
		apt_update
	fi
	"$@" >>"$log" 2>&1 || status=$?
	if [ "$status" -eq 0 ] || [ -n "$updated" ] || ! have_apt ||
		[ "$(id -u)" -ne 0 ]; then
		return "$status"
	fi
	apt_update
	"$@" >>"$log" 2>&1
}

fetch_failed() {
	tail -n 5 "$log" >&2
	die "cannot fetch $1"
}

# Kernels are unpacked, never installed.
fetch_kernel() {
	[ ! -d "$kernels/$1" ] || return 0
	echo "fetching the kernel $1 ..."
	fetch "$here/lab/kernel.sh" "$1" || fetch_failed "the kernel $1"
}

# Debian drops the headers of a kernel some time after a newer one has come,
# which is exit status 3: the newer kernel will do.
fetch_headers() {
	local standin=$here/lab/standin.sh status=0

	"$standin" --list | grep -qxF -- "$1" || return 0
	fetch "$standin" --headers "$1" || status=$?
	[ "$status" -ne 0 ] || return 0
	[ "$status" -eq 3 ] || fetch_failed "headers of the kernel $1"
	rm -rf "${kernels:?}/$1"
	fetch_kernel "$1"
	fetch "$standin" --headers "$1" || fetch_failed "headers of the kernel $1"
}

# Unpacked, too.
fetch_prometheus() {
	local programs=$here/dashboard/prometheus.sh

	"$programs" --is-there || {
		echo "fetching prometheus ..."
		fetch "$programs" || fetch_failed prometheus
	}
}

[ $# -ge 1 ] || usage
family=$(distro_family)
set=$1
table=$(table_of "$set")
shift
updated=
kernels=${LAB_BUILD:-$here/../build/lab}/kernels
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if have_apt && [ "$family" = ubuntu ]; then
	install_for_ubuntu "$table"
elif have_apt; then
	install_missing "$table"
elif [ -n "$family" ]; then
	print_command "$table"
else
	name_missing "$table"
fi
for kernel; do
	fetch_kernel "$kernel"
	fetch_headers "$kernel"
done
[ "$set" != test ] || fetch_prometheus
