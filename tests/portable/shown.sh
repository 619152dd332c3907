# SPDX-License-Identifier: GPL-2.0-only
# Saved records, good and damaged ones, shown in every way that there is.
# shellcheck shell=bash disable=SC2154

saved_records=tests/fuzz/corpus/records

# What each way is called, and its options. Files are named by FILE.
renderings='
table      |
details    | -a -x
intervals  | -i 1
events     | -e -i 1
stacks     | -s
folded     | --folded
probes     | -v
device     | -d 00:02.0 -a
json       | -j
textfile   | --textfile FILE
by_device  | --textfile FILE --metrics-per device
report     | --report FILE
'

# without_now FILE...: records that say what is wrong with a file say when, too.
without_now() {
	sed -i 's/\("type":"error",.*"time":\)"[^"]*","ts_ns":[0-9]*/\1/' "$@"
}

# show_record DIR RECORD NAME OPTIONS COMMAND...: text, status and file of one,
# as out/RECORD.NAME and out/RECORD.NAME.file in DIR, which COMMAND takes for
# where it is.
show_record() {
	local dir=$1 record=$2 name=$3 options=$4
	shift 4
	# shellcheck disable=SC2086 # words
	(cd "$dir" && "$@" --input "records/$record" \
		${options//FILE/out/$record.$name.file}) \
		>"$dir/out/$record.$name" 2>&1 </dev/null
	echo "status $?" >>"$dir/out/$record.$name"
	without_now "$dir/out/$record.$name"*
}

# show_all DIR COMMAND...: everything there is to show.
show_all() {
	local dir=$1 record name options
	shift
	mkdir -p "$dir/out"
	cp -r "$saved_records" "$dir/records"
	while IFS='|' read -r name options; do
		for record in "$saved_records"/*; do
			[ -z "$name" ] || show_record "$dir" "${record##*/}" \
				"${name// /}" "$options" "$@"
		done
	done <<<"$renderings"
}

# What the others are held against.
shown_by_ordinary_build() {
	show_all "$scratch/ordinary" "$PWD/build/pitrace"
}

names_of_renderings() {
	awk '/[|]/ { print $1 }' <<<"$renderings"
}

# files_of DIR NAME: what is shown in this way, one file a line.
files_of() {
	(cd "$1/out" && find . -name "*.$2" -o -name "*.$2.file") | sort
}

# rendering_differs DIR NAME
rendering_differs() {
	local file

	diff <(files_of "$scratch/ordinary" "$2") <(files_of "$1" "$2")
	for file in $(files_of "$scratch/ordinary" "$2"); do
		cmp "$scratch/ordinary/out/$file" "$1/out/$file" 2>&1
	done
}

# expect_shown WHERE DIR: as by the ordinary build. A third of the records is
# damaged; what is said of these is compared, too.
expect_shown() {
	local name records bytes

	for name in $(names_of_renderings); do
		records=$(grep -lx 'status 0' "$2"/out/*."$name" | wc -l)
		bytes=$(cat "$2"/out/*."$name"* | wc -c)
		expect "$1: $name: to the byte as the ordinary build ($records records, $bytes bytes)" \
			"" "$(rendering_differs "$2" "$name")"
		expect "$1: $name: there is something to see" yes \
			"$([ "$records" -ge 10 ] && [ "$bytes" -ge 3000 ] && echo yes)"
	done
}
