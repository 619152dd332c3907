# SPDX-License-Identifier: GPL-2.0-only
# make install puts all in place, make uninstall takes all away.
# shellcheck shell=bash disable=SC2154

# make_there TARGET [VARIABLE]...: in $root, whose name has a blank; not as a
# part of the make that may have called us.
make_there() {
	env -u MAKEFLAGS -u MFLAGS make -s "$@" DESTDIR="$root" \
		>"$scratch/make.log" 2>&1 || tail -n 5 "$scratch/make.log"
}

# "644 usr/share/..." and so on, without the texts.
files_there() {
	find "$root" ! -type d ! -path '*/doc/*' -printf '%m %P\n' |
		sort -k 2 | paste -sd' '
}

# Texts that the manual page says are installed with it, and are not.
pages_missing() {
	local page pages

	pages=$(sed -n '/^\.Sh SEE ALSO/,$s/^\.It Pa //p' docs/man/pitrace.8)
	for page in ${pages:-none}; do
		[ -s "$root/usr/local/share/doc/pitrace/$page" ] ||
			echo -n "$page "
	done
}

files_installed() {
	local wanted=(
		644 usr/local/lib/systemd/system/pitrace-exporter.service
		755 usr/local/sbin/pitrace
		644 usr/local/share/bash-completion/completions/pitrace
		644 usr/local/share/man/man8/pitrace.8
		644 usr/local/share/pitrace/dashboards/alerts.yml
		644 usr/local/share/pitrace/dashboards/pitrace.json
		644 usr/local/share/pitrace/dashboards/prometheus.yml
	)

	make_there install
	expect "files: program, manual page, completion, dashboard, service" \
		"${wanted[*]}" "$(files_there)"
	expect "files: so are the texts that the manual page names" "" \
		"$(pages_missing)"
	expect "files: the program runs" "$(build/pitrace --version | xargs)" \
		"$("$root/usr/local/sbin/pitrace" --version | xargs)"
}

files_uninstalled() {
	local ours=$root/usr/local/share/doc/pitrace

	touch "$ours/of-somebody-else"
	make_there uninstall
	expect "files: make uninstall takes all away, and nothing else" \
		"$ours/of-somebody-else" "$(find "$root" ! -type d)"
	rm "$ours/of-somebody-else"
	make_there uninstall
	expect "files: and its own directories, once they are empty" no \
		"$([ -e "$ours" ] && echo yes || echo no)"
}

files_elsewhere() {
	local places=(PREFIX=/usr SBINDIR=/bin MANDIR=/man BASHCOMPDIR=/bash
		DOCDIR=/doc DATADIR=/data UNITDIR=/units) data='' file

	for file in alerts.yml pitrace.json prometheus.yml; do
		data+=" 644 data/dashboards/$file"
	done

	make_there install "${places[@]}"
	expect "files: they go where the variables say" \
		"644 bash/pitrace 755 bin/pitrace$data 644 man/man8/pitrace.8 644 units/pitrace-exporter.service" \
		"$(files_there)"
	expect "files: the service starts the program from there" /bin/pitrace \
		"$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' \
			"$root/units/pitrace-exporter.service")"
	make_there uninstall "${places[@]}"
	expect "files: and are taken away from there" "" \
		"$(find "$root" ! -type d)"
}

files() {
	root="$scratch/a root"
	files_installed
	files_uninstalled
	files_elsewhere
}
