# SPDX-License-Identifier: GPL-2.0-only
# Sourced by fresh-root.sh, distros.sh and package/run.sh: the smallest Debian of
# $suite there is, in $root. Needs root and debootstrap.
# shellcheck shell=bash disable=SC2154
#
# Environment: MIRROR, SECURITY_MIRROR  where Debian comes from

mirror=${MIRROR:-http://deb.debian.org/debian}
security=${SECURITY_MIRROR:-http://deb.debian.org/debian-security}
suite=bookworm # unless who sources this has another

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

root_check() {
	[ "$(id -u)" -eq 0 ] || die "not root"
	command -v debootstrap >/dev/null || die "debootstrap not found"
}

# What is in development has no suites for updates. Its lists are valid for a
# week; those of a mirror that stands still are as good for a test.
root_write_sources() {
	local list=$root/etc/apt/sources.list

	case $suite in
	sid | unstable)
		echo "deb [check-valid-until=no] $mirror $suite main" >"$list"
		;;
	*)
		cat >"$list" <<-END
			deb $mirror $suite main
			deb $mirror $suite-updates main
			deb $security $suite-security main
		END
		;;
	esac
}

root_make() {
	local log

	log=$(mktemp)
	debootstrap --variant=minbase "$suite" "$root" "$mirror" \
		>"$log" 2>&1 || die "debootstrap failed, see $log"
	rm -f "$log"
	root_write_sources
	cp /etc/resolv.conf "$root/etc/resolv.conf"
}

# Private mounts, so that a mount of the host cannot be lost with ours.
root_mount() {
	mount -t proc proc "$root/proc"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount --rbind /dev "$root/dev"
	mount --make-rslave "$root/dev"
}

root_unmount() {
	local dir

	for dir in dev sys proc; do
		! mountpoint -q "${root:?}/$dir" || umount -R "$root/$dir" ||
			umount -R -l "$root/$dir"
	done
}

# Never descends into a mount that would not go away.
root_remove() {
	rm -rf --one-file-system "${root:?}"
}

# An environment as of a new login.
inside() {
	chroot "$root" /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		sh -c "$1"
}

# apt_inside ARGUMENT...: quietly, and asks nothing.
apt_inside() {
	inside "DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y --no-install-recommends $*" >"$root.apt" 2>&1 \
		</dev/null || {
		tail -n 20 "$root.apt" >&2
		return 1
	}
	rm -f "$root.apt"
}

# root_clone TOP: a clone of what is committed there, and make. That is all that
# the README asks for.
root_clone() {
	git clone -q "$1" "$root/root/pitrace" || return
	apt_inside update && apt_inside install make
}
