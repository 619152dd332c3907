# --record and --input: what is shown of saved records is what was shown as they
# were saved. More of it is held against the same on the machine that runs the
# tests (tests/records/check.sh), after other cases.
# shellcheck shell=sh disable=SC2034,SC2086,SC2154

# replayed FILE OPTION...: by one that may nothing, and finds neither /proc nor
# /sys nor anything else of this host.
replayed() {
	if [ ! -e /tmp/jail ]; then
		mkdir -p /tmp/jail/lib /tmp/jail/lib64
		# Busybox has a setpriv as well, which can do less.
		cp /opt/pitrace /opt/setpriv /tmp/jail
		cp /lib64/ld-* /tmp/jail/lib64
		cp -r /lib/x86_64-linux-gnu /tmp/jail/lib
		chmod -R a+rX /tmp/jail
	fi
	cp "$1" /tmp/jail/saved && chmod 644 /tmp/jail/saved
	shift
	chroot /tmp/jail /setpriv --reuid 65534 --regid 65534 --clear-groups \
		--bounding-set=-all --inh-caps=-all --no-new-privs \
		/pitrace --input /saved "$@"
}

# expect_replayed NAME STATUS OPTION...: of $out/LABEL-NAME.txt and .json
expect_replayed() {
	_name=$1 _wanted=$2
	shift 2
	replayed "$out/$LABEL-$_name.json" "$@" >/tmp/replay.txt 2>/tmp/replay.err
	_status=$?
	expect "replay: $_name: exit status, nothing on standard error" \
		"$_wanted " "$_status $(cat /tmp/replay.err)"
	expect "replay: $_name: to the byte what was shown" "" \
		"$(diff "$out/$LABEL-$_name.txt" /tmp/replay.txt)"
}

# expect_reported NAME LIVE: the report that the run wrote, after SIGINT, is that
# of its records.
expect_reported() {
	rm -f /tmp/again.html
	pitrace --input "$out/$LABEL-$1.json" --report /tmp/again.html \
		>/dev/null 2>/tmp/replay.err
	expect "replay: $1: a report, to the byte that of the run" "0 same 600 " \
		"$? $(cmp "$2" /tmp/again.html && echo same) $(stat -c %a "$2") $(ls /tmp/*.html.tmp 2>/dev/null)"
	expect "replay: $1: a report has the run's end" 1 \
		"$(grep -c '^<script type="application/json" class="record">{"type":"end",' "$2")"
}

# The metrics that a run had at one of its snapshots are those of its records up
# to this one, which the file names by its time.
expect_metrics_replayed() {
	_ns=$(sed -n 's/^pitrace_tracing_duration_seconds 0*\([0-9]*\)\.\([0-9]*\)$/\1\2/p' \
		/tmp/live.prom)
	_line=$(grep -n "\"type\":\"snapshot\".*\"duration_ns\":${_ns#0}," \
		"$out/$LABEL-$1.json" | cut -d : -f 1)
	head -n "${_line:-0}" "$out/$LABEL-$1.json" >/tmp/until
	pitrace --input /tmp/until --textfile /tmp/again.prom \
		>/tmp/replay.txt 2>/tmp/replay.err
	expect "replay: $1: metrics, to the byte those of the run" "5 same" \
		"$? $(cmp /tmp/live.prom /tmp/again.prom && echo same)"
	expect_match "replay: $1: metrics have what came" \
		'^pitrace_interrupts_total{.*vector="3",path="eventfd"} 100$' \
		/tmp/again.prom
}

metrics_have_come() {
	cp /tmp/run.prom /tmp/live.prom 2>/dev/null &&
		grep -q 'vector="3",path="eventfd"} 100$' /tmp/live.prom
}

# A table with numbers, events, stacks, while interrupts come in.
replay_traced() {
	to_replay replay-table -i 0.5 -x
	: >/tmp/replay-table.err
	pitrace -i 0.5 -x $record --report /tmp/live.html >"$out/$LABEL-replay-table.txt" \
		2>/tmp/replay-table.err &
	_table=$!
	to_replay replay-stacks -i 0.2 -e -s
	: >/tmp/replay-stacks.err
	pitrace -i 0.2 -e -s $record --report /tmp/stacks.html --textfile /tmp/run.prom \
		>"$out/$LABEL-replay-stacks.txt" \
		2>/tmp/replay-stacks.err &
	_stacks=$!
	wait_until 60 grep -q tracing /tmp/replay-table.err
	wait_until 60 grep -q tracing /tmp/replay-stacks.err
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen fire nic 0 200 >/dev/null
	gen fire nic 3 100 >/dev/null
	gen unirqfd vm 24 nic 0 >/dev/null
	wait_until 60 grep -q 'msix 3 ' "$out/$LABEL-replay-table.txt"
	wait_until 60 metrics_have_come
	kill -INT $_table $_stacks
	wait $_table
	expect "replay: a table, saved: exit status" 0 $?
	wait $_stacks
	expect "replay: stacks, saved: exit status" 0 $?
	expect_match "replay: there was something to see" \
		"^$nic +msix 3 .* eventfd .* 100 " "$out/$LABEL-replay-table.txt"
	expect_match "replay: events, too" irqfd_assigned \
		"$out/$LABEL-replay-stacks.txt"
	expect "replay: the file is its owner's alone" 600 \
		"$(stat -c %a "$out/$LABEL-replay-table.json")"
	expect_replayed replay-table 0 -i 0.5 -x
	expect_replayed replay-stacks 0 -i 0.2 -e -s
	expect_reported replay-table /tmp/live.html
	expect_reported replay-stacks /tmp/stacks.html
	expect_metrics_replayed replay-stacks
}

replay_looks() {
	to_replay replay-inspect
	pitrace --inspect $record >"$out/$LABEL-replay-inspect.txt"
	expect_replayed replay-inspect 0
	to_replay replay-doctor
	pitrace --doctor $record >"$out/$LABEL-replay-doctor.txt"
	expect_replayed replay-doctor 0
}

replay_damaged() {
	_saved=$out/$LABEL-replay-table.json
	head -c 900 "$_saved" | pitrace --input - >/tmp/replay.txt 2>/tmp/replay.err
	expect "replay: cut short: exit status" 5 $?
	expect_match "replay: cut short: says where" \
		'^pitrace: line 1 of standard input: cut short$' /tmp/replay.err
	sed '$s/"schema":1/"schema":9/' "$_saved" >/tmp/newer
	pitrace --input /tmp/newer >/tmp/replay.txt 2>/tmp/replay.err
	expect "replay: newer: exit status, a summary of what is before" "5 1" \
		"$? $(grep -c ' on average, from ' /tmp/replay.txt)"
	expect_match "replay: newer: says so" \
		'^pitrace: line [0-9]+ of /tmp/newer: schema: written by a newer pitrace' \
		/tmp/replay.err
	refuses 5 "opening '/tmp/none': No such file" --input /tmp/none
}

# Neither a full disk nor a reader that went away is passed over.
replay_unsaved() {
	refuses 1 "creating '$out/$LABEL-replay-table.json': File exists" \
		--record "$out/$LABEL-replay-table.json"
	pitrace --inspect --record /dev/full >/tmp/replay.txt 2>/tmp/replay.err
	expect "replay: a full disk: exit status" 1 $?
	expect_match "replay: a full disk: the reason" \
		"writing to '/dev/full': No space left on device" /tmp/replay.err
	mkfifo /tmp/gone
	head -c 1 /tmp/gone >/dev/null &
	pitrace -i 0.1 --record /tmp/gone >/tmp/replay.txt 2>/tmp/replay.err
	expect "replay: records that nobody reads: exit status" 1 $?
	expect_match "replay: records that nobody reads: the reason" \
		"writing to '/tmp/gone': Broken pipe" /tmp/replay.err
	refuses 2 "--input and --inspect exclude" --inspect --input f
}

replay() {
	replay_traced
	replay_looks
	replay_damaged
	replay_unsaved
}
