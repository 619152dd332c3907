#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The demo's part inside the lab: three pitraces watch the same interrupts.
# One draws its table on our output, the others write files to /share.
#
# usage: demo-guest.sh SECONDS INTERVAL
# shellcheck source-path=SCRIPTDIR source=lab/guest-lib.sh
. /opt/guest-lib.sh
set -e
seconds=$1
interval=$2
share=/share

set_up() {
	load_vfio
	load_kvm
	load_standin enable_apicv=1
	nic=$(find_device "$NIC_ID") edu=$(find_device "$EDU_ID")
	bind_vfio "$nic" "$edu"
	gen_start
	gen open nic "$nic"
	gen open edu "$edu"
	gen irqs nic msix 5
	gen irqs edu msi 1
	gen vm vm 2
	# One vector for each way; vector 4 and edu are left to an eventfd.
	gen irqfd vm 24 nic 0 fixed 0 0x41
	gen irqfd vm 25 nic 1 fixed 1 0x42
	gen irqfd vm 26 nic 2 broadcast 0x43
	gen irqfd vm 27 nic 3 nowhere 0x44
	spread
}

# An emulated CPU that a storm hits while it runs a guest may fail the guest:
# keep them apart.
spread() {
	for vector in 0 1 2 3 4; do
		gen affinity nic $vector 0
	done
	gen affinity edu 0 1
	for task in /proc/"$GEN_PID"/task/*; do
		case $(cat "$task/comm") in
		vcpu*) taskset -p 1 "${task##*/}" ;;
		esac
	done
}

tracing() {
	grep -q "$1" "$2"
}

# The table comes last: its screen shows nothing before all is ready.
start_tracers() {
	: >"$share/json"
	: >"$share/table.err"
	: >"$share/stacks.err"
	pitrace --json >"$share/json" 2>"$share/json.err" &
	json=$!
	pitrace --stacks >"$share/stacks" 2>"$share/stacks.err" &
	stacks=$!
	wait_until 30 tracing '"start"' "$share/json"
	wait_until 30 tracing tracing "$share/stacks.err"
	pitrace --verbose --exact --interval "$interval" 2>"$share/table.err" &
	table=$!
	wait_until 30 tracing svm_deliver "$share/table.err"
	sleep 1
}

now() {
	cut -d. -f1 /proc/uptime
}

# Every round all vectors, more of them each time; a storm in the middle.
interrupts() {
	begin=$(now)
	round=0
	storm=
	posted=
	while age=$(($(now) - begin)) && [ "$age" -lt "$seconds" ]; do
		round=$((round + 1))
		fire_first $((20 + round * 2))
		gen fire nic 1 $((30 + round))
		gen fire nic 2 $((5 + round))
		gen fire nic 3 5
		gen fire nic 4 20
		change
		post_first
		sleep 0.1
	done
}

# What is posted arrives nowhere that could be waited for.
fire_first() {
	if [ "$posted" = on ]; then
		gen raise nic 0 "$1"
	else
		gen fire nic 0 "$1"
	fi
}

# For a third of the time vector 0 is posted: docs/posting.md says by what. If
# the emulator has a CPU at this vCPU's address, the demo goes on without.
post_first() {
	case $posted:$((age * 10 / seconds)) in
	:[3-9])
		posted=refused
		if standin post "$(gen_value irq row nic 0)" 0 0x41; then
			posted=on
		fi
		;;
	on:[7-9])
		standin unpost "$(gen_value irq row nic 0)"
		posted=over
		;;
	esac
}

# On the way a storm begins and ends, and vector 4 gets an irqfd.
change() {
	case $storm:$((age * 10 / seconds)) in
	:3)
		gen storm edu 1 on
		storm=on
		;;
	on:[6-9])
		gen storm edu off
		gen irqfd vm 28 nic 4 fixed 0 0x45
		storm=over
		;;
	esac
}

# stop PID: Ctrl-C. What it said, if it failed, is in the files.
stop() {
	kill -INT "$1"
	wait "$1"
}

# What still runs would keep our output open, and the machine up.
trap 'kill $(jobs -p) 2>/dev/null || :' EXIT

set_up >/dev/null
start_tracers
cat /proc/interrupts >"$share/before"
interrupts >"$share/gen" 2>&1
[ "$posted" != on ] || standin unpost "$(gen_value irq row nic 0)" >>"$share/gen"
pitrace --inspect >"$share/inspect"
cat /proc/interrupts >"$share/after"
stop "$table"
stop "$stacks"
stop "$json"
gen_stop
