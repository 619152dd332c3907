# What happens to hosts while pitrace runs: devices and CPUs come and go, VMs
# die, clocks are set. The counts go on, exact.
# shellcheck shell=sh disable=SC2034,SC2154

life() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	trace_start life -i 0.5 || return
	life_first=$(gen_value raised fire nic 0 600)
	life_stopped
	life_clock
	life_cpu
	trace_stop
	expect_vector_count "life: what was raised before and after" "$nic" msix 0 \
		"irqfd=$((life_first + life_while_stopped + life_after_clock + life_without + life_with))"
	expect_nothing_lost
	gen unirqfd vm 24 nic 0 >/dev/null
	life_offline_at_the_end
	life_other_vectors
	life_rebind
	life_unplug
	life_kill
}

# expect_vector_count TEXT BDF KIND VECTOR PATHS: against the generator alone,
# for rows that have gone in between.
expect_vector_count() {
	expect "$1" "$5" "$(paths_of "$2" "$3" "$4")"
}

# Stopped, and let go on: no interrupt is missed, and no interval is made up.
life_stopped() {
	life_stop
	life_while_stopped=$(gen_value raised fire nic 0 900)
	sleep 10
	life_go_on 10
}

life_stop() {
	_before=$(grep -c '"type":"snapshot"' "$trace_out")
	kill -STOP "$trace_pid"
}

# life_go_on SECONDS: after as many, of a trace with two intervals a second.
life_go_on() {
	kill -CONT "$trace_pid"
	sleep 1.2
	_more=$(($(grep -c '"type":"snapshot"' "$trace_out") - _before))
	expect "$trace: no burst of records after a stop (of $1 s, at 0.5)" yes \
		"$([ "$_more" -ge 1 ] && [ "$_more" -le 5 ] && echo yes || echo "$_more")"
	expect "$trace: the interval says how long it was" yes \
		"$(grep '"type":"snapshot"' "$trace_out" | tail -n +$((_before + 1)) |
			jq -s "if any(.[]; .interval_ns > $(($1 - 1))000000000) then \"yes\" else [.[].interval_ns] end" -r)"
}

# A minute of it, which make test has no time for. Interrupts go on by each
# path, and irqfds come and go: it is told of all that once it can go on.
life_suspended() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	trace_start suspended -i 0.5 || return
	rows_note
	life_fire
	life_stop
	for _third in 1 2 3; do
		life_fire
		sleep 20
	done
	life_go_on 60
	life_fire
	trace_stop
	expect_vector "$nic" msix 0 irqfd=1500
	expect_vector "$nic" msix 1 irqfd_deferred=1000
	expect_vector "$nic" msix 2 irqfd_dropped=750
	expect_vector "$nic" msix 3 eventfd=1250
	expect_vector "$nic" msix 4 eventfd=500,irqfd=250
	expect_vector "$edu" msi 0 eventfd=2000
	expect "suspended: irqfds that came and went" "5 5" \
		"$(life_events irqfd_assigned) $(life_events irqfd_shutdown)"
	expect "suspended: records one after the other, without a gap" true \
		"$(life_is_seamless)"
	expect_nothing_lost
	for _gsi in 24:0 25:1 26:2; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
}

# A fifth of what life_suspended has.
life_fire() {
	gen fire nic 0 300 >/dev/null
	gen fire nic 1 200 >/dev/null
	gen fire nic 2 150 >/dev/null
	gen fire nic 3 250 >/dev/null
	gen fire nic 4 100 >/dev/null
	gen irqfd vm 27 nic 4 fixed 1 0x45 >/dev/null
	gen fire nic 4 50 >/dev/null
	gen unirqfd vm 27 nic 4 >/dev/null
	gen fire edu 0 400 >/dev/null
}

# Of the vector whose irqfd comes and goes.
life_events() {
	grep '"type":"event"' "$trace_out" |
		jq -c "select(.event == \"$1\" and .vector == 4)" | wc -l
}

# What intervals say is what lies between the records' times, and what they
# count adds up to the whole.
life_is_seamless() {
	grep -E '"type":"(snapshot|end)"' "$trace_out" | jq -s '
		(. as $all | all(range(1; length);
			$all[.].ts_ns - $all[. - 1].ts_ns == $all[.].interval_ns))
		and ([.[].vectors[].count_delta] | add) ==
			([.[-1].vectors[].count] | add)'
}

# An hour forth and back: intervals are of the clock that nobody sets.
life_clock() {
	date -s "@$(($(date +%s) + 3600))" >/dev/null
	life_after_clock=$(gen_value raised fire nic 0 300)
	sleep 1.2
	date -s "@$(($(date +%s) - 7200))" >/dev/null
	sleep 1.2
	date -s "@$(($(date +%s) + 3600))" >/dev/null
	expect "life: intervals stay what they are when the clock is set" true \
		"$(grep '"type":"snapshot"' "$trace_out" | tail -n 4 |
			jq -s 'all(.[]; .interval_ns > 100000000 and .interval_ns < 5000000000)')"
}

# The rows of /proc/interrupts lack the columns of CPUs that are offline.
life_cpu() {
	gen affinity nic 0 1 >/dev/null
	life_with=$(gen_value raised fire nic 0 400)
	echo 0 >/sys/devices/system/cpu/cpu1/online
	life_without=$(gen_value raised fire nic 0 500)
	sleep 1.2
	expect "life: without a CPU nothing seems lost" 0 \
		"$(grep '"type":"snapshot"' "$trace_out" | tail -n 1 |
			jq '[.lost[]] | add')"
	echo 1 >/sys/devices/system/cpu/cpu1/online
}

life_offline_at_the_end() {
	gen affinity nic 0 1 >/dev/null
	trace_start offline || return
	_on=$(gen_value raised fire nic 0 400)
	echo 0 >/sys/devices/system/cpu/cpu1/online
	_off=$(gen_value raised fire nic 0 500)
	trace_stop
	echo 1 >/sys/devices/system/cpu/cpu1/online
	expect_vector_count "offline: both CPUs' interrupts count" "$nic" msix 0 \
		"eventfd=$((_on + _off))"
	expect_nothing_lost
	gen affinity nic 0 0 >/dev/null
}

# Enabled again with fewer vectors, then with all: numbers are used again.
life_other_vectors() {
	trace_start again || return
	_first=$(gen_value raised fire nic 1 200)
	gen irqs nic none >/dev/null
	gen irqs nic msix 2 >/dev/null
	_second=$(gen_value raised fire nic 1 300)
	gen irqs nic none >/dev/null
	gen irqs nic msix 5 >/dev/null
	_third=$(gen_value raised fire nic 1 400)
	_last=$(gen_value raised fire nic 4 100)
	trace_stop
	expect_vector_count "again: a vector that was enabled three times" "$nic" \
		msix 1 "eventfd=$((_first + _second + _third))"
	expect_vector_count "again: one that was away meanwhile" "$nic" msix 4 \
		"eventfd=$_last"
	expect_nothing_lost
}

life_open_nic() {
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 5 >/dev/null
}

life_rebind() {
	trace_start rebind || return
	_first=$(gen_value raised fire nic 2 200)
	gen close nic >/dev/null
	unbind "$nic"
	bind_vfio "$nic"
	life_open_nic
	_second=$(gen_value raised fire nic 2 300)
	trace_stop
	expect_vector_count "rebind: before and after" "$nic" msix 2 \
		"eventfd=$((_first + _second))"
	expect_nothing_lost
}

# The kernel asks for the device back, and removes it once it is given.
life_unplug() {
	trace_start unplug --device "$nic" || return
	_first=$(gen_value raised fire nic 3 200)
	gen close nic >/dev/null
	echo 1 >"/sys/bus/pci/devices/$nic/remove"
	sleep 1.2
	expect "unplug: it is gone" no \
		"$([ -e "/sys/bus/pci/devices/$nic" ] && echo yes || echo no)"
	echo 1 >/sys/bus/pci/rescan
	bind_vfio "$nic"
	life_open_nic
	_second=$(gen_value raised fire nic 3 300)
	trace_stop
	expect_vector_count "unplug: what it raised before and after" "$nic" msix 3 \
		"eventfd=$((_first + _second))"
	expect_nothing_lost
}

# A VM's process is killed: everything of it goes at once, and none of it.
life_kill() {
	gen close edu >/dev/null
	trace_start kill || return
	exec 6>&8 7<&9
	_keeper=$GEN_PID
	gen_start
	gen open edu "$edu" >/dev/null
	gen irqs edu msi 1 >/dev/null
	gen vm vm 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	gen irqfd vm 30 edu 0 fixed 0 0x51 >/dev/null
	_first=$(gen_value raised fire edu 0 300)
	_killed=$GEN_PID
	kill -KILL "$GEN_PID"
	wait "$GEN_PID" 2>/dev/null
	exec 8>&6 9<&7 6>&- 7<&-
	GEN_PID=$_keeper
	gen open edu "$edu" >/dev/null
	gen irqs edu msi 1 >/dev/null
	_second=$(gen_value raised fire edu 0 200)
	trace_stop
	expect_vector_count "kill: before and after" "$edu" msi 0 \
		"eventfd=$_second,irqfd=$_first"
	expect "kill: the VM is still named" "$_killed" \
		"$(of_vector "$edu" msi 0 .vm.pid)"
	expect_nothing_lost
}
