#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds pitrace with every gcc and clang that Debian's archives hold, loads the programs
# of each on every kernel, runs the cases of paths, posting and stacks with each
# on two kernels, and writes docs/compilers.md from that.
#
# usage: compilers.sh           all of that
#        compilers.sh --page    writes the page from the last run's logs
#
# Needs irqgen and the bench's programs built (make test-compilers does that).
# Prints what run.sh prints, and fails as it does; the page shows failures, too.
set -eu -o pipefail
cd -- "$(dirname -- "$0")/../.."

here=tests/compilers
logs=build/test-compilers
bin=build/compilers/bin

die() {
	echo "compilers.sh: $*" >&2
	exit 1
}

compilers() {
	find "$bin" -type l -printf '%f\n' | sort -t - -k 2n
}

# Of each program loaded: kernel, compiler, program, instructions, stack.
loads() {
	local file kernel label name

	for file in "$logs"/loads/*.boot; do
		IFS='|' read -r kernel _ _ _ label <"$file"
		for name in $(compilers); do
			[ -s "$logs/loads/$label/$label-compilers-$name.txt" ] || continue
			awk -v OFS='\t' -v kernel="$kernel" -v name="$name" \
				'{ print "load", kernel, name, $1, $2, $3 }' \
				"$logs/loads/$label/$label-compilers-$name.txt"
		done
		sed -n "s/^FAIL .* compilers: \([^:]*\): .*/fail\t$kernel\t\1/p" \
			"$logs/loads/$label.last"
	done
}

# Of each build by gcc: build, suite, tools, word.
builds() {
	[ -s "$logs/gcc.verdicts" ] || return 0
	sed -n 's/^\([A-Z]*\) \[\([a-z]*\)\] \([^:]*\).*/build\t\2\t\3\t\1/p' \
		"$logs/gcc.verdicts"
}

# Of each verdict of a case: verdict, compiler, kernel, word.
verdicts() {
	local name

	for name in $(compilers); do
		[ -s "$logs/$name/verdicts" ] || continue
		sed -n "s/^\([A-Z]*\) \[\([0-9.]*\)[-a-z]*\].*/verdict\t$name\t\2\t\1/p" \
			"$logs/$name/verdicts"
	done
}

write_page() {
	sed -e "s/@DATE@/$(date -u +%F)/" "$here/compilers.head.md"
	{ builds && loads && verdicts; } |
		awk -F '\t' -v compilers="$(compilers | xargs)" \
			-v kernels="$(tests/run.sh --loads --kernels)" \
			-f "$here/page.awk"
}

make_page() {
	write_page >"$logs/compilers.md" || die "no page is written"
	cp "$logs/compilers.md" docs/compilers.md
	echo "# docs/compilers.md is written"
}

count() {
	cat "$logs"/*/verdicts "$logs"/gcc.verdicts | grep -c "^$1 " || true
}

case ${1-} in
--page)
	make_page
	exit
	;;
?*) sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
esac
rm -rf "$logs"
mkdir -p "$logs"
status=0
"$here/gcc.sh" | tee "$logs/gcc.verdicts" || status=$?
"$here/build.sh" all
TEST_LOGS=$logs/loads tests/run.sh --loads || status=$?
for name in $(compilers); do
	echo "# $name"
	PITRACE=$bin/$name TEST_LOGS=$logs/$name tests/run.sh --compiled ||
		status=$?
done
make_page
echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
exit "$status"
