# Other injections by their targets: as many as the kernel itself has counted.
# shellcheck shell=sh disable=SC2034,SC2154

injections() {
	injections_prepare
	injections_told auto
}

injections_by_kprobe() {
	injections_prepare
	injections_told kprobe
}

# Eventfds of no device: KVM injects at once, into both vCPUs, by a worker; the
# vCPU that gets 0xe0 sends an IPI; the last one is signalled in interrupts.
injections_prepare() {
	gen eventfd vm 40 at_once fixed 0 0x41 >/dev/null
	gen eventfd vm 41 both logical 3 0x52 >/dev/null
	gen eventfd vm 42 slow broadcast 0x53 >/dev/null
	gen eventfd vm 43 relay fixed 0 0xe0 >/dev/null
	gen eventfd vm 44 disk fixed 1 0x54 >/dev/null
	# Late enough for who asks to be done with asking: the last one of the
	# two signals. The timer stays on the CPU that started it.
	modprobe null_blk nr_devices=1 gb=1 irqmode=2 completion_nsec=2000000
	echo 0 >/proc/sys/kernel/timer_migration
	wait_until 10 test -b /dev/nullb0
}

# --- outside truth: calls by APIC and vector, by a histogram of the kernel's ---

deliver_event=/sys/kernel/tracing/events/lab/deliver

calls_begin() {
	echo 'p:lab/deliver svm_deliver_interrupt apic=%di:x64 vector=%cx:u32' \
		>/sys/kernel/tracing/kprobe_events
	echo hist:keys=apic,vector >$deliver_event/trigger
	echo 1 >$deliver_event/enable
}

calls_end() {
	echo 0 >$deliver_event/enable
	cat $deliver_event/hist >/tmp/calls
	echo '!hist:keys=apic,vector' >$deliver_event/trigger
	echo >/sys/kernel/tracing/kprobe_events
}

# calls_of VM: vCPU, vector and count, as they are ordered. The APIC that gets
# 0xe0 is vCPU 0's, the one with 0xe1 vCPU 1's; the third is the other VM's.
calls_of() {
	awk -v vm="$1" '
		$1 == "{" {
			calls[$3, $5] = $8
			if ($5 == 224 || $5 == 225)
				vcpu[$3] = $5 - 224
		}
		END {
			for (key in calls) {
				split(key, part, SUBSEP)
				if ((part[1] in vcpu) == (vm == "vm"))
					print vcpu[part[1]] + 0, part[2], calls[key]
			}
		}' /tmp/calls | sort -n -k1,1 -k2,2
}

# --- what is injected ---

has_ipis() {
	[ "$(gen_value v1:0xe1 counts vm 2>/dev/null || echo 0)" -ge "$1" ]
}

send_ipis() {
	for _ipi in $(seq "$1"); do
		gen writefd relay 1 >/dev/null
		wait_until 10 has_ipis "$_ipi"
	done
}

# Of another process; vCPU and vector are as in the first VM.
other_vm() (
	gen_start
	echo "$GEN_PID" >/tmp/other.pid
	gen vm other 1
	gen sleep 500 # until the guest has its APIC on
	gen eventfd other 40 bell fixed 0 0x41
	gen writefd bell 70
	gen_stop
) >/dev/null

# A vector that is left to its eventfd, then what else is injected in interrupts
# of the same CPU: 40 are noted with the vector's last run, as far as there is
# room, until the next one, and 10 are left noted at the end.
inject_in_interrupts() {
	gen affinity nic 3 0 >/dev/null
	taskset -p 1 "$GEN_PID" >/dev/null
	for _reads in 40 10; do
		gen fire nic 3 1 >/dev/null
		gen readfd disk /dev/nullb0 $_reads >/dev/null ||
			verdict FAIL "$trace: reads of a disk arrive: $_reply"
	done
	taskset -p 3 "$GEN_PID" >/dev/null
}

inject_all() {
	calls_begin
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	_device=$(gen_value raised fire nic 0 100)
	gen writefd at_once 150 >/dev/null
	gen writefd both 60 >/dev/null
	gen writefd slow 30 >/dev/null
	send_ipis 5
	other_vm
	inject_in_interrupts
	gen unirqfd vm 24 nic 0 >/dev/null
	calls_end
}

# --- what is told ---

# others_of PID: as calls_of has them.
others_of() {
	of ".other_injection_targets[] | select(.vm.pid == $1) |
		\"\\(.vcpu) \\(.guest_vector) \\(.count)\""
}

injections_told() {
	# Looking at vectors meanwhile would have kprobes skipped.
	trace_start "injections-$1" --injections --attach "$1" -i 60 || return
	inject_all
	trace_stop
	expect "$trace: all targets sum up to the other injections" \
		"$(of .other_injections)" \
		"$(of '[.other_injection_targets[].count] | add')"
	if [ "$1" = kprobe ] && [ -n "$(lost)" ]; then
		attach_loss_told $((_device + 2))
		return
	fi
	expect "$trace: there is one of each kind" \
		"0 65,0 82,0 83,0 224,1 82,1 83,1 84,1 225," \
		"$(others_of "$GEN_PID" | cut -d ' ' -f 1,2 | tr '\n' ,)"
	expect "$trace: as often as KVM was called, but for the device" \
		"$(calls_of vm | awk -v device="$_device" '
			$1 == 0 && $2 == 65 { $3 -= device } { print }')" \
		"$(others_of "$GEN_PID")"
	expect "$trace: another VM has its own" "$(calls_of other)" \
		"$(others_of "$(cat /tmp/other.pid)")"
	expect "$trace: none is without a target" 0 \
		"$(of '[.other_injection_targets[] | select(.vm == null)] | length')"
	expect "$trace: the VM has its name" irqgen \
		"$(of ".other_injection_targets[] | select(.vm.pid == $GEN_PID) | .vm.comm" | uniq)"
	expect "$trace: the device's are its vector's" "[[0,65,$_device]]" \
		"$(of_vector "$nic" msix 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect_nothing_lost
	echo "# $LABEL $trace: $(others_of "$GEN_PID" | tr '\n' ,)"
}
