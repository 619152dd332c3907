# pitrace in a container, as the DaemonSet asks for it: tests/container/run.sh.
# shellcheck shell=sh disable=SC2034,SC2154

bundle=/opt/container

# The pod's network, and what a node has mounted besides.
container_set_up() {
	mount -t cgroup2 none /sys/fs/cgroup
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	: >/run/pod-network
	unshare -n sh -c 'ip link set lo up
		mount --bind /proc/self/ns/net /run/pod-network'
}

# jq over the pod's configuration: what is to be run in place of its own words,
# as far as it is about what is shown.
container_args() {
	printf '.process.args = ["/pitrace"'
	printf ', "%s"' "$@"
	printf ']'
}

# container_run NAME CONFIG FILTER: in the foreground, from this configuration as
# the jq filter changes it.
container_run() {
	jq "$3" "$bundle/$2" >"/tmp/$1.config" || return
	crun run --no-pivot --bundle "$bundle" --config "/tmp/$1.config" "$1"
}

container_wget() {
	nsenter --net=/run/pod-network wget -q -O "$2" "http://127.0.0.1:9400$1"
}

# --- with all that the DaemonSet asks for ---

# One that writes records: exact to the last interrupt, and names of processes
# that are no part of the container.
container_traces() {
	trace=container trace_out=$out/$LABEL-container.json
	trace_err=$out/$LABEL-container.err
	: >"$trace_out"
	: >"$trace_err"
	container_run traced config.json \
		"$(container_args --proc=/host/proc --json -v --stacks)" \
		>"$trace_out" 2>"$trace_err" &
	trace_pid=$!
	wait_until 60 trace_has start || {
		verdict FAIL "container: tracing starts: $(tail -n 2 "$trace_err")"
		return
	}
	rows_note
	paths_mixed_fire
	crun kill traced INT
	wait "$trace_pid"
	expect "container: exit status 0 after SIGINT" 0 $?
	trace_end=$(grep '"type":"end"' "$trace_out")
	paths_mixed_expect
	paths_mixed_end
	expect_nothing_lost
	expect "container: the VM, by the host's number and name" \
		"$GEN_PID irqgen" \
		"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.vm.comm)"')"
	expect "container: vCPU and guest vector" "[[0,65,$_fixed]]" \
		"$(of_vector "$nic" msix 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect "container: stacks have names" svm_deliver_interrupt \
		"$(stack_frames 0 irqfd | head -n 1)"
	expect "container: nothing on standard error but what -v adds" "" \
		"$(grep -E 'CAP_|missing|--proc|hidden' "$trace_err")"
}

# Its own words, but for a shorter interval.
container_serves() {
	: >/tmp/served.err
	container_run served config.json \
		'(.process.args[] | select(startswith("--interval"))) = "--interval=0.2"' \
		>/tmp/served.out 2>/tmp/served.err &
	_served=$!
	metrics_pages=http
	wait_until 60 grep -q tracing /tmp/served.err
	container_metrics_wait
	metrics_raise
	container_metrics_wait
	metrics_counts_http
	container_wget / /tmp/page.root
	expect "container: what the probes ask for is served" "0 yes" \
		"$? $([ -s /tmp/page.root ] && echo yes)"
	expect "container: not at the host's address" "" \
		"$(wget -q -O - http://127.0.0.1:9400/metrics 2>/dev/null)"
	_peak=$(cat /sys/fs/cgroup/pod/pitrace/memory.peak)
	echo "# $LABEL container: $_peak bytes of memory at the peak"
	expect "container: no more memory than is asked for" yes \
		"$([ "$_peak" -gt 0 ] && [ "$_peak" -le "$(cat $bundle/memory-request)" ] &&
			echo yes)"
	crun kill served TERM
	wait "$_served"
	expect "container: exit status 0 after SIGTERM" 0 $?
	metrics_unroute
}

container_duration() {
	container_wget /metrics - |
		sed -n 's/^pitrace_tracing_duration_seconds //p'
}

container_newer() {
	[ "$(container_duration)" != "$1" ]
}

container_metrics_wait() {
	for _turn in 1 2; do
		wait_until 30 container_newer "$(container_duration)"
	done
	container_wget /metrics /tmp/page.http
}

metrics_counts_http() {
	expect_pages 0 "irqfd=$_fixed"
	expect_pages 1 "irqfd_deferred=$_broadcast"
	expect_pages 2 "irqfd_dropped=$_nowhere"
	expect_pages 3 "eventfd=$_eventfd"
	expect_pages 4 "eventfd=$_first,irqfd=$_second"
	expect "container: served: nothing is lost" "" "$(page_lost http)"
	expect "container: served: the VM" 1 \
		"$(sample http "device=\"$nic\",kind=\"msix\",vector=\"0\",pid=\"$GEN_PID\",comm=\"irqgen\"}")"
}

metrics_unroute() {
	for _gsi in 24:0 25:1 26:2 27:4; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
}

# container_doctor NAME CONFIG FILTER: its record is $doctor_out.
container_doctor() {
	doctor_name=container-$1 doctor_out=$out/$LABEL-container-$1.json
	container_run "doctor-$1" "$2" "$3" >"$doctor_out" 2>/tmp/doctor.err
	doctor_status=$?
}

# All is well, but for what the lab's devices lack, and what is of the kernel
# alone.
container_examined() {
	container_doctor all config.json \
		"$(container_args --proc=/host/proc --doctor --json)"
	expect "container-all: exit status" 0 $doctor_status
	expect "container-all: what is not well is not the container's doing" \
		"apicv iommu lockdown posting" \
		"$(jq -r '.facts[] | select(.status != "ok") | .fact' "$doctor_out" |
			sed 's/^posting$/&\niommu/' | sort -u | xargs)"
	expect "container-all: the JIT is seen by what it did" on \
		"$(fact bpf_jit "" found)"
}

# --- without each ---

# The pod's own --proc, if it has one, and other options, as "a", "b".
container_more=
container_words() {
	echo "(.process.args |= [.[] | select(startswith(\"/\") or
		startswith(\"--proc\"))] + [$1$container_more])"
}

# container_lacks NAME CONFIG FILTER STATUS PATTERN [FACT SUBJECT STATUS FOUND]:
# what tracing says, and what --doctor does.
container_lacks() {
	_name=$1 _config=$2 _filter=$3 _status=$4 _pattern=$5
	shift 5
	container_run "lack-$_name" "$_config" \
		"$_filter | $(container_words '"-t", "0.5", "--stacks"')" \
		>/tmp/lack.out 2>/tmp/lack.err
	expect "container without $_name: exit status" "$_status" $?
	expect_match "container without $_name: what is said" "$_pattern" \
		/tmp/lack.err
	[ $# -gt 0 ] || return 0
	container_doctor "$_name" "$_config" \
		"$_filter | $(container_words '"--doctor", "--json"')"
	expect "container without $_name: --doctor ends as tracing" "$_status" \
		$doctor_status
	expect_fact "$@"
}

# Each privilege and mount of the DaemonSet, one by one.
container_lacks_each() {
	for _path in "$bundle"/config.*.json; do
		_each=${_path##*/config.}
		container_lacks_one "${_each%.json}"
	done
}

container_lacks_one() {
	case $1 in
	SYS_ADMIN) set -- "$1" 3 \
		'needs CAP_BPF .*CAP_PERFMON .*CAP_SYS_ADMIN \(to find' \
		capabilities "" missing 'CAP_BPF.*CAP_SYS_ADMIN' ;;
	SYSLOG) set -- "$1" 0 \
		'CAP_SYSLOG is missing.*stacks have no names' \
		capabilities "" limits 'CAP_SYSLOG missing' ;;
	host-proc) set -- "$1" 1 \
		'there is no procfs at /host/proc; ' ;;
	sys-kernel-tracing) set -- "$1" 0 '' \
		tracefs "" limits 'enabled_functions: No such file' ;;
	*)
		verdict FAIL "container: no word on what is said without $1"
		return
		;;
	esac
	_one=$1
	shift
	container_lacks "$_one" "config.$_one.json" . "$@"
}

without_proc='del(.process.args[] | select(startswith("--proc")))'
unmasked='.linux.maskedPaths -= ["/proc/interrupts"]'

# refuses_call CALL ERRNO: a filter of system calls as a jq filter.
refuses_call() {
	echo "(.linux.seccomp.syscalls[].names) -= [\"$1\"] |
		.linux.seccomp.syscalls += [{names: [\"$1\"],
			action: \"SCMP_ACT_ERRNO\", errnoRet: $2}]"
}

# What else keeps a container from the host, by another DaemonSet than ours or
# none.
container_lacks_more() {
	container_lacks proc-option config.json "$without_proc" 1 \
		'/proc/interrupts is empty, .*runtime hides it; .*--proc' \
		interrupts "" missing '^/proc/interrupts: empty'
	container_lacks host-pids config.json "$without_proc | $unmasked" 0 \
		'/proc shows the processes of another PID namespace.*no names' \
		processes "" limits '^/proc shows those of another PID namespace'
	container_lacks root config.json '.process.user = {uid: 65534, gid: 65534} |
		.process.capabilities |= (.effective = [] | .permitted = [])' 3 \
		'needs CAP_BPF .*CAP_SYS_ADMIN'
	container_lacks host-users config.json "$own_users" 3 \
		'those of a user namespace' \
		capabilities "" missing 'those of a user namespace'
	for _errno in 1 38; do
		container_lacks "bpf-$_errno" config.json "$(refuses_call bpf $_errno)" \
			3 'seccomp\) refuses bpf\(2\)' \
			system_calls "" missing 'seccomp.*bpf'
	done
	container_lacks perf config.json "$(refuses_call perf_event_open 1)" 0 '' \
		system_calls "" limits 'seccomp.*perf_event_open'
	container_lacks sysfs config.json \
		'del(.mounts[] | select(.destination | startswith("/sys")))' 4 \
		'sysfs is not mounted at /sys' btf "" missing 'No such file'
	container_lacks btf config.json '.linux.maskedPaths += ["/sys/kernel/btf"]' \
		4 '/sys/kernel/btf is hidden' btf "" missing 'No such file'
	container_lacks kallsyms config.json \
		'.linux.maskedPaths += ["/host/proc/kallsyms"]' 0 \
		'kallsyms shows no addresses .*stacks have no names' \
		kallsyms "" limits '^empty'
	container_lacks irq-files config.json \
		'.linux.maskedPaths += ["/sys/kernel/irq"]' 0 '' \
		irq_files "" limits 'sys/kernel/irq'
	container_more=', "--attach", "kprobe"'
	container_lacks kprobes config.json "$(refuses_call perf_event_open 1)" 3 \
		'cannot attach to .*seccomp\) refuses perf_event_open\(2\)' \
		system_calls "" missing 'seccomp.*perf_event_open'
	container_more=
}

own_users='.linux.namespaces += [{type: "user"}] |
	.linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] |
	.linux.gidMappings = [{containerID: 0, hostID: 0, size: 65536}]'

# The host's processes are those of /proc as well, if it shares their namespace.
container_shares_pids() {
	trace=container-pids trace_out=$out/$LABEL-container-pids.json
	: >"$trace_out"
	container_run pids config.json "$without_proc | $unmasked |
		.linux.namespaces |= map(select(.type != \"pid\")) |
		$(container_args --json)" >"$trace_out" 2>/tmp/pids.err &
	trace_pid=$!
	wait_until 60 trace_has start
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen fire nic 0 10 >/dev/null
	crun kill pids INT
	wait "$trace_pid"
	expect "container-pids: exit status" 0 $?
	trace_end=$(grep '"type":"end"' "$trace_out")
	expect "container-pids: the VM's name" "$GEN_PID irqgen" \
		"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.vm.comm)"')"
	gen unirqfd vm 24 nic 0 >/dev/null
}

container() {
	container_set_up
	container_traces
	container_serves
	container_examined
	container_lacks_each
	container_lacks_more
	container_shares_pids
}
