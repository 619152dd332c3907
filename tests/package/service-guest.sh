#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The service, in a Debian that systemd has booted and that has the package;
# run there as root, with a device for VFIO and the lab's generator.
#
# usage: service-guest.sh LABEL
# shellcheck disable=SC2154
# shellcheck source-path=SCRIPTDIR source=../lab/guest-lib.sh
. /opt/guest-lib.sh
LABEL=$1
# shellcheck source-path=SCRIPTDIR source=../cases/lib.sh
. /opt/lib.sh

service=pitrace-exporter
defaults=/etc/default/pitrace-exporter
page=/tmp/page

# CAP_SYS_ADMIN and CAP_SYSLOG.
both=0000000400200000
none=0000000000000000

# property NAME: of the service, as systemd has it.
property() {
	systemctl show -P "$1" $service
}

states() {
	echo "$(property ActiveState) $(property SubState)"
}

is_in() {
	[ "$(states)" = "$1" ]
}

# process KEY: of the status of the service's process.
process() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(property MainPID)/status"
}

fetch() {
	busybox wget -q -O $page "http://127.0.0.1:$port/metrics" 2>/dev/null
}

# page_has PATTERN
page_has() {
	fetch && grep -Eq -- "$1" $page
}

# wait_for SECONDS COMMAND...: as wait_until, but by the clock, since a try takes
# a while here, and what has to work for it is the service, or a pitrace.
wait_for() {
	patience=$1 worked='' end=$(($(date +%s) + $1 * 10)) pause=0
	shift
	until "$@"; do
		work=$(property CPUUsageNSec)$(work_done)
		[ "$work" = "$worked" ] || pause=$(($(date +%s) + patience))
		worked=$work
		if [ "$(date +%s)" -ge "$pause" ] ||
			[ "$(date +%s)" -ge "$end" ]; then
			echo "lab: waited in vain for: $*" >&2
			return 1
		fi
		sleep 0.2
	done
}

# sample SERIES: its value on the page.
sample() {
	grep -F -- "$1 " $page | sed 's/.* //'
}

# As it comes: nobody has asked for it yet.
service_installed() {
	expect "service: installing enables and starts nothing" \
		"disabled inactive" \
		"$(systemctl is-enabled $service) $(property ActiveState)"
}

# Before VFIO and KVM are loaded: it waits, with its privileges in reserve.
service_start() {
	port=9400
	systemctl start $service
	expect "service: starts" "0 active running" "$? $(states)"
	wait_for 90 page_has '^pitrace_build_info'
	expect "service: waits for modules without privileges in effect" \
		"$none $both" "$(process CapEff) $(process CapPrm)"
	expect "service: can get no others" "$both 1" \
		"$(process CapBnd) $(process NoNewPrivs)"
	expect "service: with a filter of system calls" 2 "$(process Seccomp)"
	expect "service: is not root" no \
		"$(process Uid | grep -qw 0 && echo yes || echo no)"
}

service_devices() {
	load_vfio && load_kvm || return
	nic=$(find_device "$NIC_ID") || return
	bind_vfio "$nic" || return
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 5 >/dev/null
	gen vm vm 2 >/dev/null
}

# probes_on: what the page says of probes, sorted.
probes_on() {
	grep '^pitrace_probe_attached' $page | sort
}

# The same page of a pitrace that root has started, with all that root may.
probes_of_root() {
	pitrace --listen 9499 >/tmp/root.out 2>&1 &
	root_pid=$!
	port=9499
	wait_for 90 page_has '^pitrace_snapshot_timestamp_seconds'
	probes_on
	kill -INT "$root_pid"
	wait "$root_pid"
}

# Attached by the same process, when the modules came, of which the vendor's is
# the last. Required probes that others stand in for have no series.
service_attached() {
	wait_for 90 page_has '_attached[{]probe="(svm|vmx)_deliver",method="f'
	probes_on >/tmp/probes
	expect_match "service: probes are attached since modules came" \
		'^pitrace_probe_attached[{]probe="msi",method="f(entry|exit)"} 1$' \
		/tmp/probes
	expect "service: no required probe is off" "" \
		"$(grep 'method="off"' /tmp/probes | grep -E \
			'"(request_irq|msi|msi_exit|wakeup|inatomic_exit)"')"
	expect "service: has no privileges left" "$none $none $none" \
		"$(process CapEff) $(process CapPrm) $(process CapInh)"
	expect "service: all probes are as root has them" \
		"$(probes_of_root)" "$(cat /tmp/probes)"
}

# By what is in /etc/default: another port, another interval.
service_restart() {
	echo 'PITRACE_LISTEN=9401' >$defaults
	echo 'PITRACE_OPTIONS="-i 0.5 --metrics-per vector"' >>$defaults
	systemctl restart $service
	expect "service: starts with options of $defaults" \
		"0 active running" "$? $(states)"
	port=9401
	wait_for 90 page_has '^pitrace_snapshot_timestamp_seconds'
}

series() {
	echo "pitrace_interrupts_total{device=\"$nic\",kind=\"msix\",vector=\"$1\",path=\"$2\"}"
}

service_counts() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	injected=$(gen_value raised fire nic 0 300)
	left=$(gen_value raised fire nic 1 200)
	wait_for 60 page_has "vector=\"1\",path=\"eventfd\"} $left\$"
	expect "service: counts interrupts that KVM injects" "$injected" \
		"$(sample "$(series 0 irqfd)")"
	expect "service: and those left to an eventfd" "$left" \
		"$(sample "$(series 1 eventfd)")"
	expect "service: names the VM" 1 \
		"$(sample "pitrace_vm_info{device=\"$nic\",kind=\"msix\",vector=\"0\",pid=\"$GEN_PID\",comm=\"irqgen\"}")"
	expect "service: loses nothing" "" \
		"$(grep '^pitrace_lost_total' $page | grep -v ' 0$')"
}

# How long the end took, in tenths of a second.
stop_tenths() {
	echo $((($(property InactiveEnterTimestampMonotonic) - \
		$(property ActiveExitTimestampMonotonic)) / 100000))
}

service_stop() {
	systemctl stop $service
	expect "service: ends when it is told to" \
		"0 inactive dead success 0" \
		"$? $(states) $(property Result) $(property ExecMainStatus)"
	tenths=$(stop_tenths)
	expect "service: within a second ($tenths tenths)" yes \
		"$([ "$tenths" -le 10 ] && echo yes)"
}

# fails_with STATUS TEXT: started, and not tried again.
fails_with() {
	systemctl start $service
	wait_for 60 is_in "failed failed"
	expect "service: $2: fails, and is not tried again" \
		"$1 failed failed 0" \
		"$(property ExecMainStatus) $(states) $(property NRestarts)"
	systemctl reset-failed $service
}

# drop_in [LINE]: a setting of the administrator's; without, none is left.
drop_in() {
	dir=/run/systemd/system/$service.service.d
	mkdir -p $dir
	rm -f $dir/test.conf
	[ -z "${1-}" ] || printf '[Service]\n%s\n' "$1" >$dir/test.conf
	systemctl daemon-reload
}

service_fails() {
	echo 'PITRACE_OPTIONS=--no-such-option' >$defaults
	fails_with 2 "an option that is none"
	rm $defaults
	drop_in AmbientCapabilities=
	fails_with 3 "without capabilities"
	drop_in
	echo 'PITRACE_LISTEN=192.0.2.1:9400' >$defaults
	systemctl start $service
	wait_for 60 is_in "activating auto-restart"
	expect "service: an address that is not there yet: is tried again" \
		"1 activating auto-restart" "$(property ExecMainStatus) $(states)"
	systemctl stop $service
	rm $defaults
}

# It was enabled and runs: both have to end with the package.
service_purge() {
	systemctl enable --now $service 2>/dev/null
	expect "service: runs, enabled" "enabled active" \
		"$(systemctl is-enabled $service) $(property ActiveState)"
	dpkg --purge pitrace >/tmp/purge 2>&1
	expect "service: the package is purged while it runs" "0" \
		"$?$(grep -i -m 1 -E 'error|warning' /tmp/purge)"
	expect "service: it has ended, and nothing is left of it" \
		"inactive not-found" "$(property ActiveState) $(property LoadState)"
	expect "service: not in /etc either" "" \
		"$(find /etc /var/lib/systemd -name '*pitrace*')"
}

service_installed
service_start
service_devices
service_attached
service_restart
service_counts
service_stop
service_fails
gen_stop
service_purge
