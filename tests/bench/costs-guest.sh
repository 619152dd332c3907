#!/bin/sh
# shellcheck disable=SC1091,SC2154
# Runs inside the lab, on one CPU that takes a nanosecond an instruction:
# costs-guest.sh ROUNDS INTERRUPTS TRACER...
# Prints "cost TRACER PATH NS INTERRUPTS", and "attach TRACER MS" from exec to
# tracing. The paths: eventfd; irqfd, with the guest paused, so that it is the
# host's part alone and the same each time; irqfd_running; and eventfd_turns and
# irqfd_turns, the first two with two vectors in turn.
. /opt/bench/guest-lib.sh

rounds=$1
interrupts=$2
shift 2

edu=$(find_device "$EDU_ID") nic=$(find_device "$NIC_ID")
{ load_vfio && load_kvm && bind_vfio "$edu" "$nic"; } || fail "no devices"
gen_start
for _command in "open edu $edu" "irqs edu msi 1" "open nic $nic" \
	"irqs nic msix 2" "vm vm 1" "sleep 200"; do
	gen "$_command" >/dev/null || fail "$_command"
done

# blow PATH DEVICE ROUNDS: of all the device's vectors; some to warm up, then
# those that count.
blow() {
	gen storm "$2" 0 for 200 >/dev/null || fail "$_reply"
	all=$((all + ${_reply#*rows=}))
	gen storm "$2" 0 for "$3" >/dev/null || fail "$_reply"
	_ns=${_reply#*ns=}
	_rows=${_reply#*rows=}
	[ "$_rows" = "$interrupts" ] || fail "$_rows of $interrupts interrupts"
	echo "cost $name $1 ${_ns%% *} $_rows"
	all=$((all + _rows))
}

# The same for each tracer; the order changes nothing, as nothing is cached.
measure() {
	name=$1
	all=0
	_begin=$(now_ms)
	start "$name"
	echo "attach $name $(($(now_ms) - _begin))"
	blow eventfd edu "$interrupts"
	blow eventfd_turns nic $((interrupts / 2))
	gen irqfd vm 30 edu 0 fixed 0 0x51 >/dev/null
	gen irqfd vm 31 nic 0 fixed 0 0x52 >/dev/null
	gen irqfd vm 32 nic 1 fixed 0 0x53 >/dev/null
	gen vm vm pause >/dev/null
	blow irqfd edu "$interrupts"
	blow irqfd_turns nic $((interrupts / 2))
	gen vm vm resume >/dev/null
	blow irqfd_running edu "$interrupts"
	gen unirqfd vm 30 edu 0 >/dev/null
	gen unirqfd vm 31 nic 0 >/dev/null
	gen unirqfd vm 32 nic 1 >/dev/null
	stop "$name" "$all"
}

choose_script
run_rounds "$rounds" "$@"
