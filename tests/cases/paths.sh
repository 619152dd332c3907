# Every interrupt has its path, to the last one.
# shellcheck shell=sh disable=SC2034,SC2154

# Five vectors over all paths, one of them changing its path on the way.
paths_mixed_fire() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	_fixed=$(gen_value raised fire nic 0 3000)
	_broadcast=$(gen_value raised fire nic 1 1000)
	_nowhere=$(gen_value raised fire nic 2 1000)
	_eventfd=$(gen_value raised fire nic 3 5000)
	_first=$(gen_value raised fire nic 4 500)
	gen irqfd vm 27 nic 4 fixed 1 0x45 >/dev/null
	_second=$(gen_value raised fire nic 4 700)
	gen unirqfd vm 27 nic 4 >/dev/null
	_third=$(gen_value raised fire nic 4 300)
}

paths_mixed_expect() {
	expect_vector "$nic" msix 0 "irqfd=$_fixed"
	expect_vector "$nic" msix 1 "irqfd_deferred=$_broadcast"
	expect_vector "$nic" msix 2 "irqfd_dropped=$_nowhere"
	expect_vector "$nic" msix 3 "eventfd=$_eventfd"
	expect_vector "$nic" msix 4 \
		"eventfd=$((_first + _third)),irqfd=$_second"
}

paths_mixed_end() {
	for _gsi in 24:0 25:1 26:2; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
}

paths_mixed() {
	trace_start "$1" --device "$nic" || return
	rows_note
	paths_mixed_fire
	trace_stop
	paths_mixed_expect
	expect "$1: VM of an irqfd vector" "$GEN_PID irqgen" \
		"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.vm.comm)"')"
	expect "$1: no VM for an eventfd vector" null \
		"$(of_vector "$nic" msix 3 .vm)"
	expect "$1: vCPU and guest vector" "[[0,65,$_fixed]]" \
		"$(of_vector "$nic" msix 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect "$1: both vCPUs of a broadcast" \
		"[[0,67,$_broadcast],[1,67,$_broadcast]]" \
		"$(of_vector "$nic" msix 1 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect "$1: no other injections" 0 "$(of .other_injections)"
	expect_nothing_lost
	paths_mixed_end
}

# The same vectors while the other device fires flat out on the other CPU.
paths_under_storm() {
	trace_start "$1" || return
	rows_note
	guests_to_cpu0
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen affinity edu 0 1 >/dev/null
	for _vector in 0 1 2 3 4; do
		gen affinity nic $_vector 0 >/dev/null
	done
	gen storm edu 1 on >/dev/null
	_fixed=$(gen_value raised fire nic 0 1000)
	_broadcast=$(gen_value raised fire nic 1 1000)
	_eventfd=$(gen_value raised fire nic 2 2000)
	_fourth=$(gen_value raised fire nic 3 1000)
	_fifth=$(gen_value raised fire nic 4 1000)
	_storm=$(gen storm edu off)
	trace_stop
	expect_vector "$nic" msix 0 "irqfd=$_fixed"
	expect_vector "$nic" msix 1 "irqfd_deferred=$_broadcast"
	expect_vector "$nic" msix 2 "eventfd=$_eventfd"
	expect_vector "$nic" msix 3 "eventfd=$_fourth"
	expect_vector "$nic" msix 4 "eventfd=$_fifth"
	_seen=${_storm#*seen=}
	expect_row "$edu" msi 0 "${_seen%% *}"
	expect_nothing_lost
	echo "# $LABEL $1: $_storm"
	gen unirqfd vm 24 nic 0 >/dev/null
	gen unirqfd vm 25 nic 1 >/dev/null
}

# Emulated SVM breaks now and then (the guest, or the kernel under it, dies,
# without pitrace as well) when interrupts reach guests at full rate: keep the
# guests away from the storm's CPU, and let what goes to them take breath.
guests_to_cpu0() {
	for _task in /proc/"$GEN_PID"/task/*; do
		case $(cat "$_task/comm") in
		vcpu*) taskset -p 1 "${_task##*/}" >/dev/null ;;
		esac
	done
}

# Writes to the very eventfd of a firing device, and a second VM's irqfd.
paths_foreign() {
	trace_start "$1" --device "$edu" || return
	rows_note
	gen irqfd vm 30 edu 0 fixed 0 0x51 >/dev/null
	gen vm other 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	gen eventfd other 40 bell fixed 0 0x61 >/dev/null
	gen affinity edu 0 1 >/dev/null
	guests_to_cpu0
	gen storm edu 1 on 100 >/dev/null
	_own=$(gen_value written write edu 0 10000)
	_bell=$(gen_value written writefd bell 10000)
	_storm=$(gen storm edu off)
	trace_stop
	expect_row "$edu" msi 0 -
	expect "$1: all of them by irqfd" "irqfd=$(growth_of "$(msi "$edu")")" \
		"$(paths_of "$edu" msi 0)"
	expect "$1: the writes are other injections" "$((_own + _bell))" \
		"$(of .other_injections)"
	expect "$1: who did not ask is not told where they went" false \
		"$(of 'has("other_injection_targets")')"
	expect "$1: targets are the device's alone" \
		"[[0,81,$(growth_of "$(msi "$edu")")]]" \
		"$(of_vector "$edu" msi 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect_nothing_lost
	echo "# $LABEL $1: $_storm"
	gen unirqfd vm 30 edu 0 >/dev/null
	gen vm other close >/dev/null
}

# A CPU that stands still in a handler, for longer than pitrace looks twice
# without waiting: no snapshot takes the interrupt for one that nobody claimed.
paths_stalled() {
	insmod /opt/stall.ko ms=5 || {
		verdict FAIL "stalled: the module that stalls is loaded"
		return
	}
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen affinity nic 0 0 >/dev/null
	trace_start stalled --device "$nic" --interval 0.1 || return
	rows_note
	_raised=$(gen_value raised fire nic 0 500)
	trace_stop
	expect_vector "$nic" msix 0 "irqfd=$_raised"
	_seen=$(jq -c 'select(.type == "snapshot") | .vectors[] |
		select(.kind == "msix" and .vector == 0) | .paths' "$trace_out")
	expect "stalled: snapshots in between" yes \
		"$([ "$(echo "$_seen" | jq 'select(.irqfd > 0)' | grep -c irqfd\")" \
			-ge 10 ] && echo yes)"
	expect "stalled: no snapshot has another path" "" \
		"$(echo "$_seen" | jq -c 'del(.irqfd) | select(add > 0)' |
			sort | uniq -c | head -n 3)"
	expect_nothing_lost
	gen unirqfd vm 24 nic 0 >/dev/null
	rmmod stall
}

# The CPU of the interrupt stands still in pitrace's own program, before a word
# of it is written, while pitrace is told to stop.
paths_stopped() {
	insmod /opt/stall.ko ms=2000 function=bpf_get_stackid || {
		verdict FAIL "stopped: the module that stalls is loaded"
		return
	}
	gen affinity nic 0 0 >/dev/null
	taskset -p 2 "$GEN_PID" >/dev/null
	taskset -p 2 $$ >/dev/null
	trace_start stopped --stacks --device "$nic" -i 3600 || return
	rows_note
	gen raise nic 0 1 >/dev/null
	trace_stop
	expect_vector "$nic" msix 0 eventfd=1
	expect_nothing_lost
	taskset -p 3 $$ >/dev/null
	taskset -p 3 "$GEN_PID" >/dev/null
	rmmod stall
}

# watch_kvm [off]: has the kernel itself count what KVM calls for an irqfd.
watch_kvm() {
	for _watched in woken:irqfd_wakeup asked:kvm_arch_set_irq_inatomic; do
		_event=events/kprobes/${_watched%:*}/enable
		if [ "${1-}" ]; then
			echo 0 >/sys/kernel/tracing/"$_event"
			echo "-:${_watched%:*}"
		else
			echo "p:${_watched%:*} kvm:${_watched#*:}"
		fi >>/sys/kernel/tracing/kprobe_events
		[ "${1-}" ] || echo 1 >/sys/kernel/tracing/"$_event"
	done
}

# hits_of NAME: of one that watch_kvm watches; nothing if any was missed.
hits_of() {
	awk -v name="$1" '$1 == name && $3 == 0 { print $2 }' \
		/sys/kernel/tracing/kprobe_profile
}

# An irqfd comes and goes while its vector fires. What comes as it goes KVM
# leaves to a worker without asking. Nobody reads the eventfd meanwhile, so that
# irqfd_wakeup() is called for interrupts alone.
paths_in_turns() {
	trace_start "$1" --device "$edu" || return
	rows_note
	turns_fire 100
	trace_stop
	turns_expect 0
	# Where handlers are threads, a run of one can be several of the row.
	grep -q threadirqs /proc/cmdline || expect_row "$edu" msi 0 -
}

turns=40

# turns_fire [PAUSE-US]
turns_fire() {
	gen affinity edu 0 1 >/dev/null
	guests_to_cpu0
	watch_kvm
	# shellcheck disable=SC2086 # none is flat out
	gen storm edu 1 on ${1-} >/dev/null
	for _time in $(seq $turns); do
		gen irqfd vm 30 edu 0 fixed 0 0x51 >/dev/null
		gen sleep 20 >/dev/null
		gen unirqfd vm 30 edu 0 >/dev/null
		gen sleep 20 >/dev/null
	done
	gen storm edu off >/dev/null
	_woken=$(hits_of woken)
	_asked=$(hits_of asked)
	watch_kvm off
}

# turns_expect SLACK: how many may have another path than they took.
turns_expect() {
	_paths=$(of_vector "$edu" msi 0 .paths)
	expect "$trace: as many took the irqfd as KVM woke it for, within $1" yes \
		"$(turns_hold ".irqfd + .irqfd_deferred - ${_woken:-0} | fabs <= $1")"
	expect "$trace: and those were deferred that it did not ask about" yes \
		"$(turns_hold ".irqfd <= ${_asked:-0}")"
	expect "$trace: all others took the eventfd" yes \
		"$(turns_hold '[.irqfd_dropped, .unclaimed, .unknown] | add == 0')"
	expect "$trace: and there were many of each" yes \
		"$(turns_hold '.irqfd > 1000 and .eventfd > 1000 and
			.irqfd_deferred > 10')"
	# What was pending when an irqfd came, the worker delivers.
	expect "$trace: no other injections but one a turn" yes \
		"$(of "if .other_injections <= $turns then \"yes\" else .other_injections end")"
	expect_nothing_lost
}

# turns_hold CONDITION: yes, or what the paths are, and what KVM was seen to do.
turns_hold() {
	echo "$_paths" | jq -r "if $1 then \"yes\" else tojson end" |
		sed "s/^{/woken $_woken, asked $_asked: {/"
}

# Irqfds of one VM and another in turn, each at the address of one that is gone,
# as happens when VMs are started anew.
paths_restarted() {
	gen vm other 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	trace_start restarted --device "$nic" || return
	for _time in $(seq 20); do
		for _vm in vm other; do
			gen irqfd $_vm 24 nic 0 broadcast 0x43 >/dev/null
			gen fire nic 0 1 >/dev/null
			gen unirqfd $_vm 24 nic 0 >/dev/null
		done
	done
	trace_stop
	expect "restarted: every interrupt is deferred" irqfd_deferred=40 \
		"$(paths_of "$nic" msix 0)"
	expect "restarted: and has its targets" "[[0,67,40],[1,67,20]]" \
		"$(of_vector "$nic" msix 0 '[.targets[] | [.vcpu, .guest_vector, .count]] | sort')"
	expect "restarted: no other injections" 0 "$(of .other_injections)"
	expect_nothing_lost
	gen vm other close >/dev/null
}

# With a filter, other devices' deliveries are neither traced nor "other".
paths_filtered() {
	gen irqfd vm 30 edu 0 fixed 0 0x51 >/dev/null
	trace_start filter --device "${nic#0000:}" || return
	gen fire edu 0 500 >/dev/null
	_raised=$(gen_value raised fire nic 3 500)
	trace_stop
	expect "filter: only the device asked for" "$nic" \
		"$(of '[.vectors[].device] | unique | join(",")')"
	expect "filter: its interrupts" "eventfd=$_raised" \
		"$(paths_of "$nic" msix 3)"
	expect "filter: another device's interrupts are not other injections" \
		0 "$(of .other_injections)"
	expect_nothing_lost
	gen unirqfd vm 30 edu 0 >/dev/null
}

# Without KVM: every vector on the eventfd path, one interrupt at a time.
paths_eventfd() {
	trace_start "$1" --device "$nic" || return
	rows_note
	for _vector in 0 1 2 3 4; do
		eval "_raised_$_vector=$(gen_value raised fire nic $_vector $((1000 + _vector * 500)))"
	done
	trace_stop
	for _vector in 0 1 2 3 4; do
		eval "_raised=\$_raised_$_vector"
		expect_vector "$nic" msix $_vector "eventfd=$_raised"
	done
	expect "$1: injections are not known without KVM" null \
		"$(of .other_injections)"
	expect_nothing_lost
}

# INTx: a shared, level-triggered line, left to the eventfd's reader.
paths_intx() {
	gen irqs nic intx 1 >/dev/null
	trace_start "$1" --device "$nic" || return
	_before=$(row_of "vfio-intx($nic)")
	_raised=$(gen_value raised fire nic 0 300)
	trace_stop
	expect "$1: every interrupt" "$_raised" \
		"$(of_vector "$nic" intx 0 .paths.eventfd)"
	expect "$1: count equals its row" \
		"$(($(row_of "vfio-intx($nic)") - _before))" \
		"$(of_vector "$nic" intx 0 .count)"
	expect_nothing_lost
	gen irqs nic msix 5 >/dev/null
}

# The same line, taken by an irqfd: claimed within the handler's run. Then as an
# INTx is routed on a PC, to a pin of two chips: KVM's fast path knows no GSI
# there, and leaves all of it to its worker.
paths_intx_irqfd() {
	gen irqs nic intx 1 >/dev/null
	paths_gsi "$1" 28 "fixed 1 0x48" irqfd 72
	paths_gsi "$1-pins" 11 "pins 1 0x49" irqfd_deferred 73
	gen irqs nic msix 5 >/dev/null
}

# paths_gsi TRACE GSI ROUTE PATH GUEST-VECTOR
paths_gsi() {
	gen irqfd vm "$2" nic 0 "$3" >/dev/null
	trace_start "$1" --device "$nic" || return
	_raised=$(gen_value raised fire nic 0 200)
	trace_stop
	expect "$1: every interrupt takes that path" "$4=$_raised" \
		"$(paths_of "$nic" intx 0)"
	expect "$1: its target" "[[1,$5,$_raised]]" \
		"$(of_vector "$nic" intx 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect "$1: no other injections" 0 "$(of .other_injections)"
	expect_nothing_lost
	gen unirqfd vm "$2" nic 0 >/dev/null
}

# CPUs that poll while they are idle: what shows a program whether it is in an
# interrupt does not come as one there, unless pitrace sees to it.
paths_polling() {
	load_vfio
	bind_vfio "$nic"
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 1 >/dev/null
	trace_start polling || return
	rows_note
	_raised=$(gen_value raised fire nic 0 100)
	trace_stop
	expect_vector "$nic" msix 0 "eventfd=$_raised"
	expect_nothing_lost
}
