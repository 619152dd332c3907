# Sourced by the cases, inside the lab: pitrace runs, records, verdicts.
# shellcheck shell=sh disable=SC2034,SC2154

# verdict PASS|FAIL|SKIP TEXT...: one line a test, on standard output.
verdict() {
	_word=$1
	shift
	echo "$_word [$LABEL] $*"
}

# expect TEXT WANTED GOT
expect() {
	if [ "$2" = "$3" ]; then
		verdict PASS "$1"
	else
		verdict FAIL "$1: wanted '$2', got '$3'"
	fi
}

# expect_match TEXT PATTERN FILE: an extended regular expression.
expect_match() {
	if grep -Eq -- "$2" "$3"; then
		verdict PASS "$1"
	else
		verdict FAIL "$1: no '$2' in: $(head -c 300 "$3")"
	fi
}

# expect_lines FILE: it has the lines that standard input has; the first word is
# what each is about.
expect_lines() {
	while read -r _what _wanted; do
		expect "$trace: $_what" "$_wanted" \
			"$(sed -n "s/^$_what //p" "$1")"
	done
}

# keep FILE: records that stand nowhere in $out, so that they come out as well;
# whole ones, for the last may have been cut.
keep() {
	grep '}$' "$1" >>"$out/$LABEL-kept.json"
}

# to_replay NAME OPTION...: $out/LABEL-NAME.txt is what is shown with these
# options, by a pitrace that has $record among the others; the same is made of
# its records after the boot (tests/records/check.sh).
to_replay() {
	record="--record $out/$LABEL-$1.json"
	_args=$out/$LABEL-$1.args
	shift
	echo "$*" >"$_args"
}

# --- one pitrace that writes JSON to $out/LABEL-NAME.json ---

# A command that runs it, as setpriv with its options.
trace_as=

# trace_start NAME ARG...: returns once tracing started.
trace_start() {
	trace_begin "$@"
	wait_until 60 trace_has start || {
		verdict FAIL "$trace: tracing starts: $(tail -n 2 "$trace_err")"
		return 1
	}
}

# The same without waiting.
trace_begin() {
	trace=$1
	trace_out=$out/$LABEL-$1.json
	trace_err=$out/$LABEL-$1.err
	shift
	: >"$trace_out"
	: >"$trace_err"
	# shellcheck disable=SC2086 # words
	$trace_as pitrace --json -v "$@" >"$trace_out" 2>"$trace_err" &
	trace_pid=$!
}

trace_has() {
	grep -q "\"type\":\"$1\"" "$trace_out"
}

# trace_stop: Ctrl-C; the end record is then what `of` looks at.
trace_stop() {
	kill -INT "$trace_pid"
	wait "$trace_pid"
	expect "$trace: exit status 0 after Ctrl-C" 0 $?
	trace_end=$(grep '"type":"end"' "$trace_out")
}

# of FILTER...: a jq filter over the end record.
of() {
	if [ -n "$trace_end" ]; then
		echo "$trace_end" | jq -rc "$1"
	else
		echo "no end record"
	fi
}

# of_vector BDF KIND VECTOR FILTER
of_vector() {
	of ".vectors[] | select(.device == \"$1\" and .kind == \"$2\" and .vector == $3) | $4"
}

# paths_of BDF KIND VECTOR: only what is not 0, as irqfd=10,eventfd=5.
paths_of() {
	of_vector "$1" "$2" "$3" '[.paths | to_entries[] |
		select(.value > 0) | "\(.key)=\(.value)"] | join(",")'
}

lost() {
	of '[.lost | to_entries[] | select(.value != 0) |
		"\(.key)=\(.value)"] | join(",")'
}

expect_nothing_lost() {
	expect "$trace: nothing is lost" "" "$(lost)"
}

# --- outside truth: rows of /proc/interrupts ---

# row_of ACTION: the total of the row whose action has this name.
row_of() {
	awk -v name="$1" '
		NR == 1 { cpus = NF; next }
		$NF == name { for (i = 2; i <= cpus + 1; i++) sum += $i }
		END { printf "%d\n", sum }' /proc/interrupts
}

# The names of actions as VFIO makes them.
msix() {
	echo "vfio-msix[$2]($1)"
}

msi() {
	echo "vfio-msi[0]($1)"
}

# rows_note: remember all VFIO rows, for growth_of.
rows_note() {
	cp /proc/interrupts /tmp/interrupts.before
}

# growth_of ACTION since rows_note
growth_of() {
	_before=$(awk -v name="$1" '
		NR == 1 { cpus = NF; next }
		$NF == name { for (i = 2; i <= cpus + 1; i++) sum += $i }
		END { printf "%d\n", sum }' /tmp/interrupts.before)
	echo $(($(row_of "$1") - _before))
}

# expect_vector BDF KIND VECTOR PATHS: paths, their sum, the row's growth.
expect_vector() {
	case $2 in
	msix) _action=$(msix "$1" "$3") ;;
	msi) _action=$(msi "$1") ;;
	esac
	_sum=$(echo "$4" | tr ',' '\n' | awk -F= '{ n += $2 } END { print n + 0 }')
	expect "$trace: $2 $3: paths as raised" "$4" "$(paths_of "$1" "$2" "$3")"
	expect "$trace: $2 $3: sum, CPUs and row agree with the generator" \
		"$_sum $_sum $_sum" \
		"$(of_vector "$1" "$2" "$3" '"\(.count) \([.cpus[].count] | add // 0)"') $(growth_of "$_action")"
}

# expect_row BDF KIND VECTOR SEEN: counts equal the row, whatever it is. Where
# handlers are forced into threads several interrupts can be one run of the
# handler: there they equal what the generator saw, and the row is above.
expect_row() {
	case $2 in
	msix) _action=$(msix "$1" "$3") ;;
	msi) _action=$(msi "$1") ;;
	esac
	_growth=$(growth_of "$_action")
	_counts=$(of_vector "$1" "$2" "$3" '"\(.count) \([.paths[]] | add)"')
	if grep -q threadirqs /proc/cmdline; then
		expect "$trace: $2 $3: count equals what was seen ($4)" \
			"$4 $4" "$_counts"
		expect "$trace: $2 $3: which its row does not fall below" yes \
			"$([ "$_growth" -ge "$4" ] && echo yes)"
		return
	fi
	expect "$trace: $2 $3: count equals its row's growth ($_growth)" \
		"$_growth $_growth" "$_counts"
}
