# Kernels that do not describe the types of their modules; and those that do,
# told by --btf to take them from what describes the kernel alone. Then kprobes
# count by arguments and results, and what needs types is not known.
# shellcheck shell=sh disable=SC2034,SC2154

vmlinux=/sys/kernel/btf/vmlinux

untyped_needs() {
	[ ! -e /sys/kernel/btf/vfio ] && [ ! -e /sys/kernel/btf/kvm ] ||
		echo "--btf $vmlinux"
}

# Without a view until the end: the kernel skips kprobes on a CPU on which maps
# are being read.
untyped_start() {
	_name=$1
	shift
	# shellcheck disable=SC2046 # words
	trace_start "$_name" -i 3600 $(untyped_needs) "$@"
}

# All paths of MSI-X, on vectors that were there before and on new ones.
untyped_paths() {
	gen irqs nic msix 3 >/dev/null
	untyped_start untyped --device "$nic" || return
	expect_match "untyped: says what is missing" \
		'there is no BTF of modules' "$trace_err"
	rows_note
	gen irqs nic msix 5 >/dev/null
	sed -i '/vfio-msix/d' /tmp/interrupts.before
	paths_mixed_fire
	trace_stop
	untyped_mixed_expect
	expect "untyped: the VM is not known" null \
		"$(of_vector "$nic" msix 0 .vm)"
	expect "untyped: how many vCPUs were reached, not which" \
		"[[null,null,$(of_vector "$nic" msix 0 .count)]]" \
		"$(of_vector "$nic" msix 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect "untyped: other injections, posting are not known" \
		"null unknown null" \
		"$(of '"\(.other_injections) \(.vectors[0].configured.path) \(.vectors[0].paths.posted)"')"
	untyped_methods
	paths_mixed_end
}

# The kernel skips a kprobe that is hit while another has the CPU: then what
# was counted and what is told as lost make the whole.
untyped_mixed_expect() {
	if [ -z "$(lost)" ]; then
		paths_mixed_expect
	else
		expect_loss_told $((_fixed + _broadcast + _nowhere + _eventfd +
			_first + _second + _third))
	fi
}

# Kprobes, and one tracepoint; all else is off with the reason.
untyped_methods() {
	grep '"type":"start"' "$trace_out" >/tmp/untyped.start
	expect "untyped: kprobes do it" "kprobe off tracepoint" \
		"$(jq -r '[.probes[].method] | unique | join(" ")' /tmp/untyped.start)"
	expect "untyped: what is off says why" true \
		"$(jq '[.probes[] | select(.method == "off") |
			.reason == "it reads types of modules, and there is no BTF of modules"
			] | all' /tmp/untyped.start)"
}

# A line that was set up before pitrace came, and one that is set up after; by
# the eventfd, then by an irqfd.
untyped_intx() {
	gen irqs nic intx 1 >/dev/null
	untyped_start untyped-intx --device "$nic" || return
	_first=$(gen_value raised fire nic 0 200)
	gen irqs nic msix 5 >/dev/null
	gen irqs nic intx 1 >/dev/null
	_second=$(gen_value raised fire nic 0 300)
	gen irqfd vm 28 nic 0 fixed 1 0x48 >/dev/null
	_third=$(gen_value raised fire nic 0 100)
	trace_stop
	expect "untyped-intx: every interrupt" \
		"$((_first + _second)) $_third" \
		"$(of_vector "$nic" intx 0 '"\(.paths.eventfd) \(.paths.irqfd)"')"
	expect_nothing_lost
	gen unirqfd vm 28 nic 0 >/dev/null
	gen irqs nic msix 5 >/dev/null
}

# As many stacks as interrupts, but for those that hit a guest: so guests have
# the other CPU, and at most the odd one is lost.
untyped_stacks() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	guests_to_cpu0
	gen affinity nic 0 1 >/dev/null
	gen affinity nic 3 1 >/dev/null
	untyped_start untyped-stacks --stacks --device "$nic" || return
	gen fire nic 0 500 >/dev/null
	gen fire nic 3 400 >/dev/null
	trace_stop
	expect "untyped-stacks: interrupts" "500 400" \
		"$(of_vector "$nic" msix 0 .count) $(of_vector "$nic" msix 3 .count)"
	expect "untyped-stacks: stacks and lost ones add up to them" 900 \
		"$(($(grep '"type":"stacks"' "$trace_out" |
			jq '[.stacks[] | select([.frames[].symbol] != []) | .count] | add') +
			$(of .lost.stack)))"
	expect "untyped-stacks: eventfd begins at the handler" vfio_msihandler \
		"$(stack_frames 3 eventfd | head -n 1)"
	expect "untyped-stacks: irqfd at its wake-up, through the handler" \
		"irqfd_wakeup vfio_msihandler" \
		"$(stack_frames 0 irqfd |
			awk 'NR == 1 || $1 == "vfio_msihandler"' | xargs)"
	gen unirqfd vm 24 nic 0 >/dev/null
}

# What cannot be had is refused with the reason.
untyped_refuses() {
	# shellcheck disable=SC2046 # words
	refuses 4 "--inspect reads types of KVM and VFIO, .*no BTF of modules" \
		--inspect $(untyped_needs)
	# shellcheck disable=SC2046
	refuses 4 "cannot attach to .*--attach excludes the only way" \
		--attach fentry -t 1 $(untyped_needs)
	# shellcheck disable=SC2046
	pitrace --doctor --json $(untyped_needs) >/tmp/doctor.json
	_status=$?
	keep /tmp/doctor.json
	expect "untyped: --doctor can trace, and names what lacks" \
		"0 limits there is none" \
		"$_status $(jq -r '.facts[] | select(.fact == "btf" and .subject == "modules") |
			"\(.status) \(.found)"' /tmp/doctor.json)"
}

# Where handlers run in threads, nothing tells whose a wake-up is.
untyped_threads() {
	# shellcheck disable=SC2046 # words
	refuses 4 "handlers may run in threads" -t 1 $(untyped_needs)
}

# Everything comes after pitrace: modules, devices, the VM.
untyped_late() {
	trace_begin untyped-late -i 3600 --btf $vmlinux
	wait_until 30 grep -q 'waiting until' "$trace_err"
	load_vfio
	wait_until 60 trace_has start
	load_kvm
	wait_until 60 probes_have inatomic_exit
	bind_vfio "$nic"
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 5 >/dev/null
	gen vm vm 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	_first=$(gen_value raised fire nic 0 500)
	_second=$(gen_value raised fire nic 3 500)
	gen_stop
	trace_stop
	expect "untyped-late: every interrupt" \
		"irqfd=$_first eventfd=$_second" \
		"$(paths_of "$nic" msix 0) $(paths_of "$nic" msix 3)"
	expect "untyped-late: a released vector has no IRQ" null \
		"$(of_vector "$nic" msix 0 .irq)"
	expect_nothing_lost
	unbind "$nic"
	for _module in kvm_amd kvm vfio_pci vfio_pci_core vfio_iommu_type1 vfio; do
		rmmod $_module 2>/dev/null
	done
}

# A kernel that asks for privileges to read maps: two are kept, no other.
untyped_privileges() {
	untyped_start untyped-privileges || return
	expect_sets "untyped: what reading maps takes is in effect" \
		"$trace_pid" "$kept" "$kept" "$none"
	trace_stop
}

# --- files for --btf ---

btf_files() {
	echo >/tmp/no.btf
	refuses 1 "--btf /tmp/none: No such file" --btf /tmp/none -t 1
	refuses 1 "--btf /tmp/no.btf: holds no BTF" --btf /tmp/no.btf -t 1
	refuses 1 "other-kernel.o: of another kernel" \
		--btf /opt/types/other-kernel.o -t 1
	refuses 1 "other-kernel.o: of another kernel" \
		--btf /opt/types/other-kernel.o --inspect
	pitrace --doctor --btf /opt/types/other-kernel.o >/tmp/doctor.txt
	expect "btf: --doctor ends as tracing would" 1 $?
	expect_match "btf: and says why" \
		'^missing +btf +/opt/types/other-kernel.o: of another' /tmp/doctor.txt
}

# A file that describes KVM's types as well: the VM is known.
btf_types() {
	trace_start btf-types -i 3600 --btf /opt/types/kvm-5.10.o \
		--device "$nic" || return
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	_raised=$(gen_value raised fire nic 0 300)
	trace_stop
	expect "btf-types: every interrupt" "irqfd=$_raised" \
		"$(paths_of "$nic" msix 0)"
	expect "btf-types: the VM" "$GEN_PID irqgen" \
		"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.vm.comm)"')"
	expect_nothing_lost
	gen unirqfd vm 24 nic 0 >/dev/null
}

# A file that describes this kernel and all modules in question: everything is
# known, by either method.
btf_flat() {
	btf-flat /tmp/flat.btf irqbypass kvm kvm_amd vfio vfio_pci_core ||
		verdict FAIL "btf-flat: the file is written"
	for _how in auto kprobe; do
		trace_start btf-$_how -i 3600 --btf /tmp/flat.btf \
			--attach $_how --device "$nic" || return
		rows_note
		paths_mixed_fire
		trace_stop
		untyped_mixed_expect
		expect "$trace: VM, vCPU and guest vector" \
			"$GEN_PID irqgen [[0,65,$(of_vector "$nic" msix 0 .count)]]" \
			"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.vm.comm) \([.targets[] |
				[.vcpu, .guest_vector, .count]])"')"
		expect "$trace: what each would do" "irqfd irqfd irqfd eventfd eventfd" \
			"$(of '[.vectors[].configured.path] | join(" ")')"
		paths_mixed_end
	done
}
