# The part of selftest.sh that runs inside the lab (busybox sh).
# shellcheck shell=dash disable=SC2154
# shellcheck source-path=SCRIPTDIR source=guest-lib.sh
. /opt/guest-lib.sh

pass() {
	echo "ok   $*"
}

failed() {
	echo "FAIL $*"
}

skip() {
	echo "skip $*"
}

# same TEXT EXPECTED ACTUAL
same() {
	if [ "$2" = "$3" ]; then
		pass "$1: $3"
	else
		failed "$1: expected '$2', got '$3'"
	fi
}

# ok GENERATOR-COMMAND...
ok() {
	if _answer=$(gen "$@"); then
		pass "$*: $_answer"
	else
		failed "$*: $_answer"
	fi
}

# quietly GENERATOR-COMMAND...: a step that is no check of its own.
quietly() {
	_answer=$(gen "$@") || failed "$*: $_answer"
}

row() {
	gen_value count row "$1" "$2"
}

# guest_has VM COUNTER=N...: exactly these counters are non-zero.
guest_has() {
	_vm=$1
	shift
	same "guest $_vm" "ok $*" "$(gen counts "$_vm")"
}

# --- counts of kernel functions, by kprobes through tracefs ---

tracing=/sys/kernel/tracing

probe() {
	echo "p:lab/$1 $1" >>$tracing/kprobe_events 2>/dev/null &&
		echo 1 >$tracing/events/lab/"$1"/enable
}

hits() {
	awk -v name="$1" '$1 == name { print $2 }' $tracing/kprobe_profile
}

# called FUNCTION COUNT: since the probe was set.
called() {
	if [ -d $tracing/events/lab/"$1" ]; then
		same "kprobe $1" "$2" "$(hits "$1")"
	else
		skip "kprobe $1: cannot be set"
	fi
}

unprobe() {
	for _event in "$tracing"/events/lab/*/enable; do
		[ ! -e "$_event" ] || echo 0 >"$_event"
	done
	echo >$tracing/kprobe_events
}

# --- the checks ---

check_eventfds() {
	probe vfio_msihandler
	for v in 0 1 2 3 4; do
		n=$((100 + 50 * v))
		same "nic vector $v raised" "ok raised=$n resent=0" \
			"$(gen fire nic $v $n | sed 's/resent=.*/resent=0/')"
		same "nic vector $v row" $n "$(row nic $v)"
	done
	same "all five at once" 250 "$(gen_value raised fireall nic 50)"
	same "nic vector 4 row" 350 "$(row nic 4)"
	same "edu raised" 200 "$(gen_value raised fire edu 0 200)"
	same "edu row" 200 "$(row edu 0)"
	called vfio_msihandler $((1000 + 250 + 200))
	unprobe
}

check_storm() {
	before=$(row edu 0)
	quietly affinity edu 0 1
	quietly storm edu 1 on
	same "nic raised in edu's storm" 500 "$(gen_value raised fire nic 0 500)"
	answer=$(gen storm edu off)
	seen=${answer#*seen=}
	seen=${seen%% *}
	if [ "$seen" -gt 1000 ]; then
		pass "edu storm: $answer"
	else
		failed "edu storm: $answer"
	fi
	if [ -e /sys/kernel/realtime ] || grep -q threadirqs /proc/cmdline; then
		skip "storm rows: a handler's thread takes several at once"
	else
		same "edu storm row" $((before + seen)) "$(row edu 0)"
	fi
}

check_guest() {
	probe vfio_msihandler
	probe kvm_arch_set_irq_inatomic
	probe irqfd_inject
	quietly irqfd m 24 nic 0 fixed 0 0x41
	quietly irqfd m 25 nic 1 fixed 1 0x42
	quietly irqfd m 26 nic 2 broadcast 0x43
	quietly irqfd m 27 nic 3 nowhere 0x44
	for v in 0 1 2 3 4; do
		n=$((10 + 10 * v))
		same "nic vector $v raised" $n "$(gen_value raised fire nic $v $n)"
	done
	guest_has m v0:0x41=10 v0:0x43=30 v1:0x42=20 v1:0x43=30
	called vfio_msihandler 150
	called kvm_arch_set_irq_inatomic 100
	called irqfd_inject 30
	unprobe
	same "all five at once" 50 "$(gen_value raised fireall nic 10)"
	guest_has m v0:0x41=20 v0:0x43=40 v1:0x42=30 v1:0x43=40
}

check_writes() {
	quietly eventfd m 40 doorbell fixed 1 0x50
	before=$(row nic 0)
	same "doorbell written" 20 "$(gen_value written writefd doorbell 20)"
	same "nic vector 0 written" 5 "$(gen_value written write nic 0 5)"
	same "nic vector 4 written" 5 "$(gen_value written write nic 4 5)"
	guest_has m v0:0x41=25 v0:0x43=40 v1:0x42=30 v1:0x43=40 v1:0x50=20
	same "nic vector 0 row" "$before" "$(row nic 0)"
	quietly unirqfd m 24
	same "unbound vector raised" 7 "$(gen_value raised fire nic 0 7)"
	guest_has m v0:0x41=25 v0:0x43=40 v1:0x42=30 v1:0x43=40 v1:0x50=20
}

check_kinds() {
	for dev in nic edu; do
		for kind in intx msi; do
			quietly irqs $dev $kind 1
			before=$(row $dev 0)
			same "$dev $kind raised" 60 \
				"$(gen_value raised fire $dev 0 60)"
			same "$dev $kind row" $((before + 60)) "$(row $dev 0)"
		done
	done
	ok irqs nic none
	ok irqs nic msix 2
	same "again with two vectors" 20 "$(gen_value raised fireall nic 10)"
}

check_errors() {
	same "unknown command" "error unknown command nonsense" \
		"$(gen nonsense 1)"
	same "no such vector" "error nic has 2 vectors enabled" \
		"$(gen fire nic 3 1)"
	same "pid" "ok pid=$GEN_PID" "$(gen pid)"
}

load_vfio || failed "vfio does not load"
nic=$(find_device "$NIC_ID")
edu=$(find_device "$EDU_ID")
bind_vfio "$nic" "$edu" || failed "devices do not bind"
gen_start
ok open nic "$nic"
ok open edu "$edu"
ok irqs nic msix 5
ok irqs edu msi 1
check_eventfds
check_storm
if load_kvm 2>/dev/null; then
	ok vm m 2
	check_guest
	check_writes
	ok vm m close
else
	skip "guest: kvm does not load on $(uname -r)"
fi
check_kinds
check_errors
ok close nic
gen_stop
