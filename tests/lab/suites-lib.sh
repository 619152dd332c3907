# SPDX-License-Identifier: GPL-2.0-only
# Sourced by kernel.sh and standin.sh, after lab-env.sh: packages of named
# suites of Debian, whichever of them this machine has. An apt of its own, in
# $LAB_BUILD/apt, knows these suites alone; the machine's is left as it is.
# shellcheck shell=bash disable=SC2154

# mirror LABEL ELSE: where the machine gets its own Debian, or what has that
# label, from.
mirror() {
	# shellcheck disable=SC2016 # apt-get's
	apt-get indextargets --format '$(REPO_URI) $(LABEL)' 2>/dev/null |
		awk -v label="$1" -v other="$2" '
			NF == 2 && $2 == label { print $1; found = 1; exit }
			END { if (!found) print other }'
}

mirror_of() {
	case $1 in
	*-security)
		mirror Debian-Security http://deb.debian.org/debian-security ;;
	*) mirror Debian http://deb.debian.org/debian ;;
	esac
}

# Two scripts may want the same suites at the same time.
read_lists() {
	flock "$1/lock" apt-get -q "${apt[@]}" \
		-o APT::Update::Error-Mode=any update >&2
}

# use_suites SUITE...: from here on $apt is what makes apt-get and apt-cache
# know these, checked as ever against Debian's keys.
use_suites() {
	local dir=$lab_build/apt/$1 suite
	local keys=/usr/share/keyrings/debian-archive-keyring.gpg

	need apt-get apt
	[ -r "$keys" ] || die "no $keys: apt-get install debian-archive-keyring"
	mkdir -p "$dir"/{lists/partial,archives/partial,parts}
	for suite; do
		echo "deb [signed-by=$keys] $(mirror_of "$suite") $suite main"
	done >"$dir/sources.list"
	: >"$dir/status"
	apt=(
		-o APT::Sandbox::User=root
		-o "Dir::Etc::sourcelist=$dir/sources.list"
		-o "Dir::Etc::sourceparts=$dir/parts"
		-o "Dir::Etc::preferences=$dir/preferences"
		-o "Dir::Etc::preferencesparts=$dir/parts"
		-o "Dir::State=$dir" -o "Dir::State::status=$dir/status"
		-o "Dir::Cache=$dir"
	)
	read_lists "$dir" ||
		die "cannot read Debian's $* (does $keys have their keys?)"
}

# download DIR PACKAGE...
download() {
	local dir=$1

	shift
	(cd "$dir" && apt-get -q "${apt[@]}" download "$@") >&2 ||
		die "cannot download $*"
}
