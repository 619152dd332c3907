#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The part of intel.sh inside Bochs. No device can be passed through there, so
# eventfds are written by hand: all that KVM injects are other injections.
# Prints one line a test, and DONE when it got to the end; then what pitrace
# wrote.
#
# usage: intel-guest.sh LABEL
# shellcheck source-path=SCRIPTDIR source=lab/guest-lib.sh
. /opt/guest-lib.sh
# shellcheck source=cases/lib.sh
. /opt/lib.sh

LABEL=$1
tracefs=/sys/kernel/tracing
module=$(find /lib/modules -name kvm-intel.ko)
out=/tmp/out

# Those that one irqfd injects at once (the guest's vector 0x51), and those
# that another leaves to its worker (0x52).
at_once=200
deferred=30

# --- the machine, and what it says of itself ---

# One of each beforehand: pitrace counts neither.
set_up() {
	mkdir $out
	modprobe vfio_pci # which pitrace waits for
	modprobe kvm_intel
	gen_start
	gen vm vm 1
	gen sleep 500 # until the guest has its APIC on
	gen eventfd vm 24 fast fixed 0 0x51
	gen eventfd vm 25 slow broadcast 0x52
	gen writefd fast 1
	gen writefd slow 1
}

# By the module's own table of names; the kernel's is a long one to read here.
has_function() {
	tr '\0' '\n' <"$module" | grep -qx -- "$1"
}

# A module from elsewhere, as the lab's stand-in, taints the kernel; and a VM
# holds the one that runs it.
module_is_real() {
	held=$(cat /sys/module/kvm_intel/refcnt)
	expect "the CPU has VMX" vmx "$(grep -ow -m 1 vmx /proc/cpuinfo | head -n 1)"
	expect "kvm_intel is the kernel's own, and runs the VM" ",yes" \
		"$(cat /sys/module/kvm_intel/taint),$([ "$held" -gt 0 ] && echo yes)"
	expect "it has vmx_deliver_interrupt" yes \
		"$(has_function vmx_deliver_interrupt && echo yes)"
}

# The guest's own counts of both vectors.
guest_counts() {
	echo "$(gen_value v0:0x51 counts vm) $(gen_value v0:0x52 counts vm)"
}

# --- the function's calls, by ftrace ---

ftrace_start() {
	echo vmx_deliver_interrupt >$tracefs/set_ftrace_filter
	echo function >$tracefs/current_tracer
	echo >$tracefs/trace
}

ftrace_stop() {
	grep -c 'vmx_deliver_interrupt <-' $tracefs/trace
	echo nop >$tracefs/current_tracer
	echo >$tracefs/set_ftrace_filter
}

# --- how the probes were attached ---

# read_probes: of the start record, for probe. Starting jq takes a while here.
read_probes() {
	grep '"type":"start"' "$trace_out" | jq -r '.probes[] |
		if .method == "off" then "\(.name) off"
		else "\(.name) \(.method) \(.module):\(.function)" end' >/tmp/probes
}

# probe NAME: method, module and function, or off.
probe() {
	sed -n "s/^$1 //p" /tmp/probes
}

# expect_probe NAME METHOD FUNCTION: off only where the kernel lacks it.
expect_probe() {
	if has_function "$3"; then
		expect "$trace: $1 is attached" "$2 kvm_intel:$3" "$(probe "$1")"
	else
		expect "$trace: $1 is off without its function" off "$(probe "$1")"
	fi
}

# expect_probes ENTRY EXIT: methods.
expect_probes() {
	read_probes
	expect_probe vmx_deliver "$1" vmx_deliver_interrupt
	expect_probe vmx_update "$1" vmx_pi_update_irte
	expect_probe vmx_update_exit "$2" vmx_pi_update_irte
	expect_probe pi_wakeup "$1" pi_wakeup_handler
	expect "$trace: svm_deliver is off" off "$(probe svm_deliver)"
}

# What the kernel says: a direct call is an fentry program's.
has_direct_call() {
	awk '/^[^ \t]/ { on = $1 == "vmx_deliver_interrupt" }
		on && /direct-->/ { found = 1 }
		END { exit !found }' $tracefs/enabled_functions
}

has_kprobe() {
	grep -q ' vmx_deliver_interrupt+' /sys/kernel/debug/kprobes/list
}

# expect_kernel_agrees FENTRY KPROBE: yes or nothing.
expect_kernel_agrees() {
	expect "$trace: so says the kernel" "$1,$2" \
		"$(has_direct_call && echo yes),$(has_kprobe && echo yes)"
}

# --- what is counted ---

# begin NAME ARG...: returns when a first interval has passed.
begin() {
	trace_begin "$@"
	wait_until 600 trace_has snapshot || {
		verdict FAIL "$trace: tracing starts: $(tail -n 2 "$trace_err")"
		return 1
	}
	expect "$trace: an idle VM is sent nothing" 0 \
		"$(grep -m 1 '"type":"snapshot"' "$trace_out" |
			sed 's/.*"other_injections":\([^,]*\),.*/\1/')"
}

# What the guest and ftrace count meanwhile is what pitrace has to.
inject() {
	before=$(guest_counts)
	ftrace_start
	gen writefd fast $at_once >/dev/null ||
		verdict FAIL "$trace: interrupts arrive: $_reply"
	gen writefd slow $deferred >/dev/null ||
		verdict FAIL "$trace: deferred interrupts arrive: $_reply"
	calls=$(ftrace_stop)
	after=$(guest_counts)
	trace_stop
	expect "$trace: the guest got what was written" \
		"$((${before% *} + at_once)) $((${before#* } + deferred))" "$after"
	expect "$trace: in as many calls of vmx_deliver_interrupt" \
		$((at_once + deferred)) "$calls"
	expect "$trace: other injections are exactly these, no vector's" \
		"$((at_once + deferred)) 0" \
		"$(of '"\(.other_injections) \(.vectors | length)"')"
	expect_nothing_lost
}

# expect_targets: the same 230 again, one by one.
expect_targets() {
	expect "$trace: into the VM's vCPU, by vector" \
		"$GEN_PID irqgen 0 81 $at_once,$GEN_PID irqgen 0 82 $deferred" \
		"$(of '[.other_injection_targets[] | "\(.vm.pid) \(.vm.comm
			) \(.vcpu) \(.guest_vector) \(.count)"] | join(",")')"
}

by_fentry() {
	begin fentry || return
	expect_probes fentry fexit
	expect_kernel_agrees yes ''
	inject
	expect_kernel_agrees '' ''
}

by_kprobe() {
	begin kprobe --attach kprobe --injections || return
	expect_probes kprobe kprobe
	expect_kernel_agrees '' yes
	inject
	expect_targets
	expect_kernel_agrees '' ''
}

# Stacks are of VFIO's interrupts; those of others are not taken.
with_stacks() {
	begin stacks --stacks --injections || return
	inject
	expect_targets
	expect "$trace: no stack is taken of others' injections" 0 \
		"$(grep '"type":"stacks"' "$trace_out" | jq '.stacks | length')"
}

# As sysfs has it. Without a device there is no vector to tell of.
inspected() {
	apicv=false
	! grep -q '[Y1]' /sys/module/kvm_intel/parameters/enable_apicv ||
		apicv=true
	pitrace --inspect --json >$out/inspect.json 2>$out/inspect.err
	expect "inspect: exit status 0" 0 $?
	expect "inspect: the host as it is" "kvm_intel $apicv null 0" \
		"$(jq -r '"\(.host.kvm_module) \(.host.apicv) \(.host.iommu) \(
			.vectors | length)"' $out/inspect.json)"
}

set_up >/tmp/set-up.log 2>&1
sed 's/^/# /' /tmp/set-up.log
module_is_real
inspected
by_fentry
by_kprobe
with_stacks
gen_stop
echo "# done after $(cut -d. -f1 /proc/uptime) s of the machine's own time"
echo DONE
for file in "$out"/*; do
	echo "== ${file##*/}"
	cat "$file"
done
