#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What people install besides the program: does it say what the program does,
# does it complete, is it put in place and taken away again, can systemd start it?
# And what of the program needs no kernel but no unit either: how it ends.
#
# usage: run.sh        needs build/pitrace, and no root
#
# Prints one line a test, "PASS [install] name" or "FAIL [install] name:
# cause"; the exit status is 1 if anything failed.
set -u
cd -- "$(dirname -- "$0")/../.." || exit

LABEL=install
here=tests/install
# shellcheck source-path=SCRIPTDIR source=../cases/lib.sh
. tests/cases/lib.sh
# shellcheck source-path=SCRIPTDIR source=names.sh
. "$here/names.sh"
# shellcheck source-path=SCRIPTDIR source=completion.sh
. "$here/completion.sh"
# shellcheck source-path=SCRIPTDIR source=files.sh
. "$here/files.sh"
# shellcheck source-path=SCRIPTDIR source=service.sh
. "$here/service.sh"
# shellcheck source-path=SCRIPTDIR source=endings.sh
. "$here/endings.sh"

scratch=$(mktemp -d) || exit
trap 'rm -rf "$scratch"' EXIT

run() {
	names
	completion
	files
	service
	endings
}

run | tee "$scratch/verdicts"
[ "${PIPESTATUS[0]}" -eq 0 ] && ! grep -q '^FAIL ' "$scratch/verdicts"
