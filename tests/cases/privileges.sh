# Capabilities: which are needed, and what is left of them while it traces.
# shellcheck shell=sh disable=SC2034,SC2154

# As the kernel numbers them: CAP_SYS_ADMIN 21, CAP_SYSLOG 34.
kept=0000000400200000
none=0000000000000000

# Busybox has a lesser program of this name.
setpriv=/opt/setpriv

# only CAPABILITY,...: words that run what follows as a user who is not root
# and has these alone, written as +sys_admin,+syslog, or none: "".
only() {
	echo "$setpriv --reuid 65534 --regid 65534 --clear-groups" \
		"--inh-caps -all${1:+,$1} --ambient-caps -all${1:+,$1}" \
		"--bounding-set -all${1:+,$1}"
}

# sets_of PID: effective, permitted, inheritable, bounding, ambient, and
# whether exec can give privileges.
sets_of() {
	awk '/^Cap/ { set[$1] = $2 }
		/^NoNewPrivs/ { no_new = $2 }
		END { print set["CapEff:"], set["CapPrm:"], set["CapInh:"],
			set["CapBnd:"], set["CapAmb:"], no_new }' \
		"/proc/$1/status"
}

# expect_sets TEXT PID EFFECTIVE PERMITTED BOUNDING: nothing else at all.
expect_sets() {
	expect "$1" "$3 $4 $none $5 $none 1" "$(sets_of "$2")"
}

permitted_is() {
	[ "$(awk '/^CapPrm/ { print $2 }' "/proc/$trace_pid/status")" = "$1" ]
}

effective_is() {
	[ "$(awk '/^CapEff/ { print $2 }' "/proc/$trace_pid/status")" = "$1" ]
}

# Modules come after the start: kept until then, but not in effect.
privileges_late() {
	trace_as=$(only +sys_admin,+syslog)
	trace_begin privileges-late
	trace_as=
	wait_until 30 grep -q 'waiting until' "$trace_err"
	expect_sets "privileges: while waiting, kept but not in effect" \
		"$trace_pid" $none $kept $kept
	load_vfio
	wait_until 60 trace_has start
	wait_until 10 effective_is $none # it may just be attaching
	expect_sets "privileges: nor once VFIO has come" \
		"$trace_pid" $none $kept $kept
	load_kvm
	wait_until 60 probes_have svm_deliver
	wait_until 10 permitted_is $none
	expect_sets "privileges: given up once nothing more can come" \
		"$trace_pid" $none $none $kept
	bind_vfio "$nic"
	gen_start
	gen open nic "$nic" >/dev/null
	gen irqs nic msix 1 >/dev/null
	gen vm vm 1 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	: >/tmp/interrupts.before
	_raised=$(gen_value raised fire nic 0 200)
	trace_stop
	expect_vector "$nic" msix 0 "irqfd=$_raised"
	expect_nothing_lost
	gen_stop
	unbind "$nic"
	rmmod kvm_amd kvm vfio_pci vfio_pci_core vfio_iommu_type1 vfio
}

# With exactly these: the same counts, targets and names as ever.
privileges_least() {
	trace_as=$(only +sys_admin,+syslog)
	trace_start privileges-least --stacks || return
	trace_as=
	rows_note
	expect_sets "privileges: the least will do, and is given up" \
		"$trace_pid" $none $none $kept
	gen fire nic 0 300 >/dev/null
	gen fire nic 3 400 >/dev/null
	trace_stop
	expect_vector "$nic" msix 0 irqfd=300
	expect_vector "$nic" msix 3 eventfd=400
	expect "privileges-least: vCPU and VM" "0 $GEN_PID irqgen" \
		"$(of_vector "$nic" msix 0 '"\(.targets[0].vcpu) \(.vm.pid) \(.vm.comm)"')"
	expect "privileges-least: symbols, though all was given up" \
		svm_deliver_interrupt "$(stack_frames 0 irqfd | head -n 1)"
	expect_nothing_lost
}

# As root everything goes, the bounding set as well.
privileges_root() {
	trace_start privileges-root || return
	expect_sets "privileges: root has none while it traces" \
		"$trace_pid" $none $none $none
	trace_stop
	trace_start privileges-kprobe --attach kprobe || return
	expect_sets "privileges: with kprobes, modules can still come and go" \
		"$trace_pid" $none $kept $none
	trace_stop
}

# Stopped where it shows its answer: the pipe is full.
privileges_inspect() {
	mkfifo /tmp/full
	exec 5<>/tmp/full
	dd if=/dev/zero bs=65536 count=1 >&5 2>/dev/null
	pitrace --inspect >&5 2>/dev/null &
	_pid=$!
	wait_until 60 grep -q pipe_write "/proc/$_pid/stack"
	expect_sets "privileges: --inspect shows without any" \
		"$_pid" $none $none $none
	dd bs=65536 count=1 <&5 >/dev/null 2>&1
	wait "$_pid"
	expect "privileges: --inspect: exit status" 0 $?
	exec 5>&-
	rm /tmp/full
}

# lacking CAPABILITIES PATTERN OPTION...: refused; what is missing is named.
lacking() {
	_given=$1 _pattern=$2
	shift 2
	# shellcheck disable=SC2046 # words
	$(only "$_given") pitrace "$@" >/tmp/lacking.out 2>/tmp/lacking.err
	expect "privileges: '$_given' alone: pitrace $*: exit status, output" \
		"3 0" "$? $(wc -c </tmp/lacking.out)"
	expect_match "privileges: '$_given' alone: pitrace $*: what is missing" \
		"^pitrace: .*needs $_pattern; run it as root" /tmp/lacking.err
}

privileges_missing() {
	_bpf='CAP_BPF \(to load programs\)'
	_perfmon='CAP_PERFMON \(to attach them\)'
	_sys_admin='CAP_SYS_ADMIN \(to find the types of modules\)'
	lacking "" "$_bpf, $_perfmon, $_sys_admin" -t 1
	lacking +bpf,+syslog "$_perfmon, $_sys_admin" -t 1
	lacking +perfmon,+syslog "$_bpf, $_sys_admin" -t 1
	lacking +bpf,+perfmon,+syslog "$_sys_admin" -t 1
	lacking +bpf,+perfmon,+syslog "$_sys_admin" -t 1 --attach kprobe
	lacking +bpf,+perfmon,+syslog "$_sys_admin" --inspect
}

# Without addresses of symbols: a note, and counts as ever.
privileges_syslog() {
	trace_as=$(only +sys_admin)
	trace_start privileges-syslog --stacks || return
	trace_as=
	rows_note
	expect_match "privileges: without CAP_SYSLOG: says what is lacking" \
		'^pitrace: CAP_SYSLOG is missing.*stacks have no names' \
		"$trace_err"
	gen fire nic 0 100 >/dev/null
	trace_stop
	expect_vector "$nic" msix 0 irqfd=100
	expect "privileges-syslog: stacks are of addresses" null \
		"$(stack_frames 0 irqfd | sort -u)"
	expect_nothing_lost
	$(only +sys_admin) pitrace --inspect >/tmp/syslog.out 2>/tmp/syslog.err
	expect "privileges: --inspect without CAP_SYSLOG: exit status" 0 $?
	expect_match "privileges: --inspect without CAP_SYSLOG: says so" \
		'^pitrace: CAP_SYSLOG is missing' /tmp/syslog.err
}

# --- what it writes, by the kernel's own record of its system calls ---

# watch_calls 1|0
watch_calls() {
	for _call in open openat openat2 creat write pwrite64 writev unlink \
		unlinkat rename renameat2 mkdir mkdirat capset; do
		_event=/sys/kernel/tracing/events/syscalls/sys_enter_$_call
		echo 'comm == "pitrace"' >"$_event/filter"
		echo "$1" >"$_event/enable"
	done
}

# opens_to_write FLAGS: O_WRONLY, O_RDWR or O_CREAT, as the kernel shows them:
# 80241, 0x80241 or, later, by names. What is none of these is shown, too.
opens_to_write() {
	case $1 in
	*O_WRONLY* | *O_RDWR* | *O_CREAT*) return 0 ;;
	O_*) return 1 ;;
	esac
	case ${1#0x} in
	"" | *[!0-9a-f]*) return 0 ;;
	esac
	[ $((0x${1#0x} & 0x43)) -ne 0 ]
}

# Of the calls seen, those that open a file to write it, or make or change
# one, or write to what is neither standard output nor standard error.
writing_calls() {
	sed -n 's/.* \(sys_[a-z0-9]*\)(\(.*\))$/\1 \2/p' \
		/sys/kernel/tracing/trace >/tmp/calls
	while read -r _call _arguments; do
		case $_call in
		sys_open | sys_openat)
			_flags=${_arguments#*flags: }
			opens_to_write "${_flags%%,*}" || continue
			;;
		sys_write)
			case $_arguments in
			"fd: 1,"* | "fd: 2,"*) continue ;;
			esac
			;;
		sys_capset) continue ;;
		esac
		echo "$_call $_arguments"
	done </tmp/calls | sort | uniq -c | head -n 5
}

# The same of another process of this name, which writes a file.
privileges_control() {
	echo >/sys/kernel/tracing/trace
	watch_calls 1
	sh -c 'printf pitrace >/proc/$$/comm; echo >/tmp/written'
	watch_calls 0
	expect "privileges: one that writes a file would be seen" 1 \
		"$(writing_calls | grep -c ' sys_open')"
}

privileges_files() {
	echo 1 >/sys/kernel/tracing/tracing_on # other cases leave it off
	privileges_control
	echo >/sys/kernel/tracing/trace
	watch_calls 1
	pitrace -v --stacks -t 1 >/tmp/files.out 2>/dev/null
	_status=$?
	pitrace --inspect >/tmp/files.out 2>/dev/null
	expect "privileges: what it writes: exit status" "0 0" "$_status $?"
	watch_calls 0
	expect "privileges: only standard output and error are written" "" \
		"$(writing_calls)"
	expect "privileges: which the kernel would have seen" yes \
		"$([ "$(grep -c '^sys_openat' /tmp/calls)" -gt 20 ] &&
			grep -q '^sys_write fd: 1,' /tmp/calls &&
			grep -q '^sys_capset' /tmp/calls && echo yes)"
}

privileges() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	privileges_least
	privileges_root
	privileges_inspect
	privileges_missing
	privileges_syslog
	privileges_files
	gen unirqfd vm 24 nic 0 >/dev/null
}
