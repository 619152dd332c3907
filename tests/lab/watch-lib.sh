# Sourced by run.sh and test.sh, never run: is a machine still at work? On a busy
# host it is slow, which is no sign of anything. $run is the run's directory,
# $console its console's log, $timeout for how many seconds it may say nothing.
# shellcheck shell=bash disable=SC2154

# How much the machine has said: its console, its output.
words() {
	stat -c %s "$console" "$run/output" 2>/dev/null | xargs
}

# The time that the emulator has had on the host's CPUs, in seconds.
cpu_s() {
	awk -v ticks="$(getconf CLK_TCK)" '{ sub(/^.*[)] /, "")
		print int(($12 + $13) / ticks) }' "/proc/$1/stat"
}

# A boot that has not come to init after so long never will: seen once, of some
# hundreds, with several other machines at work. It spins, or it sleeps; one
# that only waits for a CPU does neither.
start_within_s=180
start_takes_cpu_s=120

# cannot_start PID SECONDS CPU_A_MINUTE_AGO
cannot_start() {
	[ ! -e "$run/lab/started" ] && [ "$2" -ge "$start_within_s" ] || return
	[ "$(cpu_s "$1")" -ge "$start_takes_cpu_s" ] ||
		[ "$(cpu_s "$1")" -le "$3" ]
}

# Another second has passed: for how many has it said nothing?
note_silence() {
	silent=$((silent + 1))
	[ "$(words)" = "$said" ] || silent=0
	said=$(words)
}

is_silent() {
	[ "$silent" -ge "$timeout" ] && touch "$run/silent"
}

end_machine() {
	kill "$1"
	sleep 5
	kill -9 "$1"
}

# Ends the machine when nothing is to be hoped of it any more.
watch_over() {
	local pid said='' silent=0 second had=0

	for ((second = 1; ; second++)); do
		sleep 1
		pid=$(cat "$run/qemu.pid") || continue
		note_silence
		if is_silent || cannot_start "$pid" "$second" "$had"; then
			end_machine "$pid"
		fi
		((second % 60)) || had=$(cpu_s "$pid")
	done
}
