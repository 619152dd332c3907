#!/bin/sh
# shellcheck disable=SC1091,SC2154
# Runs inside the lab, on two CPUs in parallel: rates-guest.sh ROUNDS INTERRUPTS
# TRACER... One device fires at each CPU, flat out: one vector on the eventfd
# path, one on the irqfd path with the guest paused. Prints
# "rate TRACER INTERRUPTS_PER_S INTERRUPTS".
. /opt/bench/guest-lib.sh

rounds=$1
interrupts=$2
shift 2

nic=$(find_device "$NIC_ID") edu=$(find_device "$EDU_ID")
{ load_vfio && load_kvm && bind_vfio "$nic" "$edu"; } || fail "no devices"
gen_start
for _command in "open edu $edu" "irqs edu msi 1" "open nic $nic" \
	"irqs nic msix 1" "vm vm 1" "sleep 500" "affinity edu 0 1" \
	"affinity nic 0 0" "irqfd vm 30 nic 0 fixed 0 0x51" "vm vm pause"; do
	gen "$_command" >/dev/null || fail "$_command: $_reply"
done

# value KEY: of the generator's last answer.
value() {
	_value=${_reply#*"$1"=}
	echo "${_value%% *}"
}

measure() {
	start "$1"
	gen storm edu 1 on >/dev/null || fail "$_reply"
	gen storm nic 0 for "$interrupts" >/dev/null || fail "$_reply"
	_rows=$(value rows)
	_ns=$(value ns)
	gen storm edu off >/dev/null || fail "$_reply"
	_more=$(value rows)
	_rate=$((_rows * 1000000 / (_ns / 1000) + _more * 1000000 / ($(value ns) / 1000)))
	stop "$1" $((_rows + _more))
	echo "rate $1 $_rate $((_rows + _more))"
}

run_rounds "$rounds" "$@"
