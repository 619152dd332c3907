# SPDX-License-Identifier: GPL-2.0-only
# The package as a file: does it build, and is it as Debian wants packages?
# shellcheck shell=bash disable=SC2154

version_of_source() {
	awk -F '"' '$1 == "#define PITRACE_VERSION " { print $2 }' src/version.h
}

field() {
	dpkg-deb -f build/deb/pitrace_*_amd64.deb "$1"
}

# tests_in LOG: how many ran while the package was built.
tests_in() {
	grep -cE '^PASS (unit|[[]install[]])' "$1"
}

# Binary and source, since lintian looks at both.
archive_build() {
	local status=0

	docs/packaging/deb.sh -F >"$work/build.log" 2>&1 || status=$?
	expect "archive: is built" "0" \
		"$status$([ $status -eq 0 ] || tail -n 3 "$work/build.log")"
	expect "archive: its tests ran" yes \
		"$([ "$(tests_in build/deb/log)" -gt 0 ] && echo yes)"
	return $status
}

# Licenses of files, one a line, as they say it themselves.
licenses() {
	git ls-files -z | xargs -0 grep -hoE \
		'SPDX-License-Identifier: [A-Za-z0-9.+-]+' | sort -u
}

archive_look() {
	expect "archive: lintian has nothing to say" "" \
		"$(lintian --allow-root build/deb/*.changes 2>&1)"
	expect "archive: nor is it told to keep quiet" "" \
		"$(git ls-files '*lintian-overrides*')"
	expect "archive: version is that of src/version.h" \
		"$(version_of_source)" "$(field Version)"
	expect "archive: and of the program in it" \
		"pitrace $(version_of_source)" \
		"$(dpkg-deb --fsys-tarfile build/deb/pitrace_*_amd64.deb |
			tar -xO ./usr/sbin/pitrace >"$work/pitrace" &&
			chmod +x "$work/pitrace" &&
			"$work/pitrace" --version | head -n 1)"
	expect "archive: files' licenses are the one of debian/copyright" \
		"SPDX-License-Identifier: $(sed -n '/^Files: /,/^$/s/^License: //p' \
			docs/packaging/debian/copyright)" "$(licenses)"
}
