#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Proves that make demo and make test need nothing but Debian 12, make and a
# clone: debootstraps the smallest Debian there is and runs them in it.
#
# usage: fresh-root.sh [DIR [COMMAND]...]
#
#   DIR      where to (default: a temporary directory, removed if all is well)
#   COMMAND  what to run in the clone, each a shell line
#            (default: 'make demo' 'make test KERNELS=6.1')
#
# Needs root and debootstrap. What is committed is what is cloned.
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

mirror=${MIRROR:-http://deb.debian.org/debian}
security=${SECURITY_MIRROR:-http://deb.debian.org/debian-security}
suite=bookworm

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# The backports of newer kernels come by way of security updates.
write_sources() {
	cat >"$root/etc/apt/sources.list" <<-END
		deb $mirror $suite main
		deb $mirror $suite-updates main
		deb $security $suite-security main
	END
}

# Private mounts, so that a mount of the host cannot be lost with ours.
mount_all() {
	mount -t proc proc "$root/proc"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount --rbind /dev "$root/dev"
	mount --make-rslave "$root/dev"
}

unmount_all() {
	local dir

	for dir in dev sys proc; do
		! mountpoint -q "$root/$dir" || umount -R "$root/$dir" ||
			umount -R -l "$root/$dir"
	done
}

clean_up() {
	unmount_all
	# Never descend into a mount that would not go away.
	if [ -n "$temporary" ] && [ "$1" -eq 0 ]; then
		rm -rf --one-file-system "$root"
	else
		echo "${0##*/}: what is left is in $root" >&2
	fi
}

make_root() {
	local log

	log=$(mktemp)
	debootstrap --variant=minbase "$suite" "$root" "$mirror" \
		>"$log" 2>&1 || die "debootstrap failed, see $log"
	rm -f "$log"
	write_sources
	cp /etc/resolv.conf "$root/etc/resolv.conf"
}

# An environment as of a new login.
inside() {
	chroot "$root" /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		sh -c "$1"
}

run_commands() {
	local command

	for command; do
		echo "### $command"
		SECONDS=0
		inside "cd /root/pitrace && $command" ||
			die "failed after $SECONDS s: $command"
		echo "### $command: $SECONDS s"
	done
}

[ "$(id -u)" -eq 0 ] || die "not root"
command -v debootstrap >/dev/null || die "debootstrap not found"
temporary=
if [ $# -gt 0 ]; then
	root=$1
	shift
	mkdir -p "$root"
	root=$(CDPATH='' cd -- "$root" && pwd)
	[ -z "$(ls -A "$root")" ] || die "$root is not empty"
else
	temporary=yes
	root=$(mktemp -d)
fi
chmod 755 "$root"
[ $# -gt 0 ] || set -- 'make demo' 'make test KERNELS=6.1'

trap 'clean_up $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
make_root
git clone -q "$top" "$root/root/pitrace"
mount_all
inside 'apt-get -qq update && apt-get -qq --no-install-recommends install make' \
	>/dev/null 2>&1 </dev/null || die "cannot install make"
run_commands "$@"
