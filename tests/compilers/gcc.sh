#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds all of pitrace with every gcc from 12 on, and with the clang, libbpf and
# bpftool that come with it: on this machine, and in roots of later Debians.
#
# usage: gcc.sh
#
# Prints one line a build, "PASS [SUITE] tools" or "FAIL [SUITE] tools: cause";
# a warning is a failure here. The logs are build/compilers/SUITE-gcc-N.log.
# Installs what is missing; needs root and debootstrap.
set -eu
cd -- "$(dirname -- "$0")/../.."

# shellcheck source-path=SCRIPTDIR source=roots-lib.sh
. tests/compilers/roots-lib.sh

# here COMMAND...: in the suite, this machine's own being "-".
here() {
	if [ "$suite" = - ]; then
		"$@"
	else
		tests/compilers/in-root.sh "$root" "$@"
	fi
}

gccs() {
	here apt-cache search --names-only '^gcc-[0-9]+$' |
		sed -n 's/^gcc-\([0-9]*\) .*/\1/p' | sort -un | awk '$1 >= 12'
}

# "gcc 14.2.0, clang 19.1.7, libbpf 1.5.0, bpftool 7.5.0"
tools() {
	local gcc clang bpf tool

	gcc=$(here "gcc-$1" -dumpfullversion)
	clang=$(here clang --version | sed -n 's/.*clang version \([0-9.]*\).*/\1/p')
	bpf=$(here pkg-config --modversion libbpf)
	tool=$(here /usr/sbin/bpftool version | sed -n 's/^bpftool v//p')
	echo "gcc $gcc, clang $clang, libbpf $bpf, bpftool $tool"
}

# build N
build() {
	local label=${suite/-/own}-gcc-$1 cause

	quietly here apt-get -qq -y -o DPkg::Lock::Timeout=300 \
		--no-install-recommends install "gcc-$1"
	rm -rf "${out:?}/$label"
	if here make -s -j"$(nproc)" B="$out/$label" CC="gcc-$1" WERROR=1 \
		"$out/$label/pitrace" >"$out/$label.log" 2>&1 </dev/null &&
		here "$out/$label/pitrace" --version >>"$out/$label.log" 2>&1; then
		echo "PASS [${suite/-/own}] $(tools "$1")"
	else
		cause=$(grep -m 1 -E 'error|Error' "$out/$label.log" | cut -c 1-150)
		echo "FAIL [${suite/-/own}] $(tools "$1"): $cause"
		failed=1
	fi
}

[ $# -eq 0 ] || usage
mkdir -p "$out"
failed=0
for suite in - $later_suites; do
	[ "$suite" = - ] || use_root "$suite"
	quietly here tests/deps.sh build
	for number in $(gccs); do
		build "$number"
	done
done
exit $failed
