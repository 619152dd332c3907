# Methods: each gives the same counts, and says what it cannot have.
# shellcheck shell=sh disable=SC2034,SC2154

# The same interrupts with each method that the kernel can do.
attach_methods() {
	attach_counted
	attach_fentry
	attach_text
}

# by_each_method NAME: kprobes tell of the same as fentry and tracepoints, and
# of what was made. NAME_made HOW traces it, NAME_wanted and NAME_told are lines
# of what was made and what was told, NAME_skipped whether less was told.
by_each_method() {
	for _how in kprobe auto; do
		by_method "$1" $_how || return
	done
	expect "$1: each method tells the same" "" \
		"$(diff "/tmp/$1.kprobe" "/tmp/$1.auto" | xargs)"
}

# by_method NAME HOW. A kprobe that is hit while another one's handler has the
# CPU is skipped by the kernel. What is told as lost has to make the whole then,
# and all of it is done again, up to twice: the last try has to have everything.
by_method() {
	for _try in 1 2 3; do
		"$1_made" "$2" || return
		"$1_told" >"/tmp/$1.$2"
		{ [ "$2" = kprobe ] && "$1_skipped"; } || break
		echo "# $trace: the kernel skipped a kprobe"
	done
	"$1_wanted" | expect_lines "/tmp/$1.$2"
	expect_nothing_lost
}

# expect_loss_told RAISED: of vectors with rows; of INTx nothing is told.
expect_loss_told() {
	expect "$trace: what kprobes missed is told as lost" "$1" \
		"$(of '([.vectors[] | select(.kind != "intx") | .count] | add) +
			.lost.unseen_interrupt')"
}

# All paths, and all that is told of them.
attach_counted() {
	by_each_method attach
	expect "attach-kprobe: no other method was used" kprobe,off,tracepoint \
		"$(grep '"type":"start"' "$out/$LABEL-attach-kprobe.json" |
			jq -r '[.probes[].method] | unique | join(",")')"
	for _how in kprobe auto; do
		expect_match "attach-$_how: bypasses go as they came, of all or of none" \
			'^bypasses (0 0|4 4)$' /tmp/attach.$_how
	done
}

# INTx is another device's, so that no row that is compared goes. While pitrace
# looks at vectors by a kprobe others are skipped: it does not until the end.
# Likewise a worker that injects has the time to leave its kprobes. The writes
# are to the eventfd of a vector.
attach_made() {
	gen irqs edu intx 1 >/dev/null
	trace_start "attach-$1" --attach "$1" -i 3600 || return
	rows_note
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	gen fire nic 0 300 >/dev/null
	for _time in $(seq 60); do
		gen fire nic 1 1 >/dev/null
	done
	gen fire nic 2 150 >/dev/null
	gen fire nic 3 250 >/dev/null
	gen fire nic 4 100 >/dev/null
	gen irqfd vm 27 nic 4 fixed 1 0x45 >/dev/null
	gen fire nic 4 50 >/dev/null
	gen write nic 4 40 >/dev/null
	gen fire edu 0 80 >/dev/null
	gen irqfd vm 28 edu 0 fixed 1 0x48 >/dev/null
	gen fire edu 0 60 >/dev/null
	for _gsi in 24 25 26 27 28; do
		gen unirqfd vm $_gsi >/dev/null
	done
	trace_stop
	_rows=$(for _vector in 0 1 2 3 4; do
		growth_of "$(msix "$nic" $_vector)"
	done | xargs)
	_intx=$(growth_of "vfio-intx($edu)")
	gen irqs edu msi 1 >/dev/null
}

attach_wanted() {
	cat <<-'EOF'
		msix0 irqfd=300 0:65:300
		msix1 irqfd_deferred=60 0:67:60,1:67:60
		msix2 irqfd_dropped=150
		msix3 eventfd=250
		msix4 eventfd=100,irqfd=50 1:69:50
		intx0 eventfd=80,irqfd=60 1:72:60
		rows 300 60 150 250 150 140
		other 40
		irqfds 4 4
	EOF
}

# The same of a trace: paths and targets of each vector, and what of it changed.
attach_told() {
	of '(.vectors[] |
		"\(.kind)\(.vector) \([.paths | to_entries[] | select(.value > 0) |
			"\(.key)=\(.value)"] | join(","))\(
		[.targets[] | "\(.vcpu):\(.guest_vector):\(.count)"] |
			join(",") | if . == "" then "" else " " + . end)"),
		"other \(.other_injections)"'
	echo "rows $_rows $_intx"
	grep '"type":"event"' "$trace_out" | jq -rs '
		[.[] | select(.kind == "msix") | .event] |
		def times(name): map(select(. == name)) | length;
		"irqfds \(times("irqfd_assigned")) \(times("irqfd_shutdown"))",
		"bypasses \(times("bypass_connected")) \(times("bypass_disconnected"))"'
}

attach_skipped() {
	if [ -n "$(lost)" ]; then
		expect_loss_told 910
	else
		[ "$(of_vector "$edu" intx 0 .count)" != "$_intx" ]
	fi
}

# --- where fentry does not take ---

# irqfd_wakeup() has to be watched where the other's verdict comes by kretprobe.
without_fexit() {
	PITRACE_WITHOUT=fexit_inatomic "$@"
}

# of_probe FILE NAME EXPRESSION: of that probe, in FILE's start record.
of_probe() {
	grep '"type":"start"' "$1" |
		jq -r --arg name "$2" ".probes[] | select(.name == \$name) | $3"
}

# Whether fentry on irqfd_wakeup takes depends on where kvm is loaded to
# (docs/paths.md). Loads it in one order or the other until it does not take;
# if it always does, a boot with another layout has to be tried.
attach_untaken() {
	for _order in "vfio_pci kvm_amd" "vfio ccp vfio_pci kvm_amd"; do
		for _module in vfio_pci vfio_pci_core vfio_iommu_type1 vfio \
			kvm_amd ccp kvm irqbypass; do
			rmmod $_module 2>/dev/null
		done
		for _module in $_order; do
			modprobe "$_module"
		done
		without_fexit pitrace --json -t 0.3 >/tmp/start.json 2>/dev/null
		keep /tmp/start.json
		case $(of_probe /tmp/start.json wakeup .method) in
		kprobe) return 0 ;;
		fentry) ;;
		*) verdict FAIL "attach: irqfd_wakeup is watched: it is not" ;;
		esac
	done
	verdict SKIP "attach: an fentry that does not take: it does where kvm is now"
	echo DONE
	exit
}

# What did not take is told, and a kprobe stands in, which counts.
attach_fallback() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	for _try in 1 2 3; do
		without_fexit trace_start fallback --device "$nic" || return
		rows_note
		_raised=$(gen_value raised fire nic 0 300)
		_eventfd=$(gen_value raised fire nic 3 200)
		trace_stop
		[ "$(lost)" ] || break
		echo "# fallback: the kernel skipped a kprobe"
	done
	expect_vector "$nic" msix 0 "irqfd=$_raised"
	expect_vector "$nic" msix 3 "eventfd=$_eventfd"
	expect "fallback: what is left out says so" \
		"kprobe fexit: left out by PITRACE_WITHOUT" \
		"$(of_probe "$trace_out" inatomic_exit '"\(.method) \(.reason)"')"
	expect "fallback: the start record has the reason" \
		"kprobe fentry: the kernel reports success, but irqfd_wakeup does not call it" \
		"$(of_probe "$trace_out" wakeup '"\(.method) \(.reason)"')"
	gen unirqfd vm 24 nic 0 >/dev/null
	without_fexit pitrace --attach fentry -t 0.5 >/dev/null 2>/tmp/fentry.err
	expect "fallback: fentry alone refuses" 4 $?
	expect_match "fallback: and says for which function" \
		'cannot attach to irqfd_wakeup.*does not call it' /tmp/fentry.err
	attach_fallback_text
	without_fexit doctor fallback
	expect_fact probe wakeup limits \
		'^kprobe kvm:irqfd_wakeup \(fentry: .*does not call it\)$'
}

# Without tracefs the verdicts come from the functions' first bytes.
attach_fallback_text() {
	without_tracefs
	without_fexit pitrace --json -t 0.3 >/tmp/text.json 2>/dev/null
	keep /tmp/text.json
	expect "fallback: from the function's text: the same" \
		"$(of_probe "$trace_out" wakeup '"\(.method) \(.reason)"')" \
		"$(of_probe /tmp/text.json wakeup '"\(.method) \(.reason)"')"
	with_tracefs
}

# Without kprobes it goes as well; all that counts is by fentry and fexit.
attach_fentry() {
	pitrace --attach fentry --json -t 0.5 >/tmp/fentry.json 2>/tmp/fentry.err
	expect "attach: fentry alone traces" 0 $?
	keep /tmp/fentry.json
	expect "attach: irqfd_wakeup is not needed here" \
		"not needed, as inatomic_exit tells as much" \
		"$(of_probe "$out/$LABEL-attach-auto.json" wakeup .reason)"
	expect "attach: no kprobe stands in" "" \
		"$(grep '"type":"start"' "$out/$LABEL-attach-auto.json" |
			jq -r '.probes[] | select(.method == "kprobe") | .name')"
}

without_tracefs() {
	umount /sys/kernel/tracing 2>/dev/null
	umount /sys/kernel/debug 2>/dev/null
}

with_tracefs() {
	mount -t debugfs none /sys/kernel/debug
	mount -t tracefs none /sys/kernel/tracing
}

# Without tracefs the verdicts come from the functions' first bytes.
attach_text() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	without_tracefs
	trace_start attach-text || return
	gen fire nic 0 200 >/dev/null
	trace_stop
	expect "attach-text: every method was verified" "" \
		"$(grep '"type":"start"' "$trace_out" |
			jq -r '.probes[].reason // empty' | grep closed)"
	expect "attach-text: counts" "irqfd=200" "$(paths_of "$nic" msix 0)"
	expect_nothing_lost
	gen unirqfd vm 24 nic 0 >/dev/null
	with_tracefs
}

# Each probe that the record says is attached is so by the kernel's own lists,
# and what is off is so for a cause that was to be expected. docs/kernels.md is
# made of these records.
attach_listed() {
	[ ! -e /opt/kvm-intel.ko ] || load_standin
	trace_start probes || return
	expect "probes: none is attached that the kernel does not list" "" \
		"$(recorded_functions | unlisted_functions | xargs)"
	expect "probes: programs are loaded meanwhile" yes \
		"$([ "$(loaded_programs)" -ge 5 ] && echo yes)"
	trace_stop
	wait_until 20 programs_gone # the kernel frees them in its own time
	expect "probes: and none afterwards" 0 "$(loaded_programs)"
	expect "probes: what is off is so for want of a module, function or type" "" \
		"$(unexpectedly_off)"
	[ ! -e /opt/kvm-intel.ko ] || rmmod kvm_intel
}

# Method and function of each probe that is attached.
recorded_functions() {
	grep '"type":"start"' "$trace_out" | jq -r '.probes[] |
		select(.method != "off") | "\(.method) \(.function)"'
}

# Of those the ones that are in neither list of the kernel's. It lists a
# tracepoint's programs nowhere.
unlisted_functions() {
	while read -r _method _function; do
		case $_method in
		fentry | fexit)
			grep -qE "^$_function (\[[a-z_]+\] )?\([0-9]+\).* D[[:space:]]" \
				/sys/kernel/tracing/enabled_functions ;;
		kprobe | kretprobe)
			grep -qE " $_function\+0x" /sys/kernel/debug/kprobes/list ;;
		tracepoint) ;;
		*) false ;;
		esac || echo "$_method $_function"
	done
}

loaded_programs() {
	echo 1 >/proc/sys/net/core/bpf_jit_kallsyms
	grep -cE '[[:space:]]bpf_prog_[0-9a-f]{16}' /proc/kallsyms
}

programs_gone() {
	[ "$(loaded_programs)" = 0 ]
}

unexpectedly_off() {
	grep '"type":"start"' "$trace_out" | jq -r '.probes[] |
		select(.method == "off") | "\(.name): \(.reason)"' |
		grep -vE 'is not loaded|no such function|is watched instead|not needed, as|reads types of modules'
}

# A module that has kprobes alone can go and come back under the tracing.
attach_reload() {
	load_vfio
	load_kvm
	trace_start reload --attach kprobe -i 0.2 || return
	rmmod kvm_amd
	rmmod kvm
	wait_until 20 probes_lack inatomic_exit
	expect "reload: a probe whose module went is off" off \
		"$(grep '"type":"probes"' "$trace_out" | tail -n 1 |
			jq -r '.probes[] | select(.name == "inatomic_exit") | .method')"
	load_kvm
	wait_until 20 probes_have svm_deliver
	bind_vfio "$nic"
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 1 >/dev/null
	gen vm vm 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	rows_note
	gen fire nic 0 300 >/dev/null
	trace_stop
	if [ -n "$(lost)" ]; then
		expect_loss_told 300
	else
		expect_vector "$nic" msix 0 irqfd=300
	fi
	gen_stop
	unbind "$nic"
}
