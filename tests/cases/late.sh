# pitrace comes first, everything else after it.
# shellcheck shell=sh disable=SC2034,SC2154

# Before the modules are loaded, the devices bound, the VM made.
late_start() {
	trace_begin late
	wait_until 30 grep -q 'waiting until' "$trace_err"
	expect_match "late: says what it waits for" \
		'module vfio_pci_core is not loaded; waiting' "$trace_err"
	load_vfio
	wait_until 60 trace_has start
	expect "late: no probe of kvm yet" off "$(probe_method start inatomic_exit)"
	have_kvm=yes
	load_kvm 2>/dev/null || have_kvm=
	# Where kvm_amd refuses, kvm itself is there nevertheless.
	wait_until 60 probes_have inatomic_exit
	[ -z "$have_kvm" ] || wait_until 60 probes_have svm_deliver
	bind_vfio "$nic" "$edu"
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 5 >/dev/null
	: >/tmp/interrupts.before
	_expected=eventfd
	if [ -n "$have_kvm" ]; then
		gen vm vm 2 >/dev/null
		gen sleep 500 >/dev/null # until the guest has its APIC on
		gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
		_expected=irqfd
	fi
	_first=$(gen_value raised fire nic 0 1000)
	_second=$(gen_value raised fire nic 3 1000)
	_rows="$(row_of "$(msix "$nic" 0)") $(row_of "$(msix "$nic" 3)")"
	_old_irq=$(gen_value irq row nic 0)
	expect "late: rows are as raised" "$_first $_second" "$_rows"
	late_reuse
	trace_stop
	expect "late: first interrupts count" "$_expected=$_first" \
		"$(paths_of "$nic" msix 0)"
	expect "late: and those of the next vector" "eventfd=$_second" \
		"$(paths_of "$nic" msix 3)"
	expect "late: a released vector has no IRQ" null \
		"$(of_vector "$nic" msix 0 .irq)"
	expect "late: its IRQ number counts for the device that has it now" \
		"$_old_irq eventfd=$_third" \
		"$(of_vector "$edu" msi 0 .irq) $(paths_of "$edu" msi 0)"
	expect_nothing_lost
	gen_stop
	unbind "$edu"
}

# KVM comes while nobody takes what programs have told, and that is too much.
late_burst() {
	load_vfio
	rmmod kvm_amd kvm 2>/dev/null
	bind_vfio "$nic"
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 1 >/dev/null
	trace_start burst -i 0.2 || return
	rows_note
	_first=$(gen_value raised fire nic 0 40)
	kill -STOP "$trace_pid"
	for _time in $(seq 70); do
		modprobe null_blk nr_devices=0 && rmmod null_blk
	done
	load_kvm
	gen vm vm 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	_second=$(gen_value raised fire nic 0 50)
	kill -CONT "$trace_pid"
	wait_until 20 probes_have svm_deliver
	_third=$(gen_value raised fire nic 0 60)
	trace_stop
	expect_vector "$nic" msix 0 \
		"eventfd=$_first,irqfd=$_third,unknown=$_second"
	expect_nothing_lost
	gen_stop
	unbind "$nic"
}

# The programs on VFIO's handlers are there before KVM, and so without its types.
# Flat out much is merged with what is pending; of what meets the irqfd's end
# one in each turn may be told wrong (docs/paths.md).
late_in_turns() {
	load_vfio
	rmmod kvm_amd kvm 2>/dev/null
	bind_vfio "$edu"
	gen_start
	gen open edu "$edu" >/dev/null
	gen irqs edu msi 1 >/dev/null
	trace_start late-turns || return
	rows_note
	load_kvm
	wait_until 60 probes_have svm_deliver
	gen vm vm 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	turns_fire
	trace_stop
	turns_expect "$turns"
	expect_row "$edu" msi 0 -
	gen_stop
	unbind "$edu"
}

# Modules come one after the other, while pitrace takes long to look which of
# them are live: all that fentry can have it has in the end.
late_stalled() {
	rmmod vfio_pci vfio_pci_core kvm_amd kvm 2>/dev/null
	insmod /opt/stall.ko function=show_initstate ms=100 || {
		verdict FAIL "late-stalled: the module that stalls is loaded"
		return
	}
	for _pause in 0.1 0.4 0.7; do
		late_after $_pause
	done
	rmmod stall
}

# late_after PAUSE: KVM comes so many seconds after VFIO.
late_after() {
	trace_begin "late-stalled-$1"
	wait_until 60 grep -q 'waiting until' "$trace_err"
	load_vfio
	sleep "$1"
	load_kvm
	wait_until 60 late_complete
	expect "$trace: KVM's probes are there" yes \
		"$(late_complete && echo yes)"
	expect "$trace: no kprobe stands in" "" "$(newest_probes | jq -r \
		'.probes[] | select(.method | startswith("k")) | .name' | xargs)"
	trace_stop
	rmmod vfio_pci vfio_pci_core kvm_amd kvm
}

late_complete() {
	for _probe in msi inatomic_exit svm_deliver bypass_end; do
		probes_have $_probe || return
	done
}

newest_probes() {
	grep -E '"type":"(start|probes)"' "$trace_out" | tail -n 1
}

# The newest word on this probe is that it is attached.
probes_have() {
	case $(newest_probes |
		jq -r ".probes[] | select(.name == \"$1\") | .method") in
	"" | off) return 1 ;;
	esac
}

probes_lack() {
	trace_has probes && ! probes_have "$1"
}

probe_method() {
	grep "\"type\":\"$1\"" "$trace_out" | head -n 1 |
		jq -r ".probes[] | select(.name == \"$2\") | .method"
}

# Unbinds the first device; the second gets its IRQ number.
late_reuse() {
	[ -z "$have_kvm" ] || gen vm vm close >/dev/null
	gen irqs nic none >/dev/null
	gen close nic >/dev/null
	unbind "$nic"
	gen open edu "$edu" >/dev/null
	gen irqs edu msi 1 >/dev/null
	_third=$(gen_value raised fire edu 0 1000)
}
