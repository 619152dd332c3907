# SPDX-License-Identifier: GPL-2.0-only
# The package in a fresh system: installed, used, removed.
# shellcheck shell=bash disable=SC2154

# All there is, but for what dpkg and apt keep for themselves.
paths_there() {
	find "$root" -xdev -printf '/%P\n' | grep -vE \
		'^/(var/(cache|log|lib/(apt|dpkg))|root/deb)(/|$)' | sort
}

# What people have who read manuals, complete and start services, and what is
# needed to look at these: not part of the smallest system, nor needed by the
# package.
system_prepare() {
	apt_inside update &&
		apt_inside install man-db bash-completion systemd kmod busybox ||
		return
	mkdir "$root/root/deb"
	cp "$(deb)" "$root/root/deb/"
	paths_there >"$work/before"
}

# As a user would: apt gets what it depends on.
system_install() {
	local status=0

	apt_inside install /root/deb/pitrace_*_amd64.deb || status=$?
	expect "system: apt installs it" 0 "$status"
	return $status
}

# typed_inside LINE: what pitrace is started with. The completion is found by
# the loader of the package bash-completion.
typed_inside() {
	{
		echo '. /usr/share/bash-completion/bash_completion'
		echo 'pitrace() { echo "$*" >/root/started; }'
		echo 'sudo() { "$@"; }'
		printf '%b\n' "$1"
	} | inside 'HISTFILE= INPUTRC=/dev/null TERM=dumb \
		setsid --wait bash --noprofile --norc -i' >/dev/null 2>&1
	cat "$root/root/started"
	rm "$root/root/started"
}

system_use() {
	local manual=$work/manual

	expect "system: the program runs" "pitrace $(version_of_source)" \
		"$(inside 'pitrace --version' | head -n 1)"
	inside 'MANWIDTH=80 man --warnings pitrace' >"$manual" 2>"$manual.err"
	expect_match "system: man pitrace shows the manual page" \
		'^EXIT STATUS$' "$manual"
	expect_match "system: to its end" '^ +docs/kernels.md' "$manual"
	expect "system: without a warning" "" "$(cat "$manual.err")"
	expect "system: whatis knows it" "pitrace (8)" \
		"$(inside 'whatis pitrace' | grep -o '^pitrace (8)')"
	expect "system: options are completed" --inspect \
		"$(typed_inside 'pitrace --insp\t')"
	expect "system: behind sudo, too" "--attach=fentry" \
		"$(typed_inside 'sudo pitrace --attach=f\t')"
	expect "system: files are as they were packed" "" \
		"$(inside 'dpkg --verify pitrace')"
}

# What differs from how it was before the package came.
differences() {
	paths_there | diff "$work/before" - | grep '^[<>]'
}

# own_left: what the package had brought, and has not taken along.
own_left() {
	paths_there | comm -13 "$work/before" - | comm -12 - "$work/own"
}

# Removed, its dependencies stay until apt is told; purged, all is gone. On its
# own apt would keep what others only suggest: Debian 13's systemd a lot.
system_remove() {
	local status=0

	inside 'dpkg -L pitrace' | grep -vx '/\.' | sort >"$work/own"
	apt_inside remove pitrace || status=$?
	expect "system: apt removes it" 0 "$status"
	expect "system: of $(wc -l <"$work/own") paths none is left" "" \
		"$(own_left)"
	system_install
	apt_inside -o APT::AutoRemove::SuggestsImportant=false \
		purge --autoremove pitrace || status=$?
	expect "system: apt purges it" 0 "$status"
	expect "system: all is as before it was installed" "" "$(differences)"
	expect "system: and dpkg knows of it no more" "" \
		"$(inside 'dpkg-query -W pitrace' 2>/dev/null)"
}
