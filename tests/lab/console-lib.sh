# Sourced by run.sh, bochs.sh and test.sh, never run: what a console's log tells
# of how the machine ended.
# shellcheck shell=bash

panic_signs='Kernel panic|Oops: |BUG: |int3: 0000'

# has_panic LOG
has_panic() {
	grep -qE "$panic_signs" "$1"
}

# has_int3_fault LOG: one boot in some dozens dies of this under TCG with
# several threads. The emulator loses against the kernel patching its own text,
# and runs an int3 that is there no more: the kernel dies of it, or its handler
# finds the right instruction in place and returns to it, for ever.
has_int3_fault() {
	grep -q 'int3: 0000 \[#' "$1" || has_stale_int3 "$1"
}

# All CPUs stand at one instruction, which is a patched one: a jump forward, a
# call, a no-operation. None can take its time there.
has_stale_int3() {
	awk '
	/soft lockup - CPU#/ { is_stuck = 1 }
	/Kernel panic/ { exit }
	!is_stuck { next }
	match($0, /CPU: [0-9]+ /) { cpus[substr($0, RSTART, RLENGTH)] }
	/RIP: / { in_kernel = /RIP: 0010:/ }
	match($0, /RIP: 0010:[^ ]+/) { places[substr($0, RSTART, RLENGTH)] }
	/Code: / && in_kernel &&
		!/<eb> [0-7]|<e9> .. .. .. 0|<e8> |<0f> 1f 44 00 00|<66> 90/ {
		others++
	}
	function size(set, key, n) {
		for (key in set)
			n++
		return n
	}
	END { exit !(size(cpus) > 1 && size(places) == 1 && !others) }
	' "$1"
}

# last_words LOG: of a panic the stacks of all CPUs.
last_words() {
	if has_panic "$1"; then
		grep -m 1 -A 200 -E "$panic_signs" "$1"
	else
		tail -n 60 "$1"
	fi | tr -d '\r'
}
