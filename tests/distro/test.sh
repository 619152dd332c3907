#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests what deps.sh does on other distributions, with an os-release and package
# managers that are made up. Installs nothing. Prints one line for each test, as
# the unit tests do.
#
# usage: test.sh
set -u
cd -- "$(dirname -- "$0")/../.." || exit

# shellcheck source-path=SCRIPTDIR source=lib.sh
. tests/distro/lib.sh

failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
export DEPS_OS_RELEASE=$work/os-release

# expect TEST WANTED GOT
expect() {
	if [ "$2" = "$3" ]; then
		echo "PASS distro.$1"
	else
		echo "FAIL distro.$1: wanted '$2', got '$3'"
		failed=1
	fi
}

# host LINE...: of the os-release.
host() {
	printf '%s\n' "$@" >"$DEPS_OS_RELEASE"
}

# fake PROGRAM SCRIPT
fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}

# family TEST WANTED LINE...
family() {
	local test=$1 wanted=$2

	shift 2
	host "$@"
	expect "family_$test" "$wanted" "$(distro_family)"
}

# --- which distribution it is ---

family debian debian 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"' ID=debian
family ubuntu ubuntu ID=ubuntu ID_LIKE=debian
family mint ubuntu ID=linuxmint 'ID_LIKE="ubuntu debian"'
family kali debian ID=kali ID_LIKE=debian
family fedora fedora ID=fedora
family rhel rhel 'ID="rhel"' 'ID_LIKE="fedora"'
family rocky rhel 'ID="rocky"' 'ID_LIKE="rhel centos fedora"'
family alma rhel 'ID="almalinux"' 'ID_LIKE="rhel centos fedora"'
family stream rhel 'ID="centos"' 'ID_LIKE="rhel fedora"'
family oracle rhel 'ID="ol"' 'ID_LIKE="fedora"'
family eurolinux rhel 'ID="eurolinux"' 'ID_LIKE="rhel fedora centos"'
family amazon fedora 'ID="amzn"' 'ID_LIKE="fedora"'
family leap suse 'ID="opensuse-leap"' 'ID_LIKE="suse opensuse"'
family tumbleweed suse 'ID="opensuse-tumbleweed"' 'ID_LIKE="opensuse suse"'
family sles suse 'ID="sles"' 'ID_LIKE="suse"'
family arch arch ID=arch
family manjaro arch ID=manjaro ID_LIKE=arch
family quoted arch "ID='arch'"
family unknown '' ID=alpine
family empty ''
rm "$DEPS_OS_RELEASE"
expect family_none '' "$(distro_family)"

# --- the table ---

rows() {
	grep -v '^#' tests/distro/packages | grep .
}

# Debian's names in deps.sh; its tables are what stands between quotes in lines
# of a package and a thing.
needed() {
	sed -n "/^build='/,/^# bpftool and/p" tests/deps.sh |
		sed -nE "s/^([a-z0-9][a-z0-9.+-]*) +[^ ]+$/\1/p" | sort -u
}

expect columns '' "$(rows | awk 'NF != 6 { print $1 }')"
expect needed_found yes "$([ "$(needed | wc -l)" -ge 40 ] && echo yes)"
expect rows_complete '' "$(needed | grep -vxF -f <(rows | awk '{ print $1 }'))"
expect rows_needed '' "$(rows | awk '{ print $1 }' | grep -vxF -f <(needed))"
expect rows_once '' "$(rows | awk '{ print $1 }' | sort | uniq -d)"
expect rows_start_alike '' "$(rows | awk '{ print $1 }' | grep -vE '^[a-z0-9]')"
expect column_heads "$distro_families" \
	"$(sed -n 's/^# \(debian  .*\)/\1/p' tests/distro/packages | xargs)"

to_build() {
	sed -n "/^build='/,/'$/p" tests/deps.sh | awk 'NF == 2 { print $1 }'
}

# What is built with has a name everywhere.
build_lacks() {
	local family package

	for family in $distro_families; do
		while read -r package; do
			[ "$(distro_name "$family" "$package")" != - ] ||
				echo "$family:$package"
		done < <(to_build)
	done
}

fake apt-cache 'exit 1'
PATH=$work/bin:$PATH
expect build_complete '' "$(build_lacks)"
expect unknown_package - "$(distro_name fedora no-such-package)"

# --- what deps.sh makes of it ---

# Nothing of these may be run.
for program in dnf zypper apt-get; do
	fake "$program" "echo $program \"\$@\" >>'$work/ran'"
done
fake rpm "! grep -qxF -- \"\$4\" '$work/missing'"
fake pacman "[ \"\$1\" = -T ] || echo pacman \"\$@\" >>'$work/ran'
	! grep -xF -- \"\$3\" '$work/missing'"

# deps MISSING...: what deps.sh says to do for a build, and its status.
deps() {
	printf '%s\n' "$@" >"$work/missing"
	: >"$work/ran"
	tests/deps.sh build >"$work/out" 2>"$work/err"
	echo "$? $(sed -n 's/^  //p' "$work/err")"
}

host ID=fedora
expect fedora_all '0 ' "$(deps)"
expect fedora_command '1 sudo dnf install clang glibc-devel json-c-devel' \
	"$(deps clang json-c-devel glibc-devel)"
expect fedora_untried 1 "$(grep -c untried "$work/err")"
expect fedora_ran '' "$(cat "$work/ran" "$work/out")"
host ID=rocky 'ID_LIKE="rhel centos fedora"'
expect rhel_command '1 sudo dnf install libbpf-devel' "$(deps libbpf-devel)"
expect rhel_repositories 1 "$(grep -c 'CRB.*EPEL' "$work/err")"
host ID=opensuse-leap
expect suse_command '1 sudo zypper install libjson-c-devel linux-glibc-devel' \
	"$(deps linux-glibc-devel libjson-c-devel)"
host ID=arch
expect arch_command '1 sudo pacman -S --needed bpf json-c' "$(deps bpf json-c)"
expect arch_ran '' "$(cat "$work/ran")"

# A package without a name there is named by Debian's, unless the thing is here.
unnamed() {
	: >"$work/missing"
	sed "s|^vgabios  .*|vgabios $1|" tests/deps.sh >"$work/tests/deps.sh"
	bash "$work/tests/deps.sh" intel 2>&1 | grep -o 'known for .*'
}

mkdir "$work/tests"
cp -r tests/distro "$work/tests"
host ID=fedora
expect no_name 'known for vgabios (no-such-program)' "$(unnamed no-such-program)"
expect no_name_but_there '' "$(unnamed sh)"

# Where the distribution is not known: by what is needed, not by packages.
cp tests/deps.sh "$work/tests"
sed -i 's|^make   .*|make no-such-program|' "$work/tests/deps.sh"
host ID=alpine
fake dpkg-query 'exit 1'
expect unknown_with_apt 'installing' "$(fake id 'echo 0'
	tests/deps.sh build 2>&1 | grep -o '^installing')"
rm "$work/bin/apt-get" "$work/bin/dpkg-query"
unknown() {
	(
		# shellcheck disable=SC2317 # deps.sh calls it
		command() {
			[ "$2" != apt-get ] && builtin command "$@"
		}
		export -f command
		bash "$work/tests/deps.sh" build 2>&1
	)
}
expect unknown_named "deps.sh: a distribution that is not known here; please install: no-such-program" \
	"$(unknown)"

# --- Ubuntu: apt, with its own names ---

fake apt-get "echo apt-get \"\$@\" >>'$work/ran'"
fake dpkg-query "echo 'gcc installed'; sed 's/$/ installed/' '$work/installed'"
fake id 'echo 0'
to_build | grep -vxF -e bpftool -e clang >"$work/installed"
host ID=ubuntu ID_LIKE=debian

# ubuntu AVAILABLE: which packages apt installs, where its archive has these.
ubuntu() {
	fake apt-cache "[ \"\$2\" = '$1' ]"
	: >"$work/ran"
	tests/deps.sh build >"$work/out" 2>&1
	sed -n 's/.* install //p' "$work/ran"
}

expect ubuntu_bpftool 'clang bpftool' "$(ubuntu bpftool)"
expect ubuntu_before 'clang linux-tools-generic' "$(ubuntu linux-tools-generic)"
expect ubuntu_neither 'clang bpftool' "$(ubuntu none)"
fake id 'echo 1000'
expect ubuntu_user \
	'deps.sh: not root, so nothing can be installed; this would do: sudo apt-get install clang bpftool' \
	"$(ubuntu bpftool >/dev/null; cat "$work/out")"

# --- Debian: its names, as they stand ---

host ID=debian
fake id 'echo 0'
expect debian 'clang bpftool' "$(ubuntu linux-tools-generic)"

exit $failed
