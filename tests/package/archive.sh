# SPDX-License-Identifier: GPL-2.0-only
# The package as a file: does it build from what it says that building needs,
# and is it as Debian wants packages?
# shellcheck shell=bash disable=SC2034,SC2154

# in_builder COMMAND...: in the system that builds, rather than the one that the
# package is installed in.
in_builder() {
	local root=$builder

	"$@"
}

version_of_source() {
	awk -F '"' '$1 == "#define PITRACE_VERSION " { print $2 }' src/version.h
}

deb() {
	echo "$builder"/root/pitrace/build/deb/pitrace_*_amd64.deb
}

field() {
	dpkg-deb -f "$(deb)" "$1"
}

# A clone, with what is tracked here as it is now.
archive_source() {
	git clone -q "$PWD" "$builder/root/pitrace" &&
		git ls-files -z | tar --null -T - -cf - |
		tar -C "$builder/root/pitrace" -xf - &&
		git -C "$builder/root/pitrace" add --all
}

# What every builder has, git for the list of files, and the package's
# Build-Depends with no more.
archive_needs() {
	in_builder apt_inside update &&
		in_builder apt_inside install build-essential git &&
		in_builder apt_inside build-dep /root/pitrace/docs/packaging
}

# Binary and source, since lintian looks at both.
archive_build() {
	local status=0 log=$builder/root/pitrace/build/deb/log

	archive_source && archive_needs || status=$?
	expect "archive: what building needs is there" 0 "$status"
	[ "$status" -eq 0 ] || return
	in_builder inside 'cd /root/pitrace && docs/packaging/deb.sh -F' \
		>"$work/build.log" 2>&1 || status=$?
	cp "$log" "$work/" || true
	expect "archive: is built" "0" \
		"$status$([ $status -eq 0 ] || tail -n 3 "$work/build.log")"
	expect "archive: its tests ran" yes \
		"$(grep -qE '^PASS (unit|[[]install[]])' "$log" && echo yes)"
	return $status
}

# Licenses of files, one a line, as they say it themselves.
licenses() {
	git ls-files -z | xargs -0 grep -hoE \
		'SPDX-License-Identifier: [A-Za-z0-9.+-]+' | sort -u
}

# This suite's own, as its rules are those that the package is held against.
lintian_says() {
	in_builder apt_inside install lintian || echo "lintian is not there"
	in_builder inside 'lintian --allow-root \
		/root/pitrace/build/deb/*.changes 2>&1'
}

archive_look() {
	expect "archive: lintian has nothing to say" "" "$(lintian_says)"
	expect "archive: nor is it told to keep quiet" "" \
		"$(git ls-files '*lintian-overrides*')"
	expect "archive: version is that of src/version.h" \
		"$(version_of_source)" "$(field Version)"
	expect "archive: files' licenses are the one of debian/copyright" \
		"SPDX-License-Identifier: $(sed -n '/^Files: /,/^$/s/^License: //p' \
			docs/packaging/debian/copyright)" "$(licenses)"
}
