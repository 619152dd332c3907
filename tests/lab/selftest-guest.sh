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

# What the generator says, and for each vector that it got where it should.
check_routes() {
	quietly irqfd r 24 nic 0 logical 3 0x46
	quietly irqfd r 25 nic 1 lowest 3 0x47
	quietly irqfd r 26 nic 2 nmi 1
	for v in 0 1 2; do
		same "nic vector $v raised" 20 "$(gen_value raised fire nic $v 20)"
	done
	# The vector decides which one of several a lowest-priority one goes to.
	guest_has r v0:0x46=20 v1:0x2=20 v1:0x46=20 v1:0x47=20
	same "not that many vCPUs" "error r has 2 vCPUs" \
		"$(gen eventfd r 40 doorbell logical 5 0x46)"
}

check_triggers() {
	quietly notrigger nic 4
	case $(gen row nic 4) in
	"error no row "*) pass "no row without a trigger" ;;
	*) failed "no row without a trigger: $(gen row nic 4)" ;;
	esac
	same "raised without a trigger" "ok raised=3" "$(gen raise nic 4 3)"
	same "its neighbour raised" 10 "$(gen_value raised fire nic 3 10)"
	quietly trigger nic 4
	same "raised with it again" 15 "$(gen_value raised fire nic 4 15)"
}

# Such a VM has the devices' groups, which is all that is wanted of it.
check_bare_vm() {
	ok vm bare 1 noirqchip
	case $(gen irqfd bare 24 nic 3 fixed 0 0x41) in
	error*) pass "no irqfd without an irqchip" ;;
	*) failed "an irqfd without an irqchip" ;;
	esac
	ok vm bare close
}

# --- posting, by the stand-in for kvm_intel ---

# stand_in WANTED COMMAND...
stand_in() {
	_wanted=$1
	shift
	same "standin $*" "$_wanted" "$(standin "$@")"
}

# posted_entry IRQ VCPU GVEC: the low half of the entry, as it should be.
posted_entry() {
	_descriptor=$(standin info "$1" "$2" | sed 's/.*descriptor=//')
	printf 'low=0x%016x' \
		$((((_descriptor & 0xffffffc0) << 32) | ($3 << 16) | 0x8001))
}

low_of() {
	standin irte "$1" | sed 's/.*\(low=[^ ]*\).*/\1/'
}

# host_events ROW: the counts of both CPUs.
host_events() {
	awk -v row="$1:" '$1 == row { print $2, $3 }' /proc/interrupts
}

# Their interrupts vanish, and only theirs.
check_posted() {
	irq0=$(gen_value irq row nic 0)
	irq1=$(gen_value irq row nic 1)
	entry0=$(standin irte "$irq0")
	entry1=$(standin irte "$irq1")
	probe vfio_msihandler
	echo 1 >$tracing/events/kvm/kvm_pi_irte_update/enable
	posting0="irq=$irq0 vcpu_id=0 gsi=24 gvec=0x41 \
$(standin info "$irq0" 0 | sed 's/.* //')"
	stand_in "$posting0" post "$irq0" 0 0x41
	same "second vector posted" "irq=$irq1 vcpu_id=1 gsi=25 gvec=0x42" \
		"$(standin post "$irq1" 1 0x42 | sed 's/ desc.*//')"
	same "entry posted" "$(posted_entry "$irq0" 0 0x41)" "$(low_of "$irq0")"
	same "entry posted" "$(posted_entry "$irq1" 1 0x42)" "$(low_of "$irq1")"
	quietly raise nic 0 20
	quietly raise nic 1 30
	called vfio_msihandler 0
	same "posted vectors' rows" "$1 $2" "$(row nic 0) $(row nic 1)"
	same "vector not posted raised" 10 "$(gen_value raised fire nic 2 10)"
	called vfio_msihandler 10
}

# They are back, at the same places as before.
check_remapped() {
	stand_in "$posting0" unpost "$irq0"
	quietly unirqfd r 25
	standin unpost "$irq1" >/dev/null || failed "unpost without its irqfd"
	quietly irqfd r 25 nic 1 fixed 1 0x42
	stand_in "irq=$irq0 returned=-16" fail "$irq0" 16 # tells, posts nothing
	stand_in "$entry0" irte "$irq0"
	stand_in "$entry1" irte "$irq1"
	echo 0 >$tracing/events/kvm/kvm_pi_irte_update/enable
	same "kvm_pi_irte_update" 5 \
		"$(grep -c kvm_pi_irte_update: $tracing/trace)"
	same "remapped vector raised" 40 "$(gen_value raised fire nic 0 40)"
	same "remapped vector raised" 50 "$(gen_value raised fire nic 1 50)"
	called vfio_msihandler 100
	unprobe
	guest_has r v0:0x41=40 v1:0x42=50 v1:0x43=10
}

check_toggles() {
	same "toggles" "irq=$irq0 changes=10000" \
		"$(standin toggle "$irq0" 0 0x41 10000 | sed 's/ us=.*//')"
	stand_in "$entry0" irte "$irq0"
	same "raised after toggles" 10 "$(gen_value raised fire nic 0 10)"
	same "one more" "irq=$irq0 changes=1" \
		"$(standin toggle "$irq0" 0 0x41 1 | sed 's/ us=.*//')"
	same "entry posted" "$(posted_entry "$irq0" 0 0x41)" "$(low_of "$irq0")"
	standin unpost "$irq0" >/dev/null || failed "unpost after toggles"
}

check_events() {
	probe pi_wakeup_handler
	probe vmx_deliver_interrupt
	stand_in "cpu=0 vector=0xf2 sent=600" ipi 0 0xf2 600
	stand_in "cpu=1 vector=0xf2 sent=400" ipi 1 0xf2 400
	stand_in "cpu=0 vector=0xf1 sent=100" ipi 0 0xf1 100
	stand_in "cpu=1 sent=200 woken=200" wake 1 "$irq0" 1 200
	stand_in "cpu=0 vector=0xf0 sent=50" ipi 0 0xf0 50
	stand_in "cpu=1 vector=0xf0 sent=20" ipi 1 0xf0 20
	stand_in "irq=$irq0 vcpu=1 vector=0x41 delivered=77" \
		deliver "$irq0" 1 0x41 77
	same PIN "600 400" "$(host_events PIN)"
	same PIW "100 200" "$(host_events PIW)"
	same NPI "50 20" "$(host_events NPI)"
	called pi_wakeup_handler 300
	called vmx_deliver_interrupt 77
	unprobe
}

check_standin_errors() {
	untaken=$(gen_value irq row nic 4)
	for wrong in nonsense "post $irq0 0" "ipi 0 0x41 1" "ipi 9 0xf2 1" \
		"info 9999" "info $irq0 2" "post $untaken 0 0x41"; do
		# shellcheck disable=SC2086 # words
		if standin $wrong 2>/dev/null; then
			failed "standin $wrong"
		else
			pass "standin $wrong fails"
		fi
	done
}

check_standin() {
	load_standin enable_apicv=1 || failed "the stand-in does not load"
	same "its types" yes "$([ -s /sys/kernel/btf/kvm_intel ] && echo yes)"
	same "its parameter" Y \
		"$(cat /sys/module/kvm_intel/parameters/enable_apicv)"
	quietly irqfd r 24 nic 0 fixed 0 0x41
	quietly irqfd r 25 nic 1 fixed 1 0x42
	quietly irqfd r 26 nic 2 fixed 1 0x43
	same "who takes it" "pid=$GEN_PID gsi=25 vcpus=2 vcpu_id=1" \
		"$(standin info "$(gen_value irq row nic 1)" 1 | sed 's/ desc.*//')"
	check_posted "$(row nic 0)" "$(row nic 1)"
	check_remapped
	check_toggles
	check_events
	check_standin_errors
	rmmod kvm_intel || failed "the stand-in does not unload"
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
	ok vm r 2
	gen sleep 500 >/dev/null # until the guest has its logical ids
	check_routes
	check_triggers
	ok vm r close
	check_bare_vm
	if [ -e /opt/kvm-intel.ko ]; then
		ok vm r 2
		gen sleep 500 >/dev/null
		check_standin
		ok vm r close
	else
		skip "posting: no stand-in for this kernel"
	fi
else
	skip "guest: kvm does not load on $(uname -r)"
fi
check_kinds
check_errors
ok close nic
gen_stop
