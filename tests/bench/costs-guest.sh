#!/bin/sh
# shellcheck disable=SC1091,SC2154
# Runs inside the lab, on one CPU that takes a nanosecond an instruction:
# costs-guest.sh ROUNDS INTERRUPTS TRACER...
# Prints "cost TRACER PATH NS INTERRUPTS", and "attach TRACER MS" from exec to
# tracing. The paths: eventfd; irqfd, with the guest paused, so that it is the
# host's part alone and the same each time; and irqfd_running.
. /opt/bench/guest-lib.sh

rounds=$1
interrupts=$2
shift 2

edu=$(find_device "$EDU_ID")
{ load_vfio && load_kvm && bind_vfio "$edu"; } || fail "no devices"
gen_start
for _command in "open edu $edu" "irqs edu msi 1" "vm vm 1" "sleep 200"; do
	gen "$_command" >/dev/null || fail "$_command"
done

# blow PATH: some to warm up, then those that count.
blow() {
	gen storm edu 0 for 200 >/dev/null || fail "$_reply"
	gen storm edu 0 for "$interrupts" >/dev/null || fail "$_reply"
	_ns=${_reply#*ns=}
	_rows=${_reply#*rows=}
	[ "$_rows" = "$interrupts" ] || fail "$_rows of $interrupts interrupts"
	echo "cost $name $1 ${_ns%% *} $_rows"
	all=$((all + 200 + interrupts))
}

# The same for each tracer; the order changes nothing, as nothing is cached.
measure() {
	name=$1
	all=0
	_begin=$(now_ms)
	start "$name"
	echo "attach $name $(($(now_ms) - _begin))"
	blow eventfd
	gen irqfd vm 30 edu 0 fixed 0 0x51 >/dev/null
	gen vm vm pause >/dev/null
	blow irqfd
	gen vm vm resume >/dev/null
	blow irqfd_running
	gen unirqfd vm 30 edu 0 >/dev/null
	stop "$name" "$all"
}

choose_script
run_rounds "$rounds" "$@"
