#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Writes the page of a report, what stands before the records and what behind
# them, as two arrays of C. The policy of the page lets run and look what is
# here and nothing else: it names both by their hashes.
#
# usage: embed.sh SCRIPT...    in this order
set -eu
LC_ALL=C
export LC_ALL

here=$(dirname -- "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A policy has hashes in base64, sha256sum has hex.
hash_of() {
	digits=$(sha256sum <"$1" | cut -c 1-64)
	env printf "$(echo "$digits" | sed 's/../\\x&/g')" | base64
}

array() {
	printf 'const unsigned char %s[] = {\n' "$1"
	od -An -v -tx1 | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '};'
}

cat -- "$@" >"$scratch/script"
awk -v style="$here/style.css" -v script="$scratch/script" \
	-v style_hash="$(hash_of "$here/style.css")" \
	-v script_hash="$(hash_of "$scratch/script")" '
	function include(file, line) {
		while ((getline line <file) > 0)
			print line
	}
	{
		sub(/@STYLE_HASH@/, style_hash)
		sub(/@SCRIPT_HASH@/, script_hash)
	}
	$0 == "<style>@STYLE@</style>" {
		printf "<style>"
		include(style)
		print "</style>"
		next
	}
	$0 == "<script>@SCRIPT@</script>" {
		printf "<script>"
		include(script)
		print "</script>"
		next
	}
	{ print }' "$here/page.html" >"$scratch/page"
sed '/^@RECORDS@$/,$d' "$scratch/page" | array report_page_head
sed '1,/^@RECORDS@$/d' "$scratch/page" | array report_page_tail
