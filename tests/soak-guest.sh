#!/bin/sh
# shellcheck disable=SC1091,SC2034,SC2154 # what lib.sh looks at
# Runs inside the lab: soak-guest.sh SECONDS. Six vectors of two devices over
# both ways for so long, with a pitrace that was built with ASan and UBSan.
# Prints verdicts, and what was measured behind "# ".
. /opt/guest-lib.sh
LABEL=soak
. /opt/cases/lib.sh
. /opt/cases/paths.sh
out=/tmp

# Memory has to stay as it is from here on.
SETTLED_S=60
GROWTH_KIB=1024
RATE=50000
# One interrupt of so many may be without its stack: there is no room for every
# place of the kernel's code that could be hit in an hour.
STACKLESS=10000

# Of ASan's own: freed memory would be kept for a while, and grow.
export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0
export UBSAN_OPTIONS=halt_on_error=1

nic=$(find_device "$NIC_ID") edu=$(find_device "$EDU_ID")

rss_kib() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"
}

# soak_watch SECONDS: one line for each ten seconds after the first minute.
soak_watch() {
	_end=$(($(cut -d. -f1 /proc/uptime) + $1))
	sleep $SETTLED_S
	while [ "$(cut -d. -f1 /proc/uptime)" -lt "$_end" ]; do
		rss_kib "$trace_pid"
		sleep 10
	done >/tmp/rss
}

soak_rows() {
	_grown=$(growth_of "$(msi "$edu")")
	for _vector in 0 1 2 3 4; do
		_grown=$((_grown + $(growth_of "$(msix "$nic" $_vector)")))
	done
	echo "$_grown"
}

load_vfio && load_kvm && bind_vfio "$nic" "$edu"
gen_start
# KVM injects into a vCPU that does not run as well. One that runs under emulated
# SVM would not live for an hour at such a rate.
for _command in "open nic $nic" "open edu $edu" "irqs nic msix 5" \
	"irqs edu msi 1" "vm vm 1" "sleep 500" "vm vm pause" \
	"irqfd vm 24 nic 0 fixed 0 0x41" "affinity edu 0 1"; do
	gen "$_command" >/dev/null || verdict FAIL "$_command: $_reply"
done
rows_note

# Records go through a pipe; the last two are kept: stacks, end.
trace=soak trace_err=/tmp/soak.err
mkfifo /tmp/records
: >$trace_err
tail -n 2 </tmp/records >/tmp/last &
reader=$!
pitrace --json -v -i 1 --stacks >/tmp/records 2>$trace_err &
trace_pid=$!
wait_until 120 grep -q '^pitrace: msi ' $trace_err ||
	verdict FAIL "it does not start: $(tail -n 3 $trace_err)"
sleep 2
gen storm edu 1 on >/dev/null
gen storm nic 0 on >/dev/null
soak_watch "$1"
gen storm nic off >/dev/null
gen storm edu off >/dev/null
kill -INT "$trace_pid"
wait "$trace_pid"
expect "exit status, with nothing to say for the sanitizers" 0 $?
wait $reader
trace_end=$(tail -n 1 /tmp/last)
rows=$(soak_rows)
expect "every interrupt is counted" "$rows" \
	"$(of '[.vectors[].count] | add')"
expect "and has its path" "$rows" "$(of '[.vectors[].paths[]] | add')"
expect "nothing is lost but stacks" "" "$(lost | sed 's/^stack=[0-9]*$//')"
stackless=$(of .lost.stack)
stacked=$(head -n 1 /tmp/last | jq '[.stacks[] |
	select(.path and (.frames | length > 0)) | .count] | add')
expect "each has its stack, or is told as lost" "$rows" $((stacked + stackless))
expect "at most one in $STACKLESS is without its stack" yes \
	"$([ "$stackless" -le $((rows / STACKLESS)) ] && echo yes || echo "$stackless")"
expect "the sanitizers say nothing" "" \
	"$(grep -E 'ERROR|runtime error' $trace_err | head -n 3)"
expect "at least $RATE interrupts a second" yes \
	"$([ $((rows / $1)) -ge $RATE ] && echo yes || echo $((rows / $1)))"
growth=$(sort -n /tmp/rss | awk 'NR == 1 { least = $1 } END { print $1 - least }')
expect "memory grows by less than $GROWTH_KIB KiB after the first minute" \
	yes "$([ "$growth" -lt $GROWTH_KIB ] && echo yes || echo "$growth KiB")"
echo "# soak: $rows interrupts in $1 s, $((rows / $1)) a second; resident" \
	"$(tail -n 1 /tmp/rss) KiB, $growth KiB between least and most," \
	"$stackless stacks lost"
gen_stop
echo DONE
