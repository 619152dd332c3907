# A name that another program chose cannot break what is shown.
# shellcheck shell=sh disable=SC2034,SC2154

# "q", an escape sequence, a newline, a quote, a byte that is not UTF-8, a
# backslash, "z"; and as pitrace has to show it.
bad_name=711b5b316d0a22ff5c7a
bad_name_shown='q\x1b[1m\x0a"\xff\\z'
bad_name_json='"q\u001b[1m\n\"\ufffd\\z"'

# foreign_bytes FILE: how many are neither printable ASCII, nor an end of line,
# nor of U+FFFD.
foreign_bytes() {
	tr -d '\n\040-\176\357\277\275' <"$1" | wc -c
}

expect_name() {
	expect "names: $1: nothing but text" 0 "$(foreign_bytes "$2")"
	expect "names: $1: the name is escaped" yes \
		"$(grep -qF -- "$bad_name_shown" "$2" && echo yes)"
}

names_text() {
	: >/tmp/names.err
	: >/tmp/names.events.err
	to_replay names-table
	# shellcheck disable=SC2086 # words
	pitrace $record >"$out/$LABEL-names-table.txt" 2>/tmp/names.err &
	_table=$!
	to_replay names-events --events
	: >"$out/$LABEL-names-events.txt"
	# shellcheck disable=SC2086 # words
	pitrace --events $record >"$out/$LABEL-names-events.txt" \
		2>/tmp/names.events.err &
	_events=$!
	wait_until 60 grep -q tracing /tmp/names.err
	wait_until 60 grep -q tracing /tmp/names.events.err
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen fire nic 0 100 >/dev/null
	wait_until 60 grep -q VM "$out/$LABEL-names-events.txt"
	kill -INT $_table $_events
	wait $_table
	wait $_events
	expect_name table "$out/$LABEL-names-table.txt"
	expect_name events "$out/$LABEL-names-events.txt"
	to_replay names-inspect
	# shellcheck disable=SC2086 # words
	pitrace --inspect $record >"$out/$LABEL-names-inspect.txt"
	expect_name --inspect "$out/$LABEL-names-inspect.txt"
}

names_json() {
	trace_start names || return
	gen fire nic 0 100 >/dev/null
	trace_stop
	expect "names: json: as it is, one record a line" "true true" \
		"$(of_vector "$nic" msix 0 ".vm.comm == $bad_name_json") $(
			jq -s 'length > 0' "$trace_out")"
	expect "names: json: nothing but text" 0 "$(foreign_bytes "$trace_out")"
	pitrace --inspect --json >/tmp/names.json
	keep /tmp/names.json
	expect "names: --inspect --json" true "$(jq ".vectors[] |
			select(.device == \"$nic\" and .vector == 0) |
			.configured.vm.comm == $bad_name_json" /tmp/names.json)"
}

names() {
	gen comm $bad_name >/dev/null
	expect "names: the process has that name" "$bad_name" \
		"$(head -c -1 "/proc/$GEN_PID/comm" | od -An -tx1 | tr -d ' \n')"
	names_text
	names_json
	gen unirqfd vm 24 nic 0 >/dev/null
	gen comm 69727167656e >/dev/null # irqgen
}
