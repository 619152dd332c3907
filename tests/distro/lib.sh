# SPDX-License-Identifier: GPL-2.0-only
# Sourced by tests/deps.sh: which distribution this is, and what Debian's
# packages are called there (the file packages).
# shellcheck shell=bash
#
# Environment: DEPS_OS_RELEASE  read in place of /etc/os-release

distro_packages=$(dirname -- "${BASH_SOURCE[0]}")/packages
distro_families='debian ubuntu fedora rhel suse arch'

# Of an ID of os-release(5); nothing if the ID is not known.
distro_family_of_id() {
	case $1 in
	debian | raspbian) echo debian ;;
	ubuntu) echo ubuntu ;;
	fedora) echo fedora ;;
	rhel | centos | rocky | almalinux | ol) echo rhel ;;
	suse | opensuse | opensuse-* | sles | sled) echo suse ;;
	arch) echo arch ;;
	esac
}

distro_os_release() {
	local file

	for file in ${DEPS_OS_RELEASE:-/etc/os-release /usr/lib/os-release}; do
		[ ! -r "$file" ] || break
	done
	echo "$file"
}

# The ID, then those of ID_LIKE, which are in order of likeness. The file is
# one of assignments that a shell reads.
distro_ids() {
	# shellcheck disable=SC1090 # not ours
	(
		ID='' ID_LIKE=''
		. "$(distro_os_release)" 2>/dev/null || true
		echo "$ID $ID_LIKE"
	)
}

# Nothing where neither the ID nor any that it is like is known.
distro_family() {
	local id family

	for id in $(distro_ids); do
		family=$(distro_family_of_id "$id")
		[ -z "$family" ] || break
	done
	echo "${family-}"
}

# How many columns of the table are before a family's.
distro_column() {
	local family column=1

	for family in $distro_families; do
		[ "$family" != "$1" ] || break
		column=$((column + 1))
	done
	echo "$column"
}

# distro_cell FAMILY PACKAGE: what the table says, of a package of Debian's.
distro_cell() {
	awk -v package="$2" -v column="$(distro_column "$1")" '
		$1 == package { print $column; found = 1 }
		END { exit !found }' "$distro_packages"
}

# Of alternatives, a|b, the first that the archive has, or the first of all.
distro_choice() {
	local name names

	IFS='|' read -ra names <<<"$1"
	for name in "${names[@]}"; do
		! apt-cache show "$name" >/dev/null 2>&1 || break
		name=${names[0]}
	done
	echo "$name"
}

# distro_name FAMILY PACKAGE: the family's name of a package of Debian's; "-"
# where none is known.
distro_name() {
	local cell

	cell=$(distro_cell "$1" "$2") || cell=-
	[[ $cell != *'|'* ]] || cell=$(distro_choice "$cell")
	echo "$cell"
}

# distro_has FAMILY NAME: whether it is installed, or something that has what
# it has.
distro_has() {
	case $1 in
	fedora | rhel | suse) rpm -q --whatprovides -- "$2" >/dev/null 2>&1 ;;
	arch) pacman -T -- "$2" >/dev/null 2>&1 ;;
	esac
}

# How the family installs; the names follow.
distro_command() {
	case $1 in
	debian | ubuntu) echo apt-get install ;;
	fedora | rhel) echo dnf install ;;
	suse) echo zypper install ;;
	arch) echo pacman -S --needed ;;
	esac
}

distro_remark() {
	[ "$1" != rhel ] ||
		echo 'some of these are in CRB (CodeReady Builder) and EPEL, which are to be enabled first'
}
