# SPDX-License-Identifier: GPL-2.0-only
# The release archive: is all in it, and is it the same wherever it is made?
# shellcheck shell=bash disable=SC2154

# Not as a part of the make that may have called us.
make_dist() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "$@" make -s dist \
		>"$scratch/dist.log" 2>&1
}

# The program's version is that of the archive.
archive_name() {
	echo "pitrace-$("$portable" --version | sed -n 's/^pitrace //p')-x86_64"
}

archive_make() {
	local status=0

	make_dist -u SOURCE_DATE_EPOCH || status=$?
	expect "archive: is made" 0 \
		"$status$([ $status -eq 0 ] || tail -n 3 "$scratch/dist.log")"
	archive=$PWD/build/dist/$(archive_name).tar.gz
	return $status
}

# As docs/portable.md says; what make install puts there is there, too.
archive_unpack() {
	root="$scratch/a host"
	mkdir -p "$root/usr/local"
	expect "archive: is as its checksum says" "" \
		"$(cd build/dist && sha256sum --quiet -c ./*.sha256 2>&1)"
	expect "archive: is unpacked below /usr/local" "" \
		"$(tar -C "$root/usr/local" --strip-components=1 -xzf "$archive" 2>&1)"
	prefix=$root/usr/local texts=$prefix/share/doc/pitrace
	expect "archive: leaves the directories of a host as they are" 0 \
		"$(tar -tvzf "$archive" | grep -vc ^-)"
}

# texts_below DIR: one a line.
texts_below() {
	(cd "$1" && find . -type f -printf '%P\n' | sort)
}

archive_has_all() {
	local installed="$scratch/installed"

	expect "archive: has what make install installs" \
		"$(root=$installed && make_there install >&2; files_there)" \
		"$(files_there)"
	expect "archive: and the texts of that, the license, libraries, checksums" \
		"$( (texts_below "$installed/usr/local/share/doc/pitrace" &&
			printf '%s\n' COPYING LIBRARIES SHA256SUMS) | sort)" \
		"$(texts_below "$texts" | grep -v ^libraries/)"
	expect "archive: has the texts that the manual page names" "" \
		"$(pages_missing)"
	expect "archive: has the schema of records" same \
		"$(cmp docs/schema/pitrace.schema.json \
			"$texts/docs/schema/pitrace.schema.json" && echo same)"
	expect "archive: its program is the portable file" same \
		"$(cmp "$portable" "$prefix/sbin/pitrace" && echo same)"
	expect "archive: its service starts the program from there" \
		/usr/local/sbin/pitrace "$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' \
			"$prefix/lib/systemd/system/pitrace-exporter.service")"
}

# Each library that was linked, and its license.
archive_licensed() {
	expect "archive: its license is the GPL, version 2, whole" \
		"Version 2, June 1991 END OF TERMS AND CONDITIONS" \
		"$(grep -oE 'Version 2, June 1991|END OF TERMS AND CONDITIONS' \
			"$texts/COPYING" | xargs)"
	expect "archive: and that of this source" same \
		"$(cmp COPYING "$texts/COPYING" && echo same)"
	expect "archive: names the libraries, each as it is installed here" \
		"$(dpkg-query -W libbpf-dev libc6-dev libcap-dev libelf-dev \
			libjson-c-dev libmicrohttpd-dev zlib1g-dev |
			sed 's/:amd64//' | tr '\t' ' ')" \
		"$(grep -oE '^(lib(bpf|c6|cap|elf|json-c|microhttpd)|zlib1g)-dev [^ ]+' \
			"$texts/LIBRARIES")"
	expect "archive: has the license of each" "" \
		"$(awk '/ of source / { print $1 }' "$texts/LIBRARIES" |
			while read -r package; do
				[ -s "$texts/libraries/$package" ] ||
					echo "$package"
			done)"
}

archive_checksums() {
	expect "archive: checksums are right" "" \
		"$(cd "$prefix" && sha256sum --quiet -c share/doc/pitrace/SHA256SUMS 2>&1)"
	expect "archive: and there is one for each file" \
		"$(cd "$prefix" && find . -type f ! -name SHA256SUMS | sed 's|^\./||' | sort)" \
		"$(sed 's/^[0-9a-f]*  //' "$texts/SHA256SUMS" | sort)"
}

# times_in ARCHIVE: seconds, those of all its files.
times_in() {
	tar -tvzf "$1" --full-time --utc | awk '{ print $4, $5 }' | sort -u |
		while read -r time; do date -u -d "$time" +%s; done | paste -sd' '
}

# What is here, as it is now.
copy_source() {
	mkdir -p "$1"
	git ls-files -z --cached --others --exclude-standard |
		xargs -0 cp --parents --preserve=mode -t "$1"
}

# Elsewhere, by somebody else, at another time.
archive_again() {
	local copy="$scratch/elsewhere/in a/longer path" status=0 time=$1

	copy="${copy// /-}"
	copy_source "$copy"
	(cd "$copy" && umask 077 && make_dist TZ=Asia/Tokyo LC_ALL=C.UTF-8 \
		SOURCE_DATE_EPOCH="$time") || status=$?
	expect "archive: is made elsewhere, without git" 0 \
		"$status$([ $status -eq 0 ] || tail -n 3 "$scratch/dist.log")"
	expect "archive: to the byte the same" same \
		"$(cmp "$archive" "$copy/build/dist/${archive##*/}" && echo same)"
	(cd "$copy" && make_dist SOURCE_DATE_EPOCH=1000000000)
	expect "archive: SOURCE_DATE_EPOCH is heeded" 1000000000 \
		"$(times_in "$copy/build/dist/${archive##*/}")"
	(cd "$copy" && ! make_dist -u SOURCE_DATE_EPOCH)
	expect_match "archive: without git it has to be given" \
		'no clone of a git repository: set SOURCE_DATE_EPOCH' "$scratch/dist.log"
}

archive() {
	local archive root prefix texts commit

	archive_make || return
	archive_unpack
	archive_has_all
	archive_licensed
	archive_checksums
	commit=$(git log -1 --format=%ct)
	expect "archive: all is as old as the last commit" "$commit" \
		"$(times_in "$archive")"
	archive_again "$commit"
}
