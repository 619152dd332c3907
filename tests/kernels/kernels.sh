#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the lab's cases on every kernel there is a word on, the newest of each
# kind that Debian's archive holds, and writes docs/kernels.md from that.
#
# usage: kernels.sh                all of them
#        kernels.sh KERNEL...      only these; the page is left as it is
#        kernels.sh --page         writes the page from the last run's logs
#
# Where a case is left out on a kernel without a reason in boots.sh, nothing is
# booted and no page written.
#
# Needs pitrace, irqgen and the bench's programs built (make test-kernels does
# that). Prints what run.sh prints, and fails as it does; the page tells of
# failures as well.
set -eu
cd -- "$(dirname -- "$0")/../.."

here=tests/kernels
logs=build/test-kernels
# shellcheck source-path=SCRIPTDIR source=../boots.sh
. tests/boots.sh

die() {
	echo "kernels.sh: $*" >&2
	exit 1
}

# What cannot be asked for today is tested as it is.
get_newest() {
	local kernel

	for kernel; do
		tests/lab/kernel.sh --newest "$kernel" >/dev/null ||
			echo "# $kernel: the archive cannot be asked"
	done
}

# --- what was to be run, and what came of it, as lines with tabs between ---

# rows_of TABLE: without blanks around the bars.
rows_of() {
	sed -n 's/ *| */|/gp' <<<"$1"
}

# What a case of a boot is called apart from others: variant_of ARGUMENTS HOW
variant_of() {
	if [ "$2" = again ]; then
		echo "fentry does not take"
	else
		echo "$1"
	fi
}

# Of each boot and case: plan, kernel, variant, case, group.
plan() {
	local kernel append how names name case

	while IFS='|' read -r kernel append how names; do
		for name in $names; do
			for case in ${groups[$name]:-$name}; do
				printf 'plan\t%s\t%s\t%s\t%s\n' "$kernel" \
					"$(variant_of "$append" "$how")" \
					"${case%%:*}" "$name"
			done
		done
	done < <(rows_of "$matrix")
}

# Of each verdict: verdict, kernel, variant, case, which, text. Of each boot:
# version, kernel, the kernel's own words.
results() {
	local file kernel append how label

	for file in "$logs"/*.boot; do
		IFS='|' read -r kernel append how _ label <"$file"
		[ -s "$logs/$label.last" ] || continue
		awk -v OFS='\t' -v kernel="$kernel" \
			-v variant="$(variant_of "$append" "$how")" '
			sub(/^# kernel /, "") { print "version", kernel, $0 }
			sub(/^# case /, "") { name = $0 }
			/^(PASS|FAIL|SKIP) / {
				word = $1
				sub(/^[A-Z]+ \[[^]]*\] /, "")
				# Of records it does not matter how they came about.
				print "verdict", kernel, name == "records" ? "" : variant,
					name, word, $0
			}' "$logs/$label.last"
	done
}

# Of each row of the table: absent, kernels, groups, why.
reasons() {
	rows_of "$absent" | awk -F '|' -v OFS='\t' '{ print "absent", $1, $2, $3 }'
}

# Of each probe of each record: probe, kernel, method, name, function, reason.
probes() {
	local file label kernel

	for file in "$logs"/*.boot; do
		IFS='|' read -r kernel _ _ _ label <"$file"
		[ -s "$logs/$label/$label-probes.json" ] || continue
		jq -r --arg kernel "$kernel" 'select(.type == "start") |
			.probes[] | ["probe", $kernel, .method, .name,
			.function, .reason // ""] | @tsv' \
			"$logs/$label/$label-probes.json"
	done
}

kernels() {
	rows_of "$matrix" | awk -F '|' '!seen[$1]++ { printf "%s%s", sep, $1; sep = " " }'
}

# --- the page ---

# Of lines like those above. Fails if a case is left out without a reason.
tables_of_checks() {
	awk -F '\t' -v kernels="$(kernels)" -v prepare="$preparations" \
		-f "$here/checks.awk"
}

write_page() {
	sed -e "s/@DATE@/$(date -u +%F)/" "$here/kernels.head.md"
	{ plan && reasons && results; } | tables_of_checks || return
	probes | awk -F '\t' -v kernels="$(kernels)" -f "$here/probes.awk"
}

make_page() {
	write_page >"$logs/kernels.md" || die "no page is written"
	cp "$logs/kernels.md" docs/kernels.md
	echo "# docs/kernels.md is written"
}

case ${1-} in
--page)
	make_page
	exit
	;;
-*) sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
esac
if [ $# -gt 0 ]; then
	get_newest "$@"
	exec tests/run.sh --matrix "$@"
fi
{ plan && reasons; } | tables_of_checks >/dev/null || die "nothing is booted"
# shellcheck disable=SC2046 # words
get_newest $(kernels)
rm -rf "$logs"
status=0
tests/run.sh --matrix || status=$?
make_page
exit "$status"
