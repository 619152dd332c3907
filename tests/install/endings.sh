# SPDX-License-Identifier: GPL-2.0-only
# How the program ends: what it leaves, what it says, its status.
# shellcheck shell=bash disable=SC2154

# Start, a change, snapshots, stacks and end of a run.
saved_run=tests/fuzz/corpus/records/run

# within_60_s COMMAND...
within_60_s() {
	local tries=1200

	until "$@"; do
		((tries--)) || return
		sleep 0.05
	done
}

# catches PID: signals, as an end and not as one that it has to go by, and waits.
# They come by an eventfd; the shell that is about to become it has none.
catches() {
	[ "/proc/$1/exe" -ef build/pitrace ] &&
		[ -n "$(find "/proc/$1/fd" -lname '*eventfd*' 2>/dev/null)" ] &&
		grep -q '^State:.*sleeping' "/proc/$1/status"
}

# end_reading NAME SIGNAL: a pitrace that reads $scratch/pipe until the signal
# comes, into $scratch/NAME.txt, NAME.err and NAME.html.
end_reading() {
	local pid

	build/pitrace --input "$scratch/pipe" --report "$scratch/$1.html" -i 1 \
		>"$scratch/$1.txt" 2>"$scratch/$1.err" &
	pid=$!
	within_60_s catches $pid
	[ "$1" = nothing ] || within_60_s [ -s "$scratch/$1.txt" ]
	kill "-$2" $pid
	wait $pid
	status=$?
}

endings_of_reading() {
	local status name=nothing

	mkfifo "$scratch/pipe"
	end_reading nothing TERM
	expect "endings: a signal while the input has no writer: status, text, files" \
		"0:  0" \
		"$status: $(cat "$scratch/nothing.err") $(find "$scratch" -name 'nothing.html*' | wc -l)"
	# Somebody who could write more.
	exec 7<>"$scratch/pipe"
	for name in TERM HUP; do
		head -n 4 "$saved_run" >&7
		printf '{"type":"snap' >&7
		end_reading $name $name
		expect "endings: SIG$name ends the reading of a pipe: status, text" \
			"0: " "$status: $(cat "$scratch/$name.err")"
		expect_match "endings: SIG$name: there is a summary" \
			' on average, from ' "$scratch/$name.txt"
		expect_match "endings: SIG$name: there is the report" '</html>' \
			"$scratch/$name.html"
		expect "endings: SIG$name: and nothing else is left" \
			"$name.html" \
			"$(cd "$scratch" && echo "$name.html"*)"
	done
	exec 7>&-
}

endings_of_answers() {
	local option

	for option in --help --version; do
		build/pitrace $option >/dev/full
		expect "endings: $option to a full disk: status" 1 $?
	done
}

endings() {
	endings_of_answers
	endings_of_reading
}
